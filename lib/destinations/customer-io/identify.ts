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

/** Attributes to be set; `at` (seconds): not over what somebody chose there since. */
interface Update {
  readonly attributes: Attributes;
  readonly at?: number;
}

/**
 * One operation for each of the person's identifiers. Attributes take effect when they arrive, also over what somebody
 * chose there later: a stop must not lose to a newer yes of the vendor's. `unsubscribed`, and grants where the setting
 * says so, go in operations of their own that say when: so a grant lifts no stop that came after it.
 */
export function operations(words: Words): readonly object[] {
  const { delivery, settings } = words;
  const updates = updatesOf(words);
  const unsubscribed = unsubscribedBy(words);
  const existing = delivery.retired || !settings.createPeople;
  return settings.identifyBy
    .map((name) => ({ name, value: delivery.identifiers[KINDS[name]] }))
    .filter(({ value }) => value !== undefined)
    .flatMap(({ name, value }, nth) => {
      const person = { type: 'person', action: 'identify', identifiers: { [name]: value } };
      const operation = ({ attributes, at }: Update, update: boolean) => ({
        ...person,
        ...(at !== undefined && { timestamp: at }),
        attributes: update ? { ...attributes, _update: true } : attributes,
      });
      return [
        ...updates.map((one) => operation(one, existing || nth > 0)),
        ...(unsubscribed ? [operation(unsubscribed, true)] : []),
      ];
    });
}

/** Withdrawals first, with topics that end only because everything does. */
function updatesOf(words: Words): readonly Update[] {
  const { rows, settings } = words;
  const ended = Object.fromEntries(
    (stopsAll(words) ? settings.otherTopics : []).map((id) => [pathOf(id), false]),
  );
  if (!settings.timedGrants) return [{ attributes: { ...ended, ...attributesOf(words, rows) } }];
  const withdrawn = rows.filter(({ row }) => row.state === 'withdrawn');
  const granted = rows.filter(({ row }) => row.state === 'granted');
  return [
    ...(withdrawn.length > 0 ? [{ attributes: { ...ended, ...attributesOf(words, withdrawn) } }] : []),
    ...granted.map((one) => ({ attributes: attributesOf(words, [one]), at: secondsOf([one]) })),
  ];
}

/** The newest of these, in seconds. */
const secondsOf = (rows: Words['rows']): number =>
  Math.floor(Math.max(...rows.map(({ row }) => Date.parse(row.occurredAt))) / 1000);

const pathOf = (id: number): string => `cio_subscription_preferences.topics.topic_${id}`;

function attributesOf({ delivery, settings }: Words, rows: Words['rows']): Attributes {
  const attributes: Record<string, string | boolean> = {};
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

/** Whether the person is out of everything, or in again, and since when. */
function unsubscribedBy(words: Words): Update | undefined {
  const unsubscribed = stopsAll(words);
  const { delivery, settings } = words;
  if (!unsubscribed && !settings.liftGlobalStop) return undefined;
  const rows = words.rows.filter(({ row: { state, channel } }) =>
    unsubscribed ? state === 'withdrawn' : state === 'granted' && !delivery.stoppedAll.includes(channel),
  );
  return rows.length > 0 ? { attributes: { unsubscribed }, at: secondsOf(rows) } : undefined;
}
