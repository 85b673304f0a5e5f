import * as z from 'zod';
import { type Call, type Delivery, defineDestination } from './destination.ts';
import { erase } from './sfmc/erase.ts';
import { changesIn, verification } from './sfmc/notices.ts';
import { expired, interpret } from './sfmc/replies.ts';
import { Settings } from './sfmc/settings.ts';
import { placed } from './sfmc/soap.ts';
import { type Row, tell } from './sfmc/tell.ts';

function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows: Row[] = [];
  for (const row of delivery.choices) {
    const list = settings.lists[row.topic];
    if (list !== undefined) rows.push({ row, list });
  }
  const { email, customer } = delivery.identifiers;
  const reachable = email !== undefined || (customer !== undefined && settings.subscriberKey === 'customer');
  return rows.length > 0 && reachable ? [tell({ delivery, settings, rows })] : [];
}

/** Publication lists by SOAP, and evidence by REST: two hosts, and one token for both. */
export const sfmc = defineDestination({
  id: 'sfmc',
  title: 'Salesforce Marketing Cloud',
  kind: 'state',
  identifiedBy: ['customer', 'email'],
  channels: ['email'],
  limits: { perSecond: 5, concurrency: 2, batch: 50, settleAfter: 120 },
  impact: 'people keep getting Marketing Cloud mail after they unsubscribed',
  settings: Settings,
  secret: z.object({
    clientId: z
      .string()
      .min(1)
      .describe('Client id of the installed package’s server-to-server integration.'),
    clientSecret: z.string().min(1).describe('Its client secret.'),
    signatureKeys: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Signature keys of its event notification callbacks, newest first. Without one every notice is refused, but for the one that verifies a callback.',
      ),
  }),
  topics: ({ lists }) => Object.keys(lists),
  endpoint: ({ subdomain }) => `https://${subdomain}.rest.marketingcloudapis.com`,
  auth: {
    kind: 'oauth-client-credentials',
    token: ({ clientId, clientSecret }, { subdomain, accountId }) => ({
      url: `https://${subdomain}.auth.marketingcloudapis.com/v2/token`,
      json: {
        ...{ client_id: clientId, client_secret: clientSecret },
        ...(accountId !== undefined && { account_id: accountId }),
      },
    }),
    lifetime: 1000,
    place: placed,
  },
  translate,
  erase,
  interpret,
  expired,
  receive: {
    signature: {
      ...{ kind: 'hmac', algorithm: 'sha256', header: 'x-sfmc-ens-signature', encoding: 'base64' },
      keys: ({ signatureKeys }) => signatureKeys,
      signed: ({ body }) => body,
    },
    changes: changesIn,
    handshake: verification,
  },
});
