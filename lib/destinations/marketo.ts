import * as z from 'zod';
import { type Call, type Delivery, defineDestination } from './destination.ts';
import { fieldsOf } from './fields.ts';
import { lookUp, missing, told } from './marketo/leads.ts';
import { changesIn, KEY_HEADER } from './marketo/notices.ts';
import { expired, interpret } from './marketo/replies.ts';
import { Settings } from './marketo/settings.ts';
import { RepeatedKeys } from './repeated-keys.ts';

/**
 * Looks for everybody who has the address, because Marketo refuses to update one of several by it, and writes them by
 * their ids. Who unsubscribed at Marketo itself has to take that back there: a grant of one topic does not.
 */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const email = delivery.identifiers['email'];
  const rows = delivery.choices.filter((row) => fieldsOf(row, settings.topics) !== undefined);
  const stops = settings.globalStop && delivery.stoppedAll.includes('email');
  if (email === undefined || (rows.length === 0 && !stops)) return [];
  const saying = { email, delivery, rows, settings, stops };
  return [lookUp(email, (leads) => (leads.length > 0 ? told(saying, leads) : missing(saying)))];
}

/** People are found by address, and hold what they chose in fields of the company's own. */
export const marketo = defineDestination({
  id: 'marketo',
  title: 'Adobe Marketo Engage',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 4, concurrency: 4, batch: 300, settleAfter: 0 },
  impact: 'people keep getting Marketo campaigns after they withdrew',
  settings: Settings,
  secret: z.object({
    /** Of a LaunchPoint service whose API-only user may read and write people. */
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** Keys that webhooks of smart campaigns send in their header. */
    webhookKeys: RepeatedKeys,
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ munchkin }) => `https://${munchkin}.mktorest.com`,
  auth: {
    kind: 'oauth-client-credentials',
    /** As a form: the guide shows a query, which would put the secret into a URL. */
    token: ({ clientId, clientSecret }) => ({
      url: '/identity/oauth/token',
      form: { client_id: clientId, client_secret: clientSecret },
    }),
    lifetime: 300,
  },
  translate,
  interpret,
  expired,
  receive: {
    signature: {
      kind: 'shared-secret',
      given: ({ headers }) => headers[KEY_HEADER],
      keys: ({ webhookKeys }) => webhookKeys,
    },
    changes: changesIn,
  },
});
