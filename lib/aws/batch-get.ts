import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inTurn, slicesOf } from './in-turn.ts';
import { type Item, textIn } from './item.ts';

export interface Wanted {
  readonly table: string;
  readonly key: Item;
}

export interface Found {
  readonly table: string;
  readonly item: Item;
}

/** Keys of one request: DynamoDB's own limit. */
const MOST_KEYS = 100;
const AT_ONCE = 16;
const ATTEMPTS = 8;

/** The items that exist of those wanted, strongly consistent, in no order. A key may be named twice. */
export async function batchGet(client: DynamoDBClient, wanted: readonly Wanted[]): Promise<readonly Found[]> {
  const distinct = [...new Map(wanted.map((one) => [nameOf(one), one])).values()];
  const answers = await inTurn(slicesOf(distinct, MOST_KEYS), AT_ONCE, (keys) => patiently(client, keys));
  return answers.flat();
}

const nameOf = ({ table, key }: Wanted): string => `${table} ${textIn(key, 'pk')} ${textIn(key, 'sk')}`;

/** Asks again for what a busy table left unanswered, a little later each time. */
async function patiently(client: DynamoDBClient, keys: readonly Wanted[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  let left = keys;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(Math.random() * 25 * 2 ** attempt);
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: byTable(left) }));
    found.push(
      ...entries(answer.Responses).flatMap(([table, items]) => items.map((item) => ({ table, item }))),
    );
    left = entries(answer.UnprocessedKeys).flatMap(([table, { Keys }]) =>
      (Keys ?? []).map((key) => ({ table, key })),
    );
    if (left.length === 0) return found;
  }
  throw new Error(`${left.length} of ${keys.length} items were not read in ${ATTEMPTS} attempts`);
}

const entries = <T>(record: Record<string, T> | undefined): readonly [string, T][] =>
  Object.entries(record ?? {});

function byTable(wanted: readonly Wanted[]): Record<string, { Keys: Item[]; ConsistentRead: true }> {
  const tables: Record<string, { Keys: Item[]; ConsistentRead: true }> = {};
  for (const { table, key } of wanted) {
    tables[table] ??= { Keys: [], ConsistentRead: true };
    tables[table].Keys.push(key);
  }
  return tables;
}
