import * as z from 'zod';
import {
  type Call,
  type Delivery,
  type DeliveryRow,
  defineDestination,
  evidenceLine,
} from './destination.ts';
import { afterLooking, OPTED_OUT } from './sap-emarsys/opt-in.ts';
import { interpret, split } from './sap-emarsys/replies.ts';
import { EMAIL, Settings, type TopicFields } from './sap-emarsys/settings.ts';
import { wsseHeaders } from './sap-emarsys/wsse.ts';

const OAuth = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
});
/** An API user of the older kind, which Emarsys ends with 2026. */
const Wsse = z.object({
  user: z.string().min(1),
  secret: z.string().min(1),
});

type Fields = Record<string, string | number>;

const fieldsOf = (row: DeliveryRow, { topics }: Settings): TopicFields | undefined =>
  topics[row.topic]?.[row.channel];

/** What is written of one choice. Other fields are left as they are, because only fields that are sent change. */
function written(delivery: Delivery, row: DeliveryRow, settings: Settings): Readonly<Fields> {
  const { choice, time, evidence, legalBasis } = fieldsOf(row, settings) ?? {};
  const fields: Fields = {};
  if (choice !== undefined) fields[choice] = settings.values[row.state];
  if (time !== undefined) fields[time] = row.occurredAt;
  if (evidence !== undefined) fields[evidence] = evidenceLine(delivery, row).slice(0, 255);
  if (legalBasis !== undefined) fields[legalBasis] = row.legalBasis ?? '';
  return fields;
}

/** Withdrawals go alone and first, so that a field that is refused for a grant keeps none of them waiting. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const { stopField, optInWithGrant } = settings;
  const email = delivery.identifiers['email'];
  if (email === undefined) return [];
  const rows = delivery.choices.filter((row) => fieldsOf(row, settings) !== undefined);
  const withdrawn = rows.filter(({ state }) => state === 'withdrawn');
  const granted = rows.filter(({ state }) => state === 'granted');
  const put = putOf(delivery, settings, granted.length > 0);
  const stops = stopField !== undefined && delivery.stoppedAll.includes('email');
  const stop = stops ? { ...OPTED_OUT, [stopField]: delivery.recordedAt } : {};
  const first = stops || withdrawn.length > 0 ? [put(withdrawn, stop)] : [];
  if (granted.length === 0) return first;
  const keepsOptIn = !stops && !delivery.retired && (stopField !== undefined || optInWithGrant);
  const grant = { email, put: (more: Readonly<Fields>) => put(granted, more) };
  return [...first, keepsOptIn && granted.some(isOnMail) ? afterLooking(settings, grant) : put(granted)];
}

const isOnMail = ({ channel }: DeliveryRow): boolean => channel === 'email';

/** Writes some choices of one contact, and more. Nobody is made for withdrawals alone, or at a former address. */
const putOf =
  (delivery: Delivery, settings: Settings, grants: boolean) =>
  (rows: readonly DeliveryRow[], more: Readonly<Fields> = {}): Call => {
    const contact: Fields = { [EMAIL]: delivery.identifiers['email'] ?? '' };
    for (const row of rows) Object.assign(contact, written(delivery, row, settings));
    if (settings.sourceId !== undefined) contact['source_id'] = settings.sourceId;
    return {
      method: 'PUT',
      path: `/contact?create_if_not_exists=${grants && settings.create && !delivery.retired ? 1 : 0}`,
      items: [Object.assign(contact, more)],
      wrap,
      split,
    };
  };

const wrap = (contacts: readonly unknown[]) => ({ key_id: EMAIL, contacts });

/** One contact holds a person's choices on every channel; up to 1,000 of them go in one request. */
export const sapEmarsys = defineDestination({
  id: 'sap-emarsys',
  title: 'SAP Emarsys',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 10, concurrency: 4, batch: 1000, settleAfter: 30 },
  impact: 'people keep getting campaigns from Emarsys after they withdrew',
  settings: Settings,
  secret: z.union([OAuth, Wsse]),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: (_settings, secret) => `https://api.emarsys.net/api/${'clientId' in secret ? 'v3' : 'v2'}`,
  auth: {
    kind: 'by-secret',
    choose: (secret) =>
      'clientId' in secret
        ? {
            kind: 'oauth-client-credentials',
            token: () => ({
              url: 'https://auth.emarsys.net/oauth2/token',
              form: {},
              basic: { user: secret.clientId, password: secret.clientSecret },
            }),
            /** Where the reply names no lifetime. */
            lifetime: 600,
          }
        : { kind: 'signed', scheme: 'wsse', sign: (request) => wsseHeaders(request, secret) },
  },
  translate,
  interpret,
});
