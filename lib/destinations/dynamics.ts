import * as z from 'zod';
import { type Call, type Delivery, defineDestination } from './destination.ts';
import { tellContacts } from './dynamics/contacts.ts';
import { learnFrom } from './dynamics/notices.ts';
import { concerns, type Point, tellPoints } from './dynamics/plan.ts';
import { interpret } from './dynamics/replies.ts';
import { Settings } from './dynamics/settings.ts';
import { RepeatedKeys } from './repeated-keys.ts';

const MAIL = ['email'] as const;
const PHONE = ['sms', 'phone'] as const;

/** Consent belongs to an address or a number, whether or not there is a contact who has it. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const { email, phone } = delivery.identifiers;
  const points: readonly Point[] = [
    ...(email === undefined ? [] : [{ delivery, settings, point: email, channels: MAIL }]),
    ...(phone === undefined ? [] : [{ delivery, settings, point: phone, channels: PHONE }]),
  ].filter(concerns);
  return [...(points.length === 0 ? [] : tellPoints(points)), ...tellContacts(delivery, settings)];
}

/** The header that the administrator gives a webhook's registration; a query would end in logs. */
const KEY_HEADER = 'x-heed-key';

/** Customer Insights – Journeys: rows of consent for each contact point, of a topic and of the purpose it stands under. */
export const dynamics = defineDestination({
  id: 'dynamics',
  title: 'Microsoft Dynamics 365',
  kind: 'state',
  identifiedBy: ['email', 'phone'],
  channels: ['email', 'sms', 'phone', 'post'],
  limits: { perSecond: 10, concurrency: 4, batch: 1, settleAfter: 120 },
  impact: 'people keep getting messages from Dynamics journeys after they withdrew',
  settings: Settings,
  secret: z.object({
    /** Of the app registration whose application user may read and write consents. */
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** What a webhook step repeats in its header. */
    webhookKeys: RepeatedKeys,
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ environmentUrl, apiVersion }) => `${environmentUrl}/api/data/${apiVersion}`,
  auth: {
    kind: 'oauth-client-credentials',
    token: ({ clientId, clientSecret }, { tenant, environmentUrl }) => ({
      url: `https://login.microsoftonline.com/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      form: { client_id: clientId, client_secret: clientSecret, scope: `${environmentUrl}/.default` },
    }),
    lifetime: 600,
  },
  translate,
  interpret,
  receive: {
    /** Dataverse signs nothing. */
    signature: {
      kind: 'shared-secret',
      given: ({ headers }) => headers[KEY_HEADER],
      keys: ({ webhookKeys }) => webhookKeys,
    },
    changes: learnFrom,
  },
});
