import { type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import type { Settings } from './settings.ts';

/** What is said of one person; each row with the topic of Customer.io that stands for it. */
export interface Words {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly row: DeliveryRow;
  readonly id: number;
  /** Undefined where none is kept. */
  readonly evidence: string | undefined;
}

const KINDS = { id: 'customer', email: 'email', phone: 'phone' } as const;

type Attributes = Record<string, string | boolean>;

/** Attributes to be set; `at` (seconds): not over what somebody chose there since. */
interface Update {
  readonly attributes: Readonly<Attributes>;
  readonly at: number | undefined;
}

/**
 * One operation for each of the person's identifiers. Attributes take effect when they arrive, also over what somebody
 * chose there later: a stop must not lose to a newer yes of the vendor's. `unsubscribed`, and grants where the setting
 * says so, go in operations of their own that say when: so a grant lifts no stop that came after it.
 */
export function operations(words: Words): readonly object[] {
  const { delivery, settings } = words;
  const unsubscribed = unsubscribedBy(words);
  let update = delivery.retired || !settings.createPeople;
  const all: object[] = [];
  for (const name of settings.identifyBy) {
    const value = delivery.identifiers[KINDS[name]];
    if (value === undefined) continue;
    const identifiers = { [name]: value };
    for (const one of updatesOf(words, update)) all.push(operation(identifiers, one));
    if (unsubscribed) all.push(operation(identifiers, unsubscribed));
    update = true;
  }
  return all;
}

const operation = (identifiers: Readonly<Record<string, string>>, { attributes, at }: Update): object =>
  at === undefined
    ? { type: 'person', action: 'identify', identifiers, attributes }
    : { type: 'person', action: 'identify', identifiers, timestamp: at, attributes };

/** Withdrawals first, with topics that end only because everything does. `update`: creates nobody. */
function updatesOf(words: Words, update: boolean): readonly Update[] {
  const { rows, settings } = words;
  const ended = stopsAll(words) ? settings.otherTopics : [];
  if (!settings.timedGrants) return [{ attributes: attributesOf({ rows, ended, update }), at: undefined }];
  const withdrawn = rows.filter(({ row }) => row.state === 'withdrawn');
  const first = { attributes: attributesOf({ rows: withdrawn, ended, update }), at: undefined };
  return [
    ...(withdrawn.length > 0 ? [first] : []),
    ...rows
      .filter(({ row }) => row.state === 'granted')
      .map((one) => ({
        attributes: attributesOf({ rows: [one], ended: [], update }),
        at: secondsOf([one]),
      })),
  ];
}

/** The newest of these, in seconds. */
function secondsOf(rows: Words['rows']): number {
  let newest = '';
  for (const { row } of rows) if (row.occurredAt > newest) newest = row.occurredAt;
  return Math.floor(Date.parse(newest) / 1000);
}

interface Said {
  readonly rows: Words['rows'];
  readonly ended: readonly number[];
  readonly update: boolean;
}

function attributesOf({ rows, ended, update }: Said): Attributes {
  const attributes: Attributes = update ? { _update: true } : {};
  for (const id of ended) attributes[namesOf(id).topic] = false;
  for (const { row, id, evidence } of rows) {
    const names = namesOf(id);
    attributes[names.topic] = row.state === 'granted';
    if (evidence !== undefined) attributes[names.evidence] = evidence;
  }
  return attributes;
}

interface Names {
  readonly topic: string;
  readonly evidence: string;
}

const NAMES = new Map<number, Names>();

/** Names of attributes, made once: there are as many as topics in the subscription centre. */
function namesOf(id: number): Names {
  const known = NAMES.get(id);
  if (known) return known;
  const names = { topic: `cio_subscription_preferences.topics.topic_${id}`, evidence: `heed_topic_${id}` };
  NAMES.set(id, names);
  return names;
}

export function evidenceOf(delivery: Delivery, row: DeliveryRow): string {
  const basis = row.legalBasis === undefined ? '' : `${row.legalBasis}; `;
  return `${row.state}; ${basis}${evidenceLine(delivery, row)}`;
}

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
  if (rows.length === 0) return undefined;
  return { attributes: { unsubscribed, _update: true }, at: secondsOf(rows) };
}
