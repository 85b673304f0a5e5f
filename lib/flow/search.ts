import { cares } from '../domain/interest.ts';
import { type Entry, fits, placeOf, type Sought } from '../domain/searching.ts';
import { toIso } from '../domain/time.ts';
import type { Ledger, Marks } from '../ports.ts';
import type { Fate } from './fate.ts';
import { type FatesPorts, fatesAt } from './fates.ts';
import { SEARCH_MARK } from './index-versions.ts';
import type { Told } from './read-deliveries.ts';
import type { Bounds, SearchIndex } from './search-index.ts';
import { isListed, type StuckPorts, searchStuck } from './search-stuck.ts';
import type { Walk } from './search-walk.ts';
import { everOf, sparsest, waysFor } from './search-ways.ts';

export interface SearchPorts extends Omit<FatesPorts, 'ledger'>, Omit<StuckPorts, 'ledger'> {
  readonly ledger: Pick<Ledger, 'items' | 'answeredWith'>;
  readonly index: Pick<SearchIndex, 'lists' | 'entries'>;
  /** Of the lanes. */
  readonly marks: Pick<Marks, 'read'>;
  /** Of the index. */
  readonly indexMarks: Pick<Marks, 'read'>;
}

/** What is asked: `sought` of a version, and what became of it at a destination. */
export interface Asked {
  readonly sought: Sought;
  readonly at?: { readonly told: Told; readonly outcome?: Fate['outcome'] };
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export type Hit = Entry & {
  readonly delivery?: Pick<Fate, 'outcome' | 'at' | 'by' | 'reason'> & { readonly destination: string };
};

export interface Hits {
  readonly hits: readonly Hit[];
  /** Where the next page starts; missing on the last one. */
  readonly next?: string;
  /** What was walked; the rest was compared. */
  readonly searchedBy: string;
}

/** Entries that one page may look at beyond those it gives: one that finds little ends early and names where to go on. */
const MOST_REJECTED = 2_000;

/** Searches versions across all subjects, newest first. */
export const searchVersions =
  (ports: SearchPorts) =>
  (asked: Asked): Promise<Hits> => {
    const { at } = asked;
    return at?.outcome !== undefined && isListed(at.outcome, at.told)
      ? searchStuck(ports, { ...asked, told: at.told, outcome: at.outcome })
      : searchEntries(ports, asked);
  };

/** Everything recorded before this moment can be found; null where nothing was ever indexed. */
export async function indexedUpTo({ indexMarks }: Pick<SearchPorts, 'indexMarks'>): Promise<string | null> {
  const mark = await indexMarks.read(SEARCH_MARK);
  return mark ? toIso(mark.lowWater) : null;
}

/** What is compared entry by entry is counted: it says how much is read at a time, and when a page ends early. */
interface Pace {
  probing: boolean;
  found: number;
  rejected: number;
  ended: boolean;
  /** Place of the last entry looked at. */
  last?: string;
}

/** Entries of each list that are read to find out which has the fewest. */
const PROBED = 40;

async function searchEntries(ports: SearchPorts, asked: Asked): Promise<Hits> {
  const pace: Pace = { probing: true, found: 0, rejected: 0, ended: false };
  const wanted = (): number =>
    pace.probing ? Math.min(PROBED, asked.limit) : asked.limit - pace.found + pace.rejected;
  const bounds = await boundsOf(ports, asked);
  const ways = waysFor(asked);
  pace.probing = ways.length > 1;
  const { walk, name } = await sparsest({ index: ports.index, bounds, wanted }, ways);
  pace.probing = false;
  return { ...(await gather(ports, asked, { walk, pace })), searchedBy: name };
}

/** What waits at a destination was recorded after its low-water mark: everything before is answered. */
async function boundsOf({ marks }: SearchPorts, { sought, at, after }: Asked): Promise<Bounds> {
  const mark = at?.outcome === 'pending' ? await marks.read(at.told.id) : undefined;
  const [from] = [sought.from ?? '', mark ? toIso(mark.lowWater) : ''].sort().reverse();
  const below = after ?? sought.to;
  return { ...(from && { from }), ...(below !== undefined && { below }) };
}

interface Going {
  readonly walk: Walk;
  readonly pace: Pace;
}

async function gather(ports: SearchPorts, asked: Asked, going: Going): Promise<Pick<Hits, 'hits' | 'next'>> {
  const { pace, walk } = going;
  const hits: Hit[] = [];
  while (hits.length < asked.limit && pace.rejected < MOST_REJECTED && !pace.ended) {
    const batch = await take(asked, going);
    const some = await judged(ports, asked, batch);
    hits.push(...some);
    pace.rejected += batch.length - some.length;
    pace.found = hits.length;
  }
  const page = hits.slice(0, asked.limit);
  const last = page.at(-1);
  if (last && hits.length > page.length) return { hits: page, next: placeOf(last) };
  const more = !pace.ended && (await walk.next()) !== undefined;
  return { hits: page, ...(more && pace.last !== undefined && { next: pace.last }) };
}

/** Deliveries are read for so many at once at least, and at most. */
const FEWEST = 25;
const MOST = 400;

/** The next entries that are what is sought; how many depends on how many of the earlier ones were not it after all. */
async function take(asked: Asked, { walk, pace }: Going): Promise<readonly Entry[]> {
  const left = asked.limit - pace.found;
  const size = asked.at ? Math.max(FEWEST, Math.min(MOST, left + pace.rejected)) : left;
  const batch: Entry[] = [];
  while (batch.length < size && pace.rejected < MOST_REJECTED) {
    const entry = await walk.next();
    pace.ended = entry === undefined;
    if (!entry) break;
    pace.last = placeOf(entry);
    if (isSought(asked, entry)) batch.push(entry);
    else pace.rejected += 1;
  }
  return batch;
}

const isSought = ({ sought, at }: Asked, entry: Entry): boolean =>
  fits(sought, entry) && (!at || cares(everOf(at.told), entry));

async function judged(ports: SearchPorts, { at }: Asked, entries: readonly Entry[]): Promise<readonly Hit[]> {
  if (!at) return entries;
  const fates = await fatesAt(ports, at.told, entries);
  return entries.flatMap((entry, i) => {
    const fate = fates[i];
    if (!fate || fate.outcome === 'not-concerned') return [];
    if (at.outcome !== undefined && at.outcome !== fate.outcome) return [];
    return [{ ...entry, delivery: { destination: at.told.id, ...plain(fate) } }];
  });
}

const plain = ({ outcome, at, by, reason }: Fate): Pick<Fate, 'outcome' | 'at' | 'by' | 'reason'> => ({
  outcome,
  ...(at !== undefined && { at }),
  ...(by !== undefined && { by }),
  ...(reason !== undefined && { reason }),
});
