import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Dynamo, startDynamo } from '../../local/dynamodb.ts';
import { loopback } from '../../local/loopback.ts';
import { type Checkpoint, type StreamMapping, startStream } from '../../local/stream.ts';
import type { StreamFailure } from '../../local/stream-batch.ts';
import { createTables } from '../../local/tables.ts';
import { until } from './until.ts';

let dynamo: Dynamo;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  dynamo = await startDynamo();
  client = new DynamoDBClient(loopback(dynamo.endpoint));
  streams = new DynamoDBStreamsClient(loopback(dynamo.endpoint));
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
afterAll(() => dynamo.stop());

let tables = 0;
interface Table {
  readonly streamArn: string;
  put(...ids: string[]): Promise<void>;
  remove(id: string): Promise<unknown>;
}

const aTable = async (): Promise<Table> => {
  tables += 1;
  const TableName = `table-${tables}`;
  const arns = await createTables(client, [
    {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  ]);
  const item = (id: string) => ({
    id: { S: id },
    bytes: { B: new Uint8Array([1, 2, 255]) },
    nested: { M: { list: { L: [{ BOOL: true }, { NULL: true }, { N: '1.5' }] } } },
    set: { SS: ['x'] },
  });
  return {
    streamArn: arns[TableName] ?? '',
    put: async (...ids) => {
      for (const id of ids) await client.send(new PutItemCommand({ TableName, Item: item(id) }));
    },
    remove: (id) => client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } })),
  };
};

const aCheckpoint = (): Checkpoint & { readonly saved: Map<string, string> } => {
  const saved = new Map<string, string>();
  return {
    saved,
    load: async ({ shardId }) => saved.get(shardId),
    save: async ({ shardId }, position) => {
      saved.set(shardId, position);
    },
  };
};

const idOf = (record: DynamoDBRecord): string => record.dynamodb?.Keys?.['id']?.S ?? '';
const idsOf = (event: DynamoDBStreamEvent): string[] => event.Records.map(idOf);
/** A handler that keeps what it is given. */
const into = (list: string[]) => async (event: DynamoDBStreamEvent) => {
  list.push(...idsOf(event));
};
const sequenceOf = (record: DynamoDBRecord | undefined): string => record?.dynamodb?.SequenceNumber ?? '';

const follow = (table: Table, mapping: Partial<StreamMapping> & Pick<StreamMapping, 'handler'>) => {
  const stream = startStream({
    client: streams,
    streamArn: table.streamArn,
    name: 'publish',
    checkpoint: aCheckpoint(),
    retryWaits: { first: 5, longest: 20 },
    ...mapping,
  });
  open.push(stream.stop);
  return stream;
};

test('a handler gets inserts, changes and removals in order, in the shape Lambda gives', async () => {
  const table = await aTable();
  await table.put('a');
  await table.remove('a');
  const events: DynamoDBStreamEvent[] = [];
  follow(table, { handler: async (event) => void events.push(event) });
  await until('both records came', () => events.flatMap(idsOf).length === 2);
  const [inserted, removed] = events.flatMap((event) => event.Records);
  expect(inserted).toMatchObject({
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    eventSourceARN: table.streamArn,
    dynamodb: {
      Keys: { id: { S: 'a' } },
      NewImage: {
        bytes: { B: 'AQL/' },
        nested: { M: { list: { L: [{ BOOL: true }, { NULL: true }, { N: '1.5' }] } } },
        set: { SS: ['x'] },
      },
    },
  });
  expect(inserted?.dynamodb?.ApproximateCreationDateTime).toBeGreaterThan(1_700_000_000);
  expect(inserted?.dynamodb?.ApproximateCreationDateTime).toBeLessThan(10_000_000_000);
  expect(removed).toMatchObject({ eventName: 'REMOVE', dynamodb: { OldImage: { id: { S: 'a' } } } });
});

test('no batch is larger than asked for, and together they hold every record once and in order', async () => {
  const table = await aTable();
  const ids = Array.from({ length: 23 }, (_, at) => `id-${at}`);
  await table.put(...ids);
  const batches: string[][] = [];
  follow(table, { batchSize: 5, handler: async (event) => void batches.push(idsOf(event)) });
  await until('all came', () => batches.flat().length >= ids.length);
  expect(batches.flat()).toEqual(ids);
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(5);
});

test('what the filter refuses never reaches the handler, and is not looked at again', async () => {
  const table = await aTable();
  const checkpoint = aCheckpoint();
  await table.put('V#1', 'index', 'V#2', 'other');
  const seen: string[] = [];
  const filter = (record: DynamoDBRecord) => idOf(record).startsWith('V#');
  follow(table, { checkpoint, filter, handler: into(seen) });
  await until('the last record is behind us', () => [...checkpoint.saved.values()].includes('4'));
  expect(seen).toEqual(['V#1', 'V#2']);
});

test('a partial failure is resumed from the first record that failed', async () => {
  const table = await aTable();
  await table.put('a', 'b', 'c', 'd');
  const batches: string[][] = [];
  follow(table, {
    handler: async (event) => {
      batches.push(idsOf(event));
      if (batches.length > 1) return undefined;
      return { batchItemFailures: [3, 2].map((at) => ({ itemIdentifier: sequenceOf(event.Records[at]) })) };
    },
  });
  await until('all came', () => batches.length === 2);
  expect(batches).toEqual([
    ['a', 'b', 'c', 'd'],
    ['c', 'd'],
  ]);
});

