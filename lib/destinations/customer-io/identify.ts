import { type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import type { Settings } from './settings.ts';

/** What is said of one person; each row with the topic of Customer.io that stands for it. */
export interface Words {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly rows: readonly { readonly row: DeliveryRow; readonly id: number }[];
}

const KINDS = { id: 'customer', email: 'email', phone: 'phone' } as const;

type Attributes = Readonly<Record<string, string | boolean>>;

/**
 * One operation for each of the person's identifiers. Attributes take effect when they arrive, also over what somebody
 * chose there later: a stop must not lose to a newer yes of the vendor's. Only `unsubscribed`, in an operation of its own,
 * says when: so a grant lifts no unsubscribe that came after it.
 */
export function operations(words: Words): readonly object[] {
  const { delivery, settings } = words;
  const told = attributesOf(words);
  const unsubscribed = unsubscribedBy(words);
  const existing = delivery.retired || !settings.createPeople;
  return settings.identifyBy
    .map((name) => ({ name, value: delivery.identifiers[KINDS[name]] }))
    .filter(({ value }) => value !== undefined)
    .flatMap(({ name, value }, nth) => {
      const person = { type: 'person', action: 'identify', identifiers: { [name]: value } };
      const attributes = existing || nth > 0 ? { ...told, _update: true } : told;
      const lifts = unsubscribed && {
        ...{ ...person, timestamp: unsubscribed.at },
        attributes: { unsubscribed: unsubscribed.value, _update: true },
      };
      return [{ ...person, attributes }, ...(lifts ? [lifts] : [])];
    });
}

const pathOf = (id: number): string => `cio_subscription_preferences.topics.topic_${id}`;

function attributesOf(words: Words): Attributes {
  const { delivery, settings, rows } = words;
  const attributes: Record<string, string | boolean> = {};
  for (const id of stopsAll(words) ? settings.otherTopics : []) attributes[pathOf(id)] = false;
  for (const { row, id } of rows) {
    attributes[pathOf(id)] = row.state === 'granted';
    if (settings.evidence) attributes[`heed_topic_${id}`] = evidenceOf(delivery, row);
  }
  return attributes;
}

const evidenceOf = (delivery: Delivery, row: DeliveryRow): string =>
  [row.state, ...(row.legalBasis === undefined ? [] : [row.legalBasis]), evidenceLine(delivery, row)].join(
    '; ',
  );

/** Everything is stopped on the channels that count, and nothing is granted on any other. */
const stopsAll = ({ delivery, settings, rows }: Words): boolean =>
  settings.globalStop.length > 0 &&
  settings.globalStop.every((channel) => delivery.stoppedAll.includes(channel)) &&
  rows.every(({ row }) => row.state === 'withdrawn');

/** Whether the person is out of everything, or in again, and since when (seconds). */
function unsubscribedBy(words: Words): { readonly value: boolean; readonly at: number } | undefined {
  const value = stopsAll(words);
  const { delivery, settings, rows } = words;
  if (!value && !settings.liftGlobalStop) return undefined;
  const times = rows
    .filter(({ row: { state, channel } }) =>
      value ? state === 'withdrawn' : state === 'granted' && !delivery.stoppedAll.includes(channel),
    )
    .map(({ row }) => Date.parse(row.occurredAt));
  return times.length > 0 ? { value, at: Math.floor(Math.max(...times) / 1000) } : undefined;
}
