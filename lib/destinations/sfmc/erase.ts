import type { Call, Delivery, Outcome, Reply } from '../destination.ts';
import { isJson } from '../json.ts';
import type { Settings } from './settings.ts';
import { subscriberIn, subscribersBy } from './soap.ts';
import { search } from './tell.ts';

/**
 * Deletes whoever has her key or her address, from every list, channel and sendable data extension. From the answer on
 * nothing is sent to her; the deletion itself comes after the days that the account has set:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/DeleteByContactKeys.html
 */
export function erase(delivery: Delivery, settings: Settings): readonly Call[] {
  const { email, customer } = delivery.identifiers;
  const key = settings.subscriberKey === 'email' ? email : customer;
  if (key === undefined && email === undefined) return [];
  return [
    search(settings, subscribersBy({ key, email }), (results) => {
      const keys = [...new Set(results.flatMap(subscriberIn).map((one) => one.key))];
      return [keys.length > 0 ? deletion(keys) : { outcome: { kind: 'delivered' } }];
    }),
  ];
}

const deletion = (values: readonly string[]): Call => ({
  ...{ method: 'POST', path: '/contacts/v1/contacts/actions/delete?type=keys' },
  body: { values, DeleteOperationType: 'ContactAndAttributes' },
  interpret: queued,
});

/** It is queued, and has a number there. */
function queued({ status, body }: Reply): Outcome | undefined {
  if (status !== 200) return undefined;
  const operation = isJson(body) && body['operationInitiated'] === true ? body['operationID'] : undefined;
  return typeof operation === 'number'
    ? { kind: 'delivered', reference: String(operation) }
    : { kind: 'failed', reason: 'not-initiated' };
}
