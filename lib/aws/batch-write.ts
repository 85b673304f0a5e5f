import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Shelf } from './dynamo.ts';
import { inTurn, slicesOf } from './in-turn.ts';
import { type Item, textIn } from './item.ts';

/** Items of one request: DynamoDB's own limit. */
const MOST_ITEMS = 25;
const AT_ONCE = 8;
const ATTEMPTS = 8;

/** Puts every item, in no order; of two with one key the later one. Throws where a busy table took some of them never. */
export async function batchPut({ client, table }: Shelf, items: readonly Item[]): Promise<void> {
  const distinct = [...new Map(items.map((item) => [nameOf(item), item])).values()];
  await inTurn(slicesOf(distinct, MOST_ITEMS), AT_ONCE, (some) => patiently(client, table, some));
}

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
