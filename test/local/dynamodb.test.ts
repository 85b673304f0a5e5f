import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import Sqlite from 'libsql';
import { afterEach, expect, test } from 'vitest';
import { type Dynamo, speedUpStreams, startDynamo } from '../../local/dynamodb.ts';
import { loopback } from '../../local/loopback.ts';
import { createTables } from '../../local/tables.ts';
import { until } from './until.ts';

const notes = {
  TableName: 'notes',
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const },
};

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'heed-test-'));
  open.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const started = async (options: Parameters<typeof startDynamo>[0]): Promise<Dynamo> => {
  const dynamo = await startDynamo(options);
  open.push(() => dynamo.stop());
  return dynamo;
};

const clientOf = ({ endpoint }: Pick<Dynamo, 'endpoint'>): DynamoDBClient =>
  new DynamoDBClient(loopback(endpoint));

const put = (client: DynamoDBClient, id: string) =>
  client.send(new PutItemCommand({ TableName: 'notes', Item: { id: { S: id } } }));

const has = async (client: DynamoDBClient, id: string): Promise<boolean> =>
  (await client.send(new GetItemCommand({ TableName: 'notes', Key: { id: { S: id } } }))).Item !== undefined;

const runs = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

const endsOn = async (dynamo: Dynamo, signal: NodeJS.Signals): Promise<void> => {
  process.kill(dynamo.pid ?? 0, signal);
  await dynamo.ended;
};

test('what was acknowledged is there after the engine was killed and started again', async () => {
  const data = aFolder();
  const first = await started({ data });
  await createTables(clientOf(first), [notes]);
  const ids = Array.from({ length: 50 }, (_, at) => `note-${at}`);
  await Promise.all(ids.map((id) => put(clientOf(first), id)));
  await endsOn(first, 'SIGKILL');

  const second = await started({ data });
  const arns = await createTables(clientOf(second), [notes]);
  expect(await Promise.all(ids.map((id) => has(clientOf(second), id)))).toEqual(ids.map(() => true));
  expect(arns['notes']).toContain('table/notes/stream/');
});

test('creating tables that exist changes nothing, and a stream keeps its name', async () => {
  const client = clientOf(await started({}));
  const [one, two] = await Promise.all([createTables(client, [notes]), createTables(client, [notes])]);
  await put(client, 'kept');
  expect(await createTables(client, [notes])).toEqual(one);
  expect(two).toEqual(one);
  expect(await has(client, 'kept')).toBe(true);
});

test('without a data folder nothing is left after stopping', async () => {
  const dynamo = await startDynamo();
  const folder = dirname(dynamo.database ?? '');
  expect(existsSync(folder)).toBe(true);
  await dynamo.stop();
  expect(existsSync(folder)).toBe(false);
  expect(runs(dynamo.pid ?? 0)).toBe(false);
});

test('a second engine on the same folder is refused with the process that has it', async () => {
  const data = aFolder();
  await started({ data });
  await expect(startDynamo({ data })).rejects.toThrow(`in use by process ${process.pid}`);
});

test('a folder can be used again after a clean stop', async () => {
  const data = aFolder();
  const first = await startDynamo({ data });
  await first.stop();
  const second = await started({ data });
  expect(second.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

const startElsewhere = async (data: string): Promise<{ owner: number; engine: number }> => {
  const script = join(import.meta.dirname, 'dynamodb.fixture.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  open.push(async () => child.kill('SIGKILL'));
  return { owner: child.pid ?? 0, engine: Number(String(said)) };
};

test('the engine dies with its parent, however that ends', async () => {
  const { owner, engine } = await startElsewhere(aFolder());
  expect(runs(engine)).toBe(true);
  process.kill(owner, 'SIGKILL');
  await until('the engine has ended', () => !runs(engine));
});

test('an engine whose owner is gone does not keep the next one from the folder', async () => {
  const data = aFolder();
  const left = await startDynamo({ data });
  const gone = { engine: left.pid, owner: 2 ** 22 + 1 };
  writeFileSync(join(data, 'dynamodb.pid'), JSON.stringify(gone));
  const next = await started({ data });
  await left.ended;
  await createTables(clientOf(next), [notes]);
  expect(next.pid).not.toBe(left.pid);
});

test('Ctrl-C in a terminal does not reach the engine, which is in a process group of its own', async () => {
  const { pid = 0 } = await started({});
  const group = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);
  expect(group).toBe(pid);
});

test('without a binary the endpoint of the environment is used', async () => {
  const dynamo = await startDynamo({ binary: null, otherwise: 'http://127.0.0.1:8000' });
  expect(dynamo.endpoint).toBe('http://127.0.0.1:8000');
  expect(dynamo.database).toBeUndefined();
  await dynamo.stop();
});

test('without a binary and an endpoint one line says how to get one', async () => {
  const refused = await startDynamo({ binary: null, otherwise: '' }).catch((error: Error) => error.message);
  expect(refused).toContain('docker run -p 8000:8000 amazon/dynamodb-local');
  expect(refused).not.toContain('\n');
});

test('a binary that cannot run says so in one line', async () => {
  const refused = await startDynamo({ data: aFolder(), binary: join(aFolder(), 'absent') }).catch(
    (error: Error) => error.message,
  );
  expect(refused).toMatch(/^The DynamoDB engine did not start: .*absent/);
  expect(refused).not.toContain('\n');
});

test('the index for streams is made once, and the engine finds its position through it', async () => {
  const dynamo = await started({});
  const client = clientOf(dynamo);
  const database = dynamo.database ?? '';
  const warnings: string[] = [];
  await createTables(client, [notes]);
  await speedUpStreams(database, (line) => warnings.push(line));
  await speedUpStreams(database, (line) => warnings.push(line));
  await put(client, 'after');
  const file = new Sqlite(database, { readonly: true });
  const plan = file
    .prepare(
      "EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 'notes'",
    )
    .all();
  file.close();
  expect(JSON.stringify(plan)).toContain('heed_stream_position');
  expect(warnings).toEqual([]);
});

test('another make of database only loses the speed, and says so once', async () => {
  const database = join(aFolder(), 'other.sqlite');
  const file = new Sqlite(database);
  file.exec('CREATE TABLE something (id TEXT)');
  file.close();
  const warnings: string[] = [];
  await speedUpStreams(database, (line) => warnings.push(line));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('Writes slow down');
});

test('a table that lacks an index is not used: it was made by another version', async () => {
  const client = clientOf(await started({}));
  await createTables(client, [notes]);
  await createTables(client, [notes]);
  const indexed = {
    ...notes,
    AttributeDefinitions: [
      ...notes.AttributeDefinitions,
      { AttributeName: 'at', AttributeType: 'S' as const },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byTime',
        KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' as const }],
        Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['about'] },
      },
    ],
  };
  await expect(createTables(client, [indexed])).rejects.toThrow(
    'The table notes in this data folder was made by another version of Heed (it lacks: byTime about)',
  );
});
