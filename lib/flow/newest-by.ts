import { toMs } from '../domain/time.ts';
import type { Records, Stored, StoredRaw } from '../ports.ts';

export interface Limit {
  readonly subject: string;
  /** The newest version there is, or the newest that may count. */
  readonly newest: StoredRaw;
  /** ISO */
  readonly moment: string;
}

/** What had been recorded by a moment. */
export interface Recorded {
  /** The newest version that can be relied on. */
  readonly stored: Stored | undefined;
  /** The newest of those above it that cannot be, where there are any. */
  readonly broken?: StoredRaw;
}

type Raw = Pick<Records, 'raw'>;

/**
 * The newest version recorded up to a moment, of `newest` and those before it: recording times rise with the number. Only
 * versions that can be relied on say where to look; of the others their items' own times are taken, which permit nothing.
 */
export async function newestBy(records: Raw, limit: Limit): Promise<Recorded> {
  let edge: Edge = { low: 1, high: limit.newest.version, stored: undefined, next: undefined };
  for (let turn = 0; edge.low <= edge.high; turn++) {
    const place = turn === 0 ? edge.high : placeIn(edge, toMs(limit.moment), turn);
    edge = await lookedAt(records, limit, { edge, place });
  }
  const broken = await brokenBy(records, limit, edge);
  return { stored: edge.stored, ...(broken && { broken }) };
}

/** Where the newest that counts may be: from `low` to `high`, or else it is `stored`. `next` was recorded too late. */
interface Edge {
  readonly low: number;
  readonly high: number;
  readonly stored: Stored | undefined;
  readonly next: Stored | undefined;
}

/**
 * Where to look next: at the first of all, then in turns where the moment would lie if versions had come at a steady pace,
 * which is found soon where they did, and in the middle, which is found in the end however they came.
 */
function placeIn({ low, high, stored, next }: Edge, moment: number, turn: number): number {
  const middle = Math.floor((low + high) / 2);
  if (turn === 1) return low;
  if (!stored || !next || turn % 2 === 1) return middle;
  const [from, to] = [stored, next].map(({ version }) => toMs(version.recordedAt));
  if (from === undefined || to === undefined) return middle;
  const share = (moment - from) / (to - from);
  const { version } = stored.version;
  const steady = version + Math.floor(share * (next.version.version - version));
  return Math.min(high, Math.max(low, steady));
}

interface Place {
  readonly edge: Edge;
  readonly place: number;
}

/** A version and its neighbours: where it is the one that is looked for, the next shows it. */
const NEAR = 3;

/** Reads what is in that place and next to it. */
async function lookedAt(records: Raw, limit: Limit, { edge, place }: Place): Promise<Edge> {
  const { subject, newest } = limit;
  const below = Math.min(place + 2, edge.high + 1);
  const read = place === newest.version ? [newest] : await records.raw(subject, { below, limit: NEAR });
  const near = read.reduce(
    (now, { version, stored: found }) =>
      found && version >= now.low && version <= now.high ? narrowed(now, version, { found, limit }) : now,
    edge,
  );
  const page = read.filter(({ version }) => version <= place);
  if (near.low > place || page.some(({ broken, version }) => !broken && version >= edge.low)) return near;
  return narrowed(near, place, { found: await reliableIn(records, subject, { page, edge }), limit });
}

interface Look {
  /** The version in that place, or the next below it that can be relied on. */
  readonly found: Stored | undefined;
  readonly limit: Limit;
}

const narrowed = (edge: Edge, place: number, { found, limit }: Look): Edge =>
  found && found.version.recordedAt > limit.moment
    ? { ...edge, high: found.version.version - 1, next: found }
    : { ...edge, low: place + 1, stored: found ?? edge.stored };

interface Reach {
  readonly page: readonly StoredRaw[];
  readonly edge: Edge;
}

const STEP = 8;

/** The first version of the page that can be relied on, or below it down to `low`. */
async function reliableIn(
  records: Raw,
  subject: string,
  { page: first, edge: { low } }: Reach,
): Promise<Stored | undefined> {
  for (let page = first; ; ) {
    const found = page.find(({ broken, version }) => !broken || version < low);
    const last = page.at(-1);
    if (found || !last) return found && found.version >= low ? found.stored : undefined;
    page = await records.raw(subject, { below: last.version, limit: STEP });
  }
}

/** After any time, as a text. */
const MAX = '~';

/**
 * Of the broken versions between the newest that counts and the next that does not, the newest that may count: a time that
 * cannot be, between those two, is not believed.
 */
async function brokenBy(
  records: Raw,
  { subject, moment }: Limit,
  { stored, high, next }: Edge,
): Promise<StoredRaw | undefined> {
  const above = stored?.version.version ?? 0;
  if (high <= above) return undefined;
  const [since, until = MAX] = [stored?.version.recordedAt ?? '', next?.version.recordedAt];
  const page = await records.raw(subject, { below: high + 1, limit: high - above });
  return page.find(
    ({ version, recordedAt = '' }) =>
      version > above && (recordedAt <= moment || recordedAt <= since || recordedAt >= until),
  );
}
