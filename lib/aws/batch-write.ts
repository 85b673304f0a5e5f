import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Shelf } from './dynamo.ts';
import { inTurn, slicesOf } from './in-turn.ts';
import { type Item, textIn } from './item.ts';

/** Items of one request: DynamoDB's own limit. */
const MOST_ITEMS = 25;
const AT_ONCE = 8;
const ATTEMPTS = 8;

/** Puts every item, in no order; of two with one key the later one. Throws where a busy table took some of them never. */
export type PutAll = (shelf: Shelf, items: readonly Item[]) => Promise<void>;

export const batchPut: PutAll = async ({ client, table }, items) => {
  await inTurn(slicesOf(distinct(items), MOST_ITEMS), AT_ONCE, (some) => patiently(client, table, some));
};

/** Items of one transaction: DynamoDB's own limit. */
const MOST_TOGETHER = 100;

/**
 * The same in transactions. On AWS they cost twice as much; an engine on this machine, which commits each item of a batch by
 * itself, is quicker with them.
 */
export const putTogether: PutAll = async ({ client, table }, items) => {
  for (const some of slicesOf(distinct(items), MOST_TOGETHER)) {
    const TransactItems = some.map((item) => ({ Put: { TableName: table, Item: item } }));
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
  }
};

const distinct = (items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map((item) => [nameOf(item), item])).values(),
];

const nameOf = (item: Item): string => `${textIn(item, 'pk')} ${textIn(item, 'sk')}`;

async function patiently(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  let left = items.map((item) => ({ PutRequest: { Item: item } }));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(Math.random() * 25 * 2 ** attempt);
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    const unprocessed = answer.UnprocessedItems?.[table] ?? [];
    left = unprocessed.flatMap(({ PutRequest }) =>
      PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
    );
    if (left.length === 0) return;
  }
  throw new Error(`${left.length} of ${items.length} items were not written in ${ATTEMPTS} attempts`);
}
