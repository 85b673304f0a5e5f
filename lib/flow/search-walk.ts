import { type Entry, type Facet, placeOf } from '../domain/searching.ts';
import type { Bounds, List, SearchIndex } from './search-index.ts';

/** Several facets walked as one: what is in any of them, newest first, each once. */
export interface Walk {
  /** The next entry; undefined when there is none left. */
  readonly next: () => Promise<Entry | undefined>;
  /** Reads a first little of every list, and gives the place down to which all is read: the lower, the fewer there are. */
  readonly reach: () => Promise<string>;
}

export interface Walking {
  readonly index: Pick<SearchIndex, 'lists' | 'entries'>;
  readonly bounds: Bounds;
  /** How many entries are still wanted, about: not many more are read at a time. */
  readonly wanted: () => number;
}

/** The entries of one shard of a facet: what was read and not yet given, and the lists in which more may be. */
interface Stream {
  readonly lists: List[];
  readonly read: { readonly place: string; readonly entry: Entry }[];
  /** Place of the last one read. */
  below?: string;
}

/** Longest page of one list: what is asked for at once fits one answer of DynamoDB. */
const LONGEST_PAGE = 500;

/** Beyond its share, for a list has now more and now less than that. */
const SLACK = 4;

/** Opens a walk: reads which lists there are, and nothing of them. */
export async function walkOver(walking: Walking, facets: readonly Facet[]): Promise<Walk> {
  const found = await Promise.all(facets.map((facet) => walking.index.lists(facet, walking.bounds)));
  const streams = found.flatMap(streamsOf);
  const fill = () =>
    Promise.all(streams.filter(isSpent).map((stream) => refill(walking, stream, streams.length)));
  return {
    next: async () => {
      await fill();
      const newest = newestIn(streams);
      if (newest) drop(streams, newest.place);
      return newest?.entry;
    },
    reach: async () => {
      await fill();
      return streams.reduce((reach, { lists, below = '' }) => {
        const down = lists.length === 0 ? '' : below;
        return down > reach ? down : reach;
      }, '');
    },
  };
}

/** The lists of one shard follow one another; shards stand side by side. */
function streamsOf(lists: readonly List[]): readonly Stream[] {
  const shards = [...new Set(lists.map(({ shard }) => shard))];
  return shards.map((one) => ({ lists: lists.filter(({ shard }) => shard === one), read: [] }));
}

const isSpent = ({ lists, read }: Stream): boolean => read.length === 0 && lists.length > 0;

/** Reads on until there is something to give, or nothing left. */
async function refill({ index, bounds, wanted }: Walking, stream: Stream, streams: number): Promise<void> {
  const limit = Math.min(LONGEST_PAGE, Math.ceil(wanted() / streams) + SLACK);
  for (let [list] = stream.lists; list && stream.read.length === 0; [list] = stream.lists) {
    const below = stream.below ?? bounds.below;
    const page = await index.entries(list, { ...bounds, ...(below !== undefined && { below }), limit });
    stream.read.push(...page.map((entry) => ({ place: placeOf(entry), entry })));
    const last = stream.read.at(-1);
    if (last) stream.below = last.place;
    if (page.length < limit) stream.lists.shift();
  }
}

function newestIn(streams: readonly Stream[]): Stream['read'][number] | undefined {
  let newest: Stream['read'][number] | undefined;
  for (const { read } of streams) {
    const [head] = read;
    if (head && (!newest || head.place > newest.place)) newest = head;
  }
  return newest;
}

/** The same version stands in several facets. */
function drop(streams: readonly Stream[], place: string): void {
  for (const { read } of streams) if (read[0]?.place === place) read.shift();
}
