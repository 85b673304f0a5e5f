import * as z from 'zod';
import { type Call, type Delivery, defineDestination } from './destination.ts';
import { accountIn, interpret } from './loginradius/accounts.ts';
import { learnFrom } from './loginradius/notices.ts';
import { fieldsOf, Settings } from './loginradius/settings.ts';
import { PATH, UNREADABLE, write } from './loginradius/writing.ts';

/**
 * An account is named by its id; of an address it is asked for. Where the subscription to all e-mail is in play it is
 * read first in any case: what the person said there is not overruled by one topic.
 */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const { loginradius: uid, email } = delivery.identifiers;
  const rows = delivery.choices.filter((row) => fieldsOf(settings, row) !== undefined);
  if (rows.length === 0 || (uid === undefined && email === undefined)) return [];
  if (uid !== undefined && settings.stopField === undefined) return write(uid, delivery, { rows, settings });
  const query =
    uid === undefined ? `?email=${encodeURIComponent(email ?? '')}` : `/${encodeURIComponent(uid)}`;
  const next: NonNullable<Extract<Call, { next?: unknown }>['next']> = ({ body }) => {
    const account = accountIn(body);
    return account ? write(account.uid, delivery, { rows, settings, account }) : [UNREADABLE];
  };
  return [{ method: 'GET', path: `${PATH}${query}`, next }];
}

/** Profiles of people who can log in; nobody is registered for a preference. */
export const loginradius = defineDestination({
  id: 'loginradius',
  title: 'LoginRadius',
  kind: 'state',
  identifiedBy: ['loginradius', 'email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 20, concurrency: 3, batch: 1, settleAfter: 30 },
  impact: 'profiles say yes to what people have withdrawn, and every system that reads them believes it',
  settings: Settings,
  secret: z.object({
    apiKey: z.string().min(1),
    /** Also signs webhooks. */
    apiSecret: z.string().min(1),
    /** Those before it, newest first: notices under them are taken as long as they stand here. */
    previousApiSecrets: z.array(z.string().min(1)).max(5).default([]),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ api }) => api,
  auth: {
    kind: 'header',
    headers: ({ apiKey, apiSecret }) => ({
      'x-loginradius-apikey': apiKey,
      'x-loginradius-apisecret': apiSecret,
    }),
  },
  translate,
  interpret,
  receive: {
    signature: {
      ...{ kind: 'hmac', algorithm: 'sha256', header: 'signature', encoding: 'hex' },
      keys: ({ apiSecret, previousApiSecrets }) => [apiSecret, ...previousApiSecrets],
      signed: ({ body }) => body,
    },
    changes: learnFrom,
  },
});
