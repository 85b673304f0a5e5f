import * as z from 'zod';
import type { Outcome } from '../domain/outcome.ts';
import { attributesOf, CHANNELS, partsOf, saysAnything } from './attributes.ts';
import { type Call, type Delivery, defineDestination, type Reply, reasonOf } from './destination.ts';
import { consentStateOf } from './mparticle/consents.ts';
import { Settings } from './mparticle/settings.ts';

/** Attributes that mParticle takes in one batch. */
const MOST_ATTRIBUTES = 100;

/** Carries an update on to the systems behind mParticle. Whoever receives it twice knows it by its id. */
function eventsOf({ subject, version, recordedAt, event }: Delivery, name: string | null) {
  if (name === null) return undefined;
  const { occurredAt, source, actor, method } = event.data;
  const custom_attributes = { id: `${subject}:${version}`, occurred_at: occurredAt, source, actor, method };
  const data = {
    event_name: name,
    custom_event_type: 'user_preference',
    custom_attributes,
    source_message_id: `${subject}:${version}`,
    timestamp_unixtime_ms: Date.parse(recordedAt),
  };
  return [{ event_type: 'custom_event', data }];
}

/**
 * Requests that say one half of a delivery. They have no `source_request_id`: mParticle drops a second request of one id
 * for a month and more, and what is sent once more because it may have been overtaken must not be dropped.
 */
function tell(delivery: Delivery, settings: Settings): readonly Call[] {
  const consents = consentStateOf(delivery.choices, settings);
  const attributes = attributesOf(delivery, settings);
  if (!consents && !saysAnything(attributes)) return [];
  return partsOf(attributes, MOST_ATTRIBUTES).map((part, n) => ({
    method: 'POST',
    path: '/v2/events',
    body: {
      environment: settings.environment,
      user_identities: { customer_id: delivery.identifiers['customer'] },
      user_attributes: part,
      consent_state: n === 0 ? consents : undefined,
      events: eventsOf(delivery, settings.event),
    },
  }));
}

/**
 * One person a request: of many in one, mParticle does not say which it threw away. Withdrawals on their own, so that no
 * grant that is refused keeps them back.
 */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  if (delivery.identifiers['customer'] === undefined) return [];
  const those = (state: string) => delivery.choices.filter((row) => row.state === state);
  return [
    ...tell({ ...delivery, choices: those('withdrawn'), preferences: [] }, settings),
    ...tell({ ...delivery, choices: those('granted') }, settings),
  ];
}

const Refusal = z.object({ errors: z.array(z.object({ code: z.unknown() })).min(1) });

function interpret({ status, body }: Reply): Outcome | undefined {
  if (status !== 400 && status !== 403) return undefined;
  const code = Refusal.safeParse(body).data?.errors[0]?.code;
  return { kind: 'failed', reason: reasonOf(code, `http-${status}`) };
}

/** Consent purposes and attributes of a user by the company's own number. */
export const mparticle = defineDestination({
  id: 'mparticle',
  title: 'mParticle',
  kind: 'state',
  identifiedBy: ['customer'],
  channels: CHANNELS,
  limits: { perSecond: 50, concurrency: 4, batch: 1, settleAfter: 60 },
  impact: 'audiences and tools that mParticle feeds go on with permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** Of a platform or custom feed; those of partner feeds cannot carry consent. */
    key: z.string().min(1),
    secret: z.string().min(1),
  }),
  topics: ({ topics, purposes, dataSale }) => [
    ...new Set([...Object.keys(topics), ...Object.keys(purposes), ...(dataSale ? [dataSale.topic] : [])]),
  ],
  endpoint: ({ pod }) => `https://s2s.${pod}.mparticle.com`,
  auth: { kind: 'basic', credentials: ({ key, secret }) => ({ user: key, password: secret }) },
  translate,
  interpret,
});
