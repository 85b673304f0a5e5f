import * as z from 'zod';
import { learnFrom } from './akamai-identity-cloud/notices.ts';
import { expired, interpret } from './akamai-identity-cloud/replies.ts';
import { Settings } from './akamai-identity-cloud/settings.ts';
import {
  type Call,
  type Delivery,
  type DeliveryRow,
  defineDestination,
  evidenceLine,
} from './destination.ts';

const consentOf = ({ topic, channel }: DeliveryRow, { topics }: Settings): string | undefined =>
  topics[topic]?.[channel];

/** One consent as the default schema has it: https://identitydocs.akamai.com */
function written(delivery: Delivery, row: DeliveryRow, { clientId, types }: Settings): object {
  const type = types[row.legalBasis ?? ''];
  return {
    granted: row.state === 'granted',
    context: evidenceLine(delivery, row),
    ...(type !== undefined && { type }),
    clientId,
    updated: `${row.occurredAt.slice(0, 10)} ${row.occurredAt.slice(11, 19)} +0000`,
  };
}

/**
 * Updates what is named and leaves the rest of the record alone: never by `entity.replace`, which empties it. Withdrawals
 * go alone and first, so that a consent the schema lacks keeps none of them waiting.
 */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const who = whoIn(delivery, settings);
  if (!who) return [];
  return (['withdrawn', 'granted'] as const).flatMap((state): readonly Call[] => {
    const consents: Record<string, object> = {};
    for (const row of delivery.choices) {
      const consent = row.state === state ? consentOf(row, settings) : undefined;
      if (consent !== undefined) consents[consent] = written(delivery, row, settings);
    }
    if (Object.keys(consents).length === 0) return [];
    const value = encodeURIComponent(JSON.stringify({ consents }));
    return [{ ...UPDATE, body: `type_name=${settings.entityType}&${who}&value=${value}` }];
  });
}

const UPDATE = {
  ...{ method: 'POST' as const, path: '/entity.update' },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
};

/** By id, where it is known; values of attributes are written as JSON. A part of a form. */
function whoIn({ identifiers }: Delivery, { emailAttribute }: Settings): string | undefined {
  const uuid = identifiers['akamai-identity-cloud'];
  if (uuid !== undefined) return `uuid=${encodeURIComponent(uuid)}`;
  const email = identifiers['email'];
  if (email === undefined) return undefined;
  return `key_attribute=${emailAttribute}&key_value=${encodeURIComponent(JSON.stringify(email))}`;
}

/**
 * Seconds: a notice that nobody took is sent again until a day and an hour later. One that is repeated by somebody else
 * has Heed look at the record, and no more:
 * https://techdocs.akamai.com/identity-cloud/docs/schedule-redelivery-for-a-failed-event
 */
const RETRIED_FOR = 26 * 3600;

/** Records of people who can log in; nobody is registered for a preference. Ends in 2027. */
export const akamaiIdentityCloud = defineDestination({
  id: 'akamai-identity-cloud',
  title: 'Akamai Identity Cloud (Janrain)',
  kind: 'state',
  identifiedBy: ['akamai-identity-cloud', 'email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 5, concurrency: 2, batch: 1, settleAfter: 30 },
  impact: 'profiles say yes to what people have withdrawn, and every system that reads them believes it',
  settings: Settings,
  secret: z.object({
    /** Of an API client that may read and write entities of this type. */
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ host }) => `https://${host}`,
  auth: {
    kind: 'basic',
    credentials: ({ clientId, clientSecret }) => ({ user: clientId, password: clientSecret }),
  },
  translate,
  interpret,
  expired,
  receive: {
    signature: {
      kind: 'jwt',
      token: ({ body }) => body,
      keysUrl: ({ webhook }) => webhook?.keys ?? '',
      /** An issuer that is not set equals none: every notice is refused. */
      claims: ({ webhook }) => ({ iss: webhook?.issuer ?? '' }),
      tolerance: RETRIED_FOR,
    },
    body: 'jwt',
    changes: learnFrom,
  },
});
