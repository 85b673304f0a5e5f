import type { Call, Delivery, DeliveryRow } from '../destination.ts';
import { readSearch, split } from './replies.ts';
import type { Settings } from './settings.ts';
import {
  createEnvelope,
  leaving,
  leftIn,
  listsOf,
  onAll,
  onList,
  resultsIn,
  type Subscriber,
  soapHeaders,
  subscriberIn,
  subscribersBy,
  type Target,
} from './soap.ts';

/** What is to be said of one person; each row with the publication list that stands for it. */
export interface Words {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly row: DeliveryRow;
  readonly list: number;
}

/**
 * Looks for the person's subscribers first, by key and by address. A withdrawal reaches each of them, since mail goes to
 * the address; a grant only the one with the person's own key, or whom the address alone stands for.
 */
export function tell(words: Words): Call {
  const { email, customer } = words.delivery.identifiers;
  const key = words.settings.subscriberKey === 'email' ? email : customer;
  return search(words.settings, subscribersBy({ key, email }), (results) => {
    const found = results.flatMap(subscriberIn);
    const own = found.filter((one) => key === undefined || isSame(one.key, key));
    const others = found.filter((one) => !own.includes(one));
    const made = own.length === 0 ? madeFor(words, key, email) : [];
    return knowingWhoLeft(words, { own: [...own, ...made], others });
  });
}

export const search = (
  settings: Settings,
  body: string,
  next: (results: readonly string[]) => readonly Call[],
): Call => ({
  method: 'POST',
  path: soapAt(settings),
  headers: RETRIEVE,
  lookup: true,
  body,
  interpret: readSearch,
  next: ({ body: reply }) => next(typeof reply === 'string' ? resultsIn(reply) : []),
});

const CREATE = soapHeaders('Create');
const RETRIEVE = soapHeaders('Retrieve');

/**
 * Who is out of everything and subscribes anew is let back in only if they are off a list that is granted, too: Heed
 * never takes anybody out of everything without that. Who is on it left by themselves, and an old yes does not lift that.
 */
function knowingWhoLeft(words: Words, told: Told): readonly Call[] {
  const out = comingBack(words, told.own);
  if (out.length === 0 || !words.settings.liftGlobalStop) return toldTo(words, { ...told, back: [], out });
  const keys = out.map(({ key }) => key);
  return [
    search(words.settings, listsOf(keys), (results) => {
      const left = new Set(results.flatMap(leftIn));
      const back = out.filter(({ key }) =>
        words.rows.some(({ row, list }) => row.state === 'granted' && left.has(leaving(key, list))),
      );
      return toldTo(words, { ...told, back, out: out.filter((one) => !back.includes(one)) });
    }),
  ];
}

const soapAt = ({ subdomain }: Settings): string =>
  `https://${subdomain}.soap.marketingcloudapis.com/Service.asmx`;

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Somebody who is entered by being told, if both key and address are known and nobody has left the address. */
function madeFor(
  { delivery, settings }: Words,
  key: string | undefined,
  email: string | undefined,
): readonly Subscriber[] {
  if (delivery.retired || !settings.createSubscribers || key === undefined || email === undefined) return [];
  return [{ key, email, status: undefined }];
}

interface Told {
  readonly own: readonly Subscriber[];
  /** Subscribers of the same address under other keys. */
  readonly others: readonly Subscriber[];
}

interface Going extends Told {
  /** Let back in. */
  readonly back: readonly Subscriber[];
  /** Stay out of everything: a grant would reach nobody. */
  readonly out: readonly Subscriber[];
}

function toldTo(words: Words, going: Going): readonly Call[] {
  const { own, out } = going;
  const { settings } = words;
  const items = objectsFor(words, going);
  const calls: Call[] = items.length > 0 ? [creating(settings, items)] : [];
  if (own.length === 0) calls.push(NOBODY);
  if (out.length > 0) calls.push(STAYS_OUT);
  if (items.length > 0 && own.length > 0 && settings.evidence)
    calls.push(evidence(words, own, settings.evidence));
  return calls;
}

const creating = (settings: Settings, items: readonly string[]): Call => ({
  method: 'POST',
  path: soapAt(settings),
  headers: CREATE,
  items,
  wrap: createEnvelope,
  split,
});

/** Withdrawals first, for everybody; grants for those they are meant for. */
function objectsFor(words: Words, { own, others, back, out }: Going): readonly string[] {
  const items: string[] = [];
  if (words.settings.globalStop && isStopped(words))
    for (const one of own) stop(items, target(one), words.settings);
  for (const one of others) list(items, words, { person: target(one), state: 'withdrawn' });
  for (const one of own) list(items, words, { person: target(one), state: 'withdrawn' });
  for (const one of back) items.push(onAll(target(one), 'Active'));
  for (const one of own.filter((each) => !out.includes(each)))
    list(items, words, { person: target(one), state: 'granted' });
  return items;
}

const NOBODY: Call = { outcome: { kind: 'skipped', reason: 'no-such-subscriber' } };
const STAYS_OUT: Call = { outcome: { kind: 'needs-user-action', reason: 'unsubscribed-from-all' } };

/** A subscriber who is there already goes by the key alone. */
const target = ({ key, status, email }: Subscriber): Target =>
  status === undefined && email !== undefined ? { key, email } : { key };

const isStopped = ({ delivery }: Words): boolean => delivery.stoppedAll.includes('email');

function stop(items: string[], person: Target, { otherLists }: Settings): void {
  items.push(onAll(person, 'Unsubscribed'));
  for (const id of otherLists) items.push(onList(person, id, 'Unsubscribed'));
}

interface Listed {
  readonly person: Target;
  readonly state: DeliveryRow['state'];
}

function list(items: string[], { rows }: Words, { person, state }: Listed): void {
  const status = state === 'granted' ? 'Active' : 'Unsubscribed';
  for (const one of rows) if (one.row.state === state) items.push(onList(person, one.list, status));
}

/** Out of everything once, and subscribing anew. */
function comingBack(words: Words, own: Told['own']): Told['own'] {
  if (isStopped(words) || !words.rows.some(({ row }) => row.state === 'granted')) return [];
  return own.filter(({ status }) => status === 'Unsubscribed');
}

function evidence(
  { delivery, rows }: Words,
  own: Told['own'],
  { dataExtension }: NonNullable<Settings['evidence']>,
): Call {
  const items: object[] = [];
  for (const { key } of own) for (const { row } of rows) items.push(evidenceOf(delivery, row, key));
  const path = `/hub/v1/dataevents/key:${dataExtension}/rowset`;
  return { method: 'POST', path, items, wrap: rowset, split: byStatus };
}

const rowset = (rows: readonly unknown[]) => rows;
const byStatus = (): undefined => undefined;

function evidenceOf({ subject, version }: Delivery, row: DeliveryRow, SubscriberKey: string): object {
  const { notice } = row;
  return {
    keys: { SubscriberKey, Channel: row.channel, Topic: row.topic },
    values: {
      Status: row.state,
      CapturedAt: row.occurredAt,
      Source: row.source,
      Method: row.method,
      LegalBasis: row.legalBasis ?? '',
      Notice: notice ? `${notice.id} ${notice.version} ${notice.language}` : '',
      Version: `${subject}:${version}`,
    },
  };
}