test('an identifier that is not in the batch fails the whole batch', async () => {
  const table = await aTable();
  await table.put('a', 'b');
  const batches: string[][] = [];
  const errors: unknown[] = [];
  follow(table, {
    onError: (error) => errors.push(error),
    handler: async (event) => {
      batches.push(idsOf(event));
      return batches.length > 1 ? {} : { batchItemFailures: [{ itemIdentifier: 'nonsense' }] };
    },
  });
  await until('it came again', () => batches.length === 2);
  expect(batches[1]).toEqual(['a', 'b']);
  expect(errors).toMatchObject([{ message: expect.stringContaining('cannot be read') }]);
});

test('a poison record ends up alone, is reported by its position only, and is moved past', async () => {
  const table = await aTable();
  const checkpoint = aCheckpoint();
  await table.put('a', 'b', 'poison', 'd', 'e', 'f', 'g');
  const done: string[] = [];
  const failures: StreamFailure[] = [];
  let tries = 0;
  follow(table, {
    checkpoint,
    bisectBatchOnError: true,
    maximumRetryAttempts: 2,
    onFailure: async (failure) => failures.push(failure),
    handler: async (event) => {
      const ids = idsOf(event);
      if (ids.length === 1 && ids[0] === 'poison') tries += 1;
      if (ids.includes('poison')) throw new Error('cannot read it');
      done.push(...ids);
    },
  });
  await until('the records after it came', () => done.includes('g'));
  expect(done).toEqual(['a', 'b', 'd', 'e', 'f', 'g']);
  expect(tries).toBe(3);
  expect(failures).toHaveLength(1);
  const [shardId = ''] = checkpoint.saved.keys();
  expect(failures[0]).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
    version: '1.0',
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: '3',
      endSequenceNumber: '3',
      batchSize: 1,
      streamArn: table.streamArn,
    },
  });
  expect(failures[0]?.DDBStreamBatchInfo.approximateArrivalOfFirstRecord).toMatch(
    /^20\d\d-.*T\d\d:\d\d:\d\dZ$/,
  );
  expect(JSON.stringify(failures)).not.toContain('poison');
});

test('a batch is not passed over before its failure is taken', async () => {
  const table = await aTable();
  const checkpoint = aCheckpoint();
  await table.put('poison');
  let offers = 0;
  follow(table, {
    checkpoint,
    maximumRetryAttempts: 0,
    onFailure: async () => {
      expect(checkpoint.saved.size).toBe(0);
      offers += 1;
      if (offers < 3) throw new Error('the failure queue is away');
    },
    handler: () => Promise.reject(new Error('never')),
  });
  await until('it was passed over', () => checkpoint.saved.size === 1);
  expect(offers).toBe(3);
});

test('without a limit a failing batch is tried until it succeeds, and holds back what follows', async () => {
  const table = await aTable();
  await table.put('a', 'b');
  const errors: unknown[] = [];
  const done: string[] = [];
  follow(table, {
    batchSize: 1,
    onError: (error) => errors.push(error),
    handler: async (event) => {
      if (errors.length < 5) throw new Error('not yet');
      done.push(...idsOf(event));
    },
  });
  await until('both came', () => done.length === 2);
  expect(done).toEqual(['a', 'b']);
  expect(errors).toHaveLength(5);
});

test('a start from a checkpoint goes on after it, and one without begins at the beginning', async () => {
  const table = await aTable();
  const checkpoint = aCheckpoint();
  const first: string[] = [];
  await table.put('a', 'b');
  const before = follow(table, { checkpoint, handler: into(first) });
  await until('both came', () => first.length === 2);
  await before.stop();
  await table.put('c');
  const second: string[] = [];
  follow(table, { checkpoint, handler: into(second) });
  await until('the third came', () => second.length > 0);
  const all: string[] = [];
  follow(table, { handler: into(all) });
  await until('all came', () => all.length === 3);
  expect(first).toEqual(['a', 'b']);
  expect(second).toEqual(['c']);
  expect(all).toEqual(['a', 'b', 'c']);
});

test('stopping lets the running batch end and keeps its position', async () => {
  const table = await aTable();
  const checkpoint = aCheckpoint();
  await table.put('a');
  let finish = () => {};
  let ended = false;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let began = false;
  const stream = follow(table, {
    checkpoint,
    handler: async () => {
      began = true;
      await held;
      ended = true;
    },
  });
  await until('the batch runs', () => began);
  const stopped = stream.stop();
  finish();
  await stopped;
  expect(ended).toBe(true);
  expect([...checkpoint.saved.values()]).toEqual(['1']);
});

test('stopping does not wait for a batch that keeps failing, whose position is kept before it', async () => {
  const table = await aTable();
  const checkpoint = aCheckpoint();
  await table.put('a');
  let tries = 0;
  const stream = follow(table, {
    checkpoint,
    retryWaits: { first: 60_000, longest: 60_000 },
    handler: async () => {
      tries += 1;
      throw new Error('down');
    },
  });
  await until('it was tried', () => tries === 1);
  await stream.stop();
  expect(checkpoint.saved.size).toBe(0);
});

test('a record reaches the handler while the stream is idle, with and without a hint', async () => {
  const table = await aTable();
  const seen: string[] = [];
  const stream = follow(table, { handler: into(seen) });
  for (const id of ['a', 'b', 'c']) {
    await table.put(id);
    if (id === 'b') stream.wake();
    await until(`${id} came`, () => seen.includes(id));
  }
  expect(seen).toEqual(['a', 'b', 'c']);
});
