import type { Call, Delivery, DeliveryRow, Reply } from '../destination.ts';
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
  readonly rows: readonly { readonly row: DeliveryRow; readonly list: number }[];
}

const known = (kind: 'failed' | 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});

/**
 * Looks for the person's subscribers first, by key and by address. A withdrawal reaches each of them, since mail goes to
 * the address; a grant only the one with the person's own key, or whom the address alone stands for.
 */
export function tell(words: Words): Call {
  const { email, customer } = words.delivery.identifiers;
  const key = words.settings.subscriberKey === 'email' ? email : customer;
  return search(words, subscribersBy({ key, email }), (results) => {
    const found = results.flatMap(subscriberIn);
    const own = found.filter((one) => key === undefined || isSame(one.key, key));
    const others = found.filter((one) => !own.includes(one));
    const made = own.length === 0 ? madeFor(words, key, email) : [];
    return knowingWhoLeft(words, { own: [...own, ...made], others });
  });
}

const search = (
  { settings }: Words,
  body: string,
  next: (results: readonly string[]) => readonly Call[],
): Call => ({
  ...{ method: 'POST', path: soapAt(settings), headers: soapHeaders('Retrieve') },
  ...{ lookup: true, body, interpret: readSearch },
  next: ({ body: reply }: Reply) => next(typeof reply === 'string' ? resultsIn(reply) : []),
});

/**
 * Who is out of everything and subscribes anew is let back in only if they are off a list that is granted, too: Heed
 * never takes anybody out of everything without that. Who is on it left by themselves, and an old yes does not lift that.
 */
function knowingWhoLeft(words: Words, told: Told): readonly Call[] {
  const out = comingBack(words, told.own);
  if (out.length === 0 || !words.settings.liftGlobalStop) return toldTo(words, { ...told, back: [], out });
  const keys = out.map(({ key }) => key);
  return [
    search(words, listsOf(keys), (results) => {
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

function toldTo(words: Words, { own, others, back, out }: Going): readonly Call[] {
  const { settings } = words;
  const objects = [
    ...stops(words, own),
    ...listed(words, others, 'withdrawn'),
    ...listed(words, own, 'withdrawn'),
    ...back.map((one) => onAll(target(one), 'Active')),
    ...listed(
      words,
      own.filter((one) => !out.includes(one)),
      'granted',
    ),
  ];
  const staying = out.length > 0 ? [known('needs-user-action', 'unsubscribed-from-all')] : [];
  const nobody = own.length === 0 ? [known('skipped', 'no-such-subscriber')] : [];
  if (objects.length === 0) return [...nobody, ...staying];
  const create: Call = {
    ...{ method: 'POST', path: soapAt(settings), headers: soapHeaders('Create') },
    ...{ items: objects, wrap: createEnvelope, split },
  };
  return [create, ...nobody, ...staying, ...evidence(words, own)];
}

/** A subscriber who is there already goes by the key alone. */
const target = ({ key, status, email }: Subscriber): Target =>
  status === undefined && email !== undefined ? { key, email } : { key };

const isStopped = ({ delivery }: Words): boolean => delivery.stoppedAll.includes('email');

function stops(words: Words, own: Told['own']): readonly string[] {
  const { globalStop, otherLists } = words.settings;
  if (!globalStop || !isStopped(words)) return [];
  return own.flatMap((one) => [
    onAll(target(one), 'Unsubscribed'),
    ...otherLists.map((id) => onList(target(one), id, 'Unsubscribed')),
  ]);
}

function listed(words: Words, people: readonly Subscriber[], state: DeliveryRow['state']): string[] {
  const rows = words.rows.filter(({ row }) => row.state === state);
  const status = state === 'granted' ? 'Active' : 'Unsubscribed';
  return people.flatMap((one) => rows.map(({ list }) => onList(target(one), list, status)));
}

/** Out of everything once, and subscribing anew. */
const comingBack = (words: Words, own: Told['own']): Told['own'] =>
  !isStopped(words) && words.rows.some(({ row }) => row.state === 'granted')
    ? own.filter(({ status }) => status === 'Unsubscribed')
    : [];

function evidence({ delivery, settings, rows }: Words, own: Told['own']): readonly Call[] {
  if (!settings.evidence) return [];
  const items = own.flatMap(({ key }) =>
    rows.map(({ row }) => ({
      keys: { SubscriberKey: key, Channel: row.channel, Topic: row.topic },
      values: {
        ...{ Status: row.state, CapturedAt: row.occurredAt, Source: row.source, Method: row.method },
        ...{ LegalBasis: row.legalBasis ?? '', Version: `${delivery.subject}:${delivery.version}` },
        Notice: row.notice ? `${row.notice.id} ${row.notice.version} ${row.notice.language}` : '',
      },
    })),
  );
  const path = `/hub/v1/dataevents/key:${settings.evidence.dataExtension}/rowset`;
  return [{ method: 'POST', path, items, wrap: (all) => all, split: () => undefined }];
}
