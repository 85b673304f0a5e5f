import { csrfHeaders, FETCH_CSRF } from '../csrf.ts';
import type { Call, Reply } from '../destination.ts';
import {
  bodyOf,
  isTold,
  keyOf,
  mayGrant,
  quoted,
  type Row,
  rowsIn,
  rowsOf,
  type Wanted,
  type Writing,
} from './permissions.ts';
import { isResult, noSuchContact } from './replies.ts';

/** An address or a number, under the origin of one medium, and what is to be said of it. */
export interface Point extends Writing {
  readonly address: string;
  readonly origin: string;
  readonly wanted: readonly Wanted[];
}

/** Addresses that there is something to say of: one for each origin. */
export function pointsOf({ delivery, settings }: Writing): readonly Point[] {
  const points = new Map<string, Point & { readonly wanted: Wanted[] }>();
  for (const row of delivery.choices) {
    const topic = settings.topics[row.topic];
    const channel = settings.channels[row.channel];
    const address = channel && delivery.identifiers[channel.by];
    if (!topic || !channel || address === undefined) continue;
    const { origin } = channel;
    const point = points.get(origin) ?? { delivery, settings, address, origin, wanted: [] };
    point.wanted.push({ row, topic, channel });
    points.set(origin, point);
  }
  return [...points.values()];
}

interface Known extends Point {
  readonly rows: readonly Row[];
}

/**
 * Asks what is permitted at each address, which also opens the session that writes need, and writes what is not said yet
 * once all is known.
 */
export function tellPoints(
  points: readonly Point[],
  known: readonly Known[] = [],
  last?: Reply,
): readonly Call[] {
  const [point, ...others] = points;
  if (!point) return last ? told(known, csrfHeaders(last)) : [];
  const { address, origin } = point;
  const filter = `ContactPermissionID%20eq%20${quoted(address)}%20and%20ContactPermissionOrigin%20eq%20${quoted(origin)}`;
  return [
    {
      method: 'GET',
      path: `/MarketingPermissions?$format=json&$filter=${filter}`,
      headers: FETCH_CSRF,
      interpret: isResult,
      next: (reply) => tellPoints(others, [...known, { ...point, rows: rowsIn(reply) ?? [] }], reply),
    },
  ];
}

type Headers = Readonly<Record<string, string>>;

/**
 * New contacts for those who grant something, then withdrawals at all addresses, then grants: one that is refused keeps
 * no withdrawal waiting, and a contact that is new is told what it does not want too.
 */
function told(known: readonly Known[], session: Headers): readonly Call[] {
  const refused = known.some((point) => point.wanted.some((one) => !isAllowed(one, point)));
  const calls = [
    ...known.filter((point) => grantsOf(point).length > 0).flatMap((point) => contactOf(point, session)),
    ...known.flatMap((point) =>
      point.wanted
        .filter(({ row }) => row.state === 'withdrawn')
        .flatMap((one) => write(one, point, session)),
    ),
    ...known.flatMap((point) => grantsOf(point).flatMap((one) => write(one, point, session))),
  ];
  if (refused) return [...calls, answer('needs-user-action', 'refused-at-sap-marketing-cloud')];
  if (calls.length > 0) return calls;
  return [known.some(({ rows }) => rows.length > 0) ? DELIVERED : answer('skipped', 'no-such-contact')];
}

const DELIVERED: Call = { outcome: { kind: 'delivered' } };
const answer = (kind: 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});

const grantsOf = (point: Known): readonly Wanted[] =>
  point.wanted.filter((one) => one.row.state === 'granted' && isAllowed(one, point));

const isAllowed = (one: Wanted, { rows, settings }: Known): boolean =>
  one.row.state === 'withdrawn' || rowsOf(rows, one).every((row) => mayGrant(row, one.row, settings));

/** Writes over every permission about the same, or a new one; at an address that the person left no new one. */
function write(one: Wanted, point: Known, session: Headers): readonly Call[] {
  const { rows, settings, delivery, address } = point;
  const hits = rowsOf(rows, one);
  const open = hits.filter((row) => !isTold(row, one.row, point));
  const over: readonly (Row | undefined)[] = hits.length > 0 || delivery.retired ? open : [undefined];
  return over.map((row) => ({
    method: 'PATCH',
    path: `/MarketingPermissions(${keyOf(one, address, settings, row)})`,
    headers: { ...session, ...(settings.synchronous && SYNCHRONOUS) },
    body: bodyOf(one, row, point),
    ...ASKED,
  }));
}

/**
 * Whether a permission told anybody anything is in its reply: there may be no such contact, which must end nothing that
 * is to be said of another address.
 */
const ASKED = {
  lookup: true,
  interpret: noSuchContact,
  next: ({ status }: Reply): readonly Call[] => {
    if (status === 404) return [answer('skipped', 'no-such-contact')];
    return [status === 202 ? { outcome: { kind: 'delivered', appliedLater: true } } : DELIVERED];
  },
} as const;

const SYNCHRONOUS = { 'sap-cuan-forcesynchronousprocessing': 'X' };

/** A contact with nothing but its address, where nothing is known of it yet. Fields that are left out are left alone. */
function contactOf(
  { rows, settings, delivery, address, origin, wanted }: Known,
  session: Headers,
): readonly Call[] {
  if (!settings.createContacts || rows.length > 0 || delivery.retired) return [];
  const isMail = wanted.some(({ channel }) => channel.by === 'email');
  return [
    {
      method: 'PATCH',
      path: `/ContactOriginData(ContactID=${quoted(address)},ContactOrigin=${quoted(origin)})`,
      headers: { ...session, ...(settings.synchronous && SYNCHRONOUS) },
      body: {
        OriginDataLastChgUTCDateTime: delivery.recordedAt.slice(0, 19),
        ...(isMail ? { EmailAddress: address } : { MobileNumber: address }),
      },
    },
  ];
}
