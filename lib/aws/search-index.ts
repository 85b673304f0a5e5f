import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { sha256 } from '../domain/digest.ts';
import { Facts } from '../domain/facts.ts';
import { ALL, type Entry, type Facet, facetsOf, monthOf, placeOf } from '../domain/searching.ts';
import { MINUTE, toIso } from '../domain/time.ts';
import type { Bounds, List, SearchIndex } from '../flow/search-index.ts';
import { batchPut, type PutAll } from './batch-write.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, text, textOf } from './item.ts';
import { allOf } from './pages.ts';

/** Partitions that a month of a facet is spread over: each takes a thousand entries a second. */
const SHARDS = 4;

const shardOf = (subject: string): number => Number.parseInt(sha256(subject).slice(0, 2), 16) % SHARDS;

const listKey = ({ facet, month, shard }: List): string => `F#${facet}#${month}#${shard}`;
const contentsKey = (facet: Facet): string => `F#${facet}#LISTS`;

/** Sorts after every place. */
const END = '~';

const Written = Facts.extend({
  topics: z.array(z.string()).readonly(),
  channels: z.array(z.string()).readonly(),
});

/** The search index in a table of DynamoDB. */
export function searchIndexOn(client: DynamoDBClient, table: string, put: PutAll = batchPut): SearchIndex {
  const shelf: Shelf = { client, table };
  const known = new Set<string>();
  return {
    write: (entries) => write((items) => put(shelf, items), known, entries),
    lists: (facet, bounds) => lists(shelf, facet, bounds),
    entries: async (list, { limit, ...bounds }) => (await query(shelf, list, { bounds, limit })).map(entryOf),
    placesIn: async (minute) => {
      const [from, below] = [toIso(minute), toIso(minute + MINUTE)];
      const found = await Promise.all(
        Array.from({ length: SHARDS }, (_, shard) =>
          query(shelf, { facet: ALL, month: monthOf(from), shard }, { bounds: { from, below } }),
        ),
      );
      return new Set(found.flat().map((item) => textOf(item, 'sk')));
    },
  };
}

/**
 * The list of all comes last: what is in that one is in all. Which lists there are is written once by each process, and
 * before their first entry, so that none is overlooked.
 */
async function write(
  put: (items: readonly Item[]) => Promise<void>,
  known: Set<string>,
  entries: readonly Entry[],
): Promise<void> {
  const placed = entries.flatMap((entry) => placings(entry, facetsOf(entry)));
  const last = entries.flatMap((entry) => placings(entry, [ALL]));
  const fresh = [...placed, ...last].filter(({ list }) => !known.has(listKey(list)));
  await put(
    fresh.map(({ list: { facet, month, shard } }) => ({
      pk: text(contentsKey(facet)),
      sk: text(`${month}#${shard}`),
    })),
  );
  await put(placed.map(itemOf));
  await put(last.map(itemOf));
  for (const { list } of fresh) known.add(listKey(list));
}

interface Placing {
  readonly list: List;
  readonly entry: Entry;
}

const placings = (entry: Entry, facets: readonly Facet[]): readonly Placing[] =>
  facets.map((facet) => ({
    list: { facet, month: monthOf(entry.recordedAt), shard: shardOf(entry.subject) },
    entry,
  }));

function itemOf({ list, entry }: Placing): Item {
  const { subject: _, version: __, recordedAt: ___, ...rest } = entry;
  return { pk: text(listKey(list)), sk: text(placeOf(entry)), entry: text(JSON.stringify(rest)) };
}

function entryOf(item: Item): Entry {
  const [recordedAt = '', subject = '', version] = textOf(item, 'sk').split('#');
  return {
    subject,
    version: Number(version),
    recordedAt,
    ...Written.parse(JSON.parse(textOf(item, 'entry'))),
  };
}

async function lists(
  shelf: Shelf,
  facet: Facet,
  { from = '', below = END }: Bounds,
): Promise<readonly List[]> {
  if (from >= below) return [];
  const found = await allOf(shelf, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': text(contentsKey(facet)),
      ':from': text(monthOf(from) || '0'),
      ':to': text(`${monthOf(below)}${END}`),
    },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  return found.map((item) => {
    const [month = '', shard] = textOf(item, 'sk').split('#');
    return { facet, month, shard: Number(shard) };
  });
}

interface Range {
  readonly bounds: Bounds;
  readonly limit?: number;
}

/** `BETWEEN` takes both of its ends in. No subject has two versions of one moment: without its version a place comes first. */
const justBelow = (place: string): string => place.replace(/#\d+$/, '#');

function query(shelf: Shelf, list: List, { bounds, limit }: Range): Promise<readonly Item[]> {
  const { from = '0', below = END } = bounds;
  if (from >= justBelow(below)) return Promise.resolve([]);
  return allOf(
    shelf,
    {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :below',
      ExpressionAttributeValues: {
        ':pk': text(listKey(list)),
        ':from': text(from),
        ':below': text(justBelow(below)),
      },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    limit,
  );
}
