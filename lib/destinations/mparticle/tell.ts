import { alone } from '../alone.ts';
import { attributesOf, partsOf, saysAnything } from '../attributes.ts';
import type { Call, Delivery, Reply, SingleCall } from '../destination.ts';
import { consentStateOf } from './consents.ts';
import { interpret } from './replies.ts';
import type { Settings } from './settings.ts';

/** Attributes that mParticle takes in one batch. */
const MOST_ATTRIBUTES = 100;

/**
 * Carries an update on to the systems behind mParticle. It has no `source_message_id`: the halves of a version, and what
 * is told once more, must each be carried on. Whoever receives it twice knows it by the `id` among its attributes.
 */
function eventsOf({ subject, version, recordedAt, event }: Delivery, name: string | null) {
  if (name === null) return undefined;
  const { occurredAt, source, actor, method } = event.data;
  const custom_attributes = { id: `${subject}:${version}`, occurred_at: occurredAt, source, actor, method };
  const data = {
    event_name: name,
    custom_event_type: 'user_preference',
    custom_attributes,
    timestamp_unixtime_ms: Date.parse(recordedAt),
  };
  return [{ event_type: 'custom_event', data }];
}

/**
 * Requests that say one half of a delivery. They have no `source_request_id`: mParticle drops a second request of one id
 * for a month and more, and what is sent once more because it may have been overtaken must not be dropped.
 */
function tell(delivery: Delivery, settings: Settings): readonly SingleCall[] {
  const consents = consentStateOf(delivery, settings);
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

/** All at once; where that is refused, one by one: a purpose that nobody created keeps no other from being told. */
function tellAll(delivery: Delivery, settings: Settings): readonly Call[] {
  const { choices, preferences } = delivery;
  const [all, ...rest] = tell(delivery, settings);
  if (!all) return [];
  const one = (some: Partial<Delivery>): readonly Call[] =>
    tell({ ...delivery, choices: [], preferences: [], ...some }, settings).map((call) =>
      alone(call, interpret),
    );
  const refused = ({ status }: Reply): boolean => status === 400 && choices.length + preferences.length > 1;
  const next = (reply: Reply): readonly Call[] =>
    refused(reply) ? [...choices.flatMap((row) => one({ choices: [row] })), ...one({ preferences })] : rest;
  return [{ ...all, interpret: (reply) => (refused(reply) ? { kind: 'delivered' } : undefined), next }];
}

/**
 * One person a request: of many in one, mParticle does not say which it threw away. Withdrawals on their own, so that no
 * grant that is refused keeps them back.
 */
export function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  if (delivery.identifiers['customer'] === undefined) return [];
  const those = (state: string) => delivery.choices.filter((row) => row.state === state);
  return [
    ...tellAll({ ...delivery, choices: those('withdrawn'), preferences: [] }, settings),
    ...tellAll({ ...delivery, choices: those('granted') }, settings),
  ];
}
