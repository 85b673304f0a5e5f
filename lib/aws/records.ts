import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { toIso } from '../domain/time.ts';
import type { Findable, IdentifiersMove, Page, Records, Stored } from '../ports.ts';
import { batchGet } from './batch-get.ts';
import { lost, won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { writesOf } from './identifiers-move.ts';
import { type Item, padded, subjectKey, text } from './item.ts';
import { allOf } from './pages.ts';
import {
  dayKey,
  expiringOf,
  minuteKey,
  RAW_ATTRIBUTES,
  recordedOf,
  SHARDS,
  STORED_ATTRIBUTES,
  storedOf,
  storedRawOf,
  versionItem,
  versionKey,
  versionNumberOf,
} from './version-item.ts';

/** Versions in a table of DynamoDB. */
export function recordsOn(client: DynamoDBClient, table: string): Records {
  const shelf: Shelf = { client, table };
  return {
    newest: async (subject) => {
      const [newest] = await history(shelf, subject, { limit: 1 });
      return newest;
    },
    version: async (subject, version) => {
      const key = versionKey(subject, version);
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: key,
          ConsistentRead: true,
          ProjectionExpression: STORED_ATTRIBUTES,
        }),
      );
      return Item && storedOf(Item);
    },
    append: (stored, findable, identifiers) =>
      identifiers
        ? appendMoving(shelf, { stored, findable, identifiers })
        : put(shelf, versionItem(stored, findable)),
    history: (subject, page) => history(shelf, subject, page),
    raw: async (subject, page) => (await newestFirst(shelf, subject, page)).map(storedRawOf),
    several: async (subject, versions) => {
      const found = await batchGet(
        client,
        versions.map((version) => ({ table, key: versionKey(subject, version) })),
      );
      return found.map(({ item }) => storedRawOf(item));
    },
    late: (subject, moment) => late(shelf, subject, moment),
    recordedIn: async (minute) => {
      const found = await everyShard(shelf, 'byMinute', (shard) => minuteKey(toIso(minute), shard));
      return found.map(recordedOf);
    },
    expiringOn: async (day) => {
      const found = await everyShard(shelf, 'byExpiry', (shard) => dayKey(toIso(day), shard));
      return found.map(expiringOf);
    },
  };
}

const history = async (shelf: Shelf, subject: string, page: Page): Promise<readonly Stored[]> =>
  (await newestFirst(shelf, subject, page)).map(storedOf);

async function newestFirst(shelf: Shelf, subject: string, { below, limit }: Page): Promise<readonly Item[]> {
  if (below !== undefined && below <= 1) return [];
  return allOf(
    shelf,
    {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': text(subjectKey(subject)),
        ':first': text(`V#${padded(1)}`),
        ':last': text(below === undefined ? 'V#9999999999' : `V#${padded(below - 1)}`),
      },
      ScanIndexForward: false,
      ConsistentRead: true,
      ProjectionExpression: RAW_ATTRIBUTES,
    },
    limit,
  );
}

async function late(shelf: Shelf, subject: string, moment: string): Promise<readonly number[]> {
  const items = await allOf(shelf, {
    IndexName: 'byLate',
    KeyConditionExpression: 'pk = :pk AND late <= :moment',
    ExpressionAttributeValues: { ':pk': text(subjectKey(subject)), ':moment': text(moment) },
    ConsistentRead: true,
    ProjectionExpression: 'sk',
  });
  return items.map(versionNumberOf);
}

/** The common path: one write. A repeat that finds its own version there (an answer got lost) has succeeded. */
async function put({ client, table }: Shelf, item: Item): Promise<boolean> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return true;
  } catch (error) {
    if (!lost(error)) throw error;
    return error instanceof ConditionalCheckFailedException && isSame(error.Item, item);
  }
}

const isSame = (there: Item | undefined, item: Item): boolean =>
  there !== undefined &&
  there['digest']?.S === item['digest']?.S &&
  there['remembered']?.S === item['remembered']?.S;

interface Appending {
  readonly stored: Stored;
  readonly findable: Findable;
  readonly identifiers: IdentifiersMove;
}

/** Version, identifiers and index in one transaction; the SDK's token makes its own repeats harmless. */
async function appendMoving(shelf: Shelf, { stored, findable, identifiers }: Appending): Promise<boolean> {
  const writes = await writesOf(shelf, stored.version.subject, identifiers);
  if (!writes) return false;
  const { client, table } = shelf;
  const version = {
    Put: {
      TableName: table,
      Item: versionItem(stored, findable),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  return won(client.send(new TransactWriteItemsCommand({ TransactItems: [version, ...writes] })));
}

async function everyShard(
  shelf: Shelf,
  index: 'byMinute' | 'byExpiry',
  keyOf: (shard: number) => string,
): Promise<readonly Item[]> {
  const partition = index === 'byMinute' ? 'minute' : 'expiryDay';
  const shards = Array.from({ length: SHARDS }, (_, shard) =>
    allOf(shelf, {
      IndexName: index,
      KeyConditionExpression: '#partition = :key',
      ExpressionAttributeNames: { '#partition': partition },
      ExpressionAttributeValues: { ':key': text(keyOf(shard)) },
    }),
  );
  return (await Promise.all(shards)).flat();
}
