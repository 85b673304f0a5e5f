import { ALL, type Entry, facetsOf, monthOf, placeOf } from '../lib/domain/searching.ts';
import { MINUTE, toMs } from '../lib/domain/time.ts';
import type { SearchIndex } from '../lib/flow/search-index.ts';
import type { DeliveryItem, LaneMark, Ledger, LogEntry, Marks } from '../lib/ports.ts';

/** Few enough that several subjects share one. */
const SHARDS = 3;

const shardOf = (subject: string): number =>
  [...subject].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % SHARDS;

/** The search index as one list that is looked through. */
export function searchIndexInMemory(): SearchIndex {
  const held = new Map<string, Entry>();
  const newestFirst = (): readonly Entry[] =>
    [...held.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const inFacet = (facet: string): readonly Entry[] =>
    newestFirst().filter((entry) => facet === ALL || facetsOf(entry).includes(facet));
  return {
    write: async (entries) => {
      for (const entry of entries) held.set(placeOf(entry), entry);
    },
    lists: async (facet, { from = '', below = '~' }) => {
      const lists = inFacet(facet).map(({ recordedAt, subject }) => ({
        ...{ facet, month: monthOf(recordedAt), shard: shardOf(subject) },
      }));
      const distinct = new Map(lists.map((list) => [`${list.month} ${list.shard}`, list]));
      return [...distinct.values()].filter(({ month }) => month >= monthOf(from) && month <= monthOf(below));
    },
    entries: async ({ facet, month, shard }, { from = '', below = '~', limit }) =>
      inFacet(facet)
        .filter(({ recordedAt, subject }) => monthOf(recordedAt) === month && shardOf(subject) === shard)
        .filter((entry) => placeOf(entry) >= from && placeOf(entry) < below)
        .slice(0, limit),
    placesIn: async (minute) =>
      new Set(
        [...held]
          .filter(([, { recordedAt }]) => Math.floor(toMs(recordedAt) / MINUTE) * MINUTE === minute)
          .map(([place]) => place),
      ),
  };
}

export function marksInMemory(): Marks {
  const marks = new Map<string, LaneMark>();
  return {
    read: async (lane) => marks.get(lane),
    write: async (lane, mark) => void marks.set(lane, mark),
  };
}

/** Answers by destination; a cursor is the place in the list. */
export const answeredWithIn =
  (deliveries: readonly DeliveryItem[], logged: readonly LogEntry[]): Ledger['answeredWith'] =>
  async (destination, outcome, { after = '0', limit, newestFirst }) => {
    const rows = [
      ...deliveries.flatMap(({ subject, destination: where, answered }) =>
        answered?.outcome === outcome && where === destination ? [{ subject, at: answered.at }] : [],
      ),
      ...logged.flatMap(({ subject, version, at, ...entry }) =>
        entry.outcome === outcome && entry.destination === destination ? [{ subject, version, at }] : [],
      ),
    ].sort((a, b) => (a.at < b.at ? -1 : 1));
    if (newestFirst) rows.reverse();
    const end = Number(after) + limit;
    return { items: rows.slice(Number(after), end), ...(end < rows.length && { next: String(end) }) };
  };
