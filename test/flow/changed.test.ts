import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publisher } from '../../functions/publish.ts';
import { dynamoClient } from '../../lib/aws/dynamo.ts';
import type { Item } from '../../lib/aws/item.ts';
import { versionKey } from '../../lib/aws/version-item.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { contextFor } from '../../local/context.ts';
import { type Dynamo, startDynamo } from '../../local/dynamodb.ts';
import { loopback } from '../../local/loopback.ts';
import { LOCAL_TABLES, openTables } from '../../local/open-tables.ts';
import { startStream } from '../../local/stream.ts';
import { aCatalogue, NOW } from '../builders.ts';

let dynamo: Dynamo;
let streamArn: string;

beforeAll(async () => {
  dynamo = await startDynamo();
  streamArn = await openTables(dynamo, () => undefined);
});
afterAll(() => dynamo.stop());

/** What the function that reads the stream tells of it, from its beginning. */
async function told(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const clock = { now: () => NOW, sleep: async () => undefined, chance: () => 0.5 };
  const ports = {
    ...{ catalogue: aCatalogue(), clock },
    bus: { put: async (entries: readonly unknown[]) => entries.map(() => true) },
    log: { write: async () => undefined },
  };
  const publishing = publisher(ports, (line) => void lines.push(line));
  const stream = startStream({
    ...{ name: 'publish', streamArn },
    client: new DynamoDBStreamsClient(loopback(dynamo.endpoint)),
    checkpoint: { load: async () => undefined, save: async () => undefined },
    maximumRetryAttempts: 0,
    handler: async (event) => publishing(event, contextFor('publish')),
    onFailure: async () => undefined,
  });
  await stream.caughtUp();
  await stream.stop();
  return lines.filter(({ message }) => message !== 'invocation');
}

test('a stored version that is changed or deleted is told, by its name alone; nothing else is', async () => {
  const client = dynamoClient(loopback(dynamo.endpoint));
  const TableName = LOCAL_TABLES.records;
  const put = (key: Item, at: string) =>
    client.send(new PutItemCommand({ TableName, Item: { ...key, recordedAt: { S: at } } }));
  const [first, second] = [versionKey('alice', 1), versionKey('alice', 2)];
  const strange = { pk: { S: 'S#ann@example.com ' }, sk: { S: 'V#x' } };
  const identifier = { pk: { S: 'I#email#1' }, sk: { S: '#' } };
  for (const key of [first, second, strange, identifier]) await put(key, 'one');
  expect(await told()).toEqual([]);
  await put(identifier, 'two');
  await client.send(new DeleteItemCommand({ TableName, Key: identifier }));
  expect(await told()).toEqual([]);
  await put(first, 'two');
  await client.send(
    new UpdateItemCommand({
      ...{ TableName, Key: second, UpdateExpression: 'SET #r = :r' },
      ...{
        ExpressionAttributeNames: { '#r': 'recordedAt' },
        ExpressionAttributeValues: { ':r': { S: 'x' } },
      },
    }),
  );
  await client.send(new DeleteItemCommand({ TableName, Key: second }));
  await put(strange, 'two');
  const lines = await told();
  expect(lines.filter(({ message }) => message === 'changed').map(({ how, of }) => [how, of])).toEqual([
    ['modified', 'alice:1'],
    ['modified', 'alice:2'],
    ['removed', 'alice:2'],
    ['modified', sha256('S#ann@example.com  V#x')],
  ]);
  const metrics = lines.flatMap((line) => line['Changed'] ?? []);
  expect(metrics.reduce<number>((sum, one) => sum + Number(one), 0)).toBe(4);
  expect(JSON.stringify(lines)).not.toMatch(/ann@|"one"|"two"/);
  client.destroy();
});
