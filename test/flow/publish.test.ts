import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { publisher } from '../../functions/publish.ts';
import { dynamoClient } from '../../lib/aws/dynamo.ts';
import { logOn } from '../../lib/aws/log.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { resolve } from '../../lib/domain/answer.ts';
import { canonical, sha256 } from '../../lib/domain/digest.ts';
import { aboutOf } from '../../lib/domain/event.ts';
import { PreferencesChanged } from '../../lib/domain/event-schema.ts';
import { toMs } from '../../lib/domain/time.ts';
import type { Version } from '../../lib/domain/vocabulary.ts';
import { BUS, publish } from '../../lib/flow/publish.ts';
import { republish } from '../../lib/flow/republish.ts';
import type { BusEntry } from '../../lib/ports.ts';
import { contextFor } from '../../local/context.ts';
import { type Dynamo, startDynamo } from '../../local/dynamodb.ts';
import { loopback } from '../../local/loopback.ts';
import { LOCAL_TABLES, openTables } from '../../local/open-tables.ts';
import { type Stream, startStream } from '../../local/stream.ts';
import type { StreamFailure } from '../../local/stream-batch.ts';
import { aCatalogue, aChange, aVersion, granted } from '../builders.ts';
import { until } from '../local/until.ts';

const catalogue = aCatalogue();

/** A bus that refuses the versions it is told to, and remembers every call. */
function aBus() {
  const refused = new Set<string>();
  const calls: string[][] = [];
  const taken: string[] = [];
  const idOf = ({ detail }: BusEntry): string => PreferencesChanged.parse(detail).id;
  const put = async (entries: readonly BusEntry[]): Promise<readonly boolean[]> => {
    const ids = entries.map(idOf);
    calls.push(ids);
    taken.push(...ids.filter((id) => !refused.has(id)));
    return ids.map((id) => !refused.has(id));
  };
  return { bus: { put }, refused, calls, taken };
}

/** A log of what was published, kept in a list. */
function aLog() {
  const published: string[] = [];
  const write = async (
    entries: readonly { readonly destination: string; readonly subject: string; readonly version: number }[],
  ): Promise<void> => {
    for (const { destination, subject, version } of entries)
      published.push(`${destination} ${subject}:${version}`);
  };
  return { log: { write }, published };
}

const clock = { now: Date.now, sleep: async () => undefined, chance: () => 0.5 };

const versionOf = (subject: string): Version =>
  aVersion({
    subject,
    catalogue,
    now: Date.now(),
    change: aChange({ choices: [granted('acme/newsletter', 'email')] }),
  });

describe('publishing', () => {
  test('puts ten versions at a time, in their order, and writes down which were published', async () => {
    const { bus, calls } = aBus();
    const { log, published } = aLog();
    const versions = Array.from({ length: 23 }, (_, i) => versionOf(`s${i}`));
    expect(await publish({ catalogue, bus, log, clock })(versions)).toEqual(versions.map(() => true));
    expect(calls.map((ids) => ids.length)).toEqual([10, 10, 3]);
    expect(calls.flat()).toEqual(versions.map(({ subject }) => `${subject}:1`));
    expect(published).toEqual(versions.map(({ subject }) => `${BUS} ${subject}:1`));
  });

  test('puts again only what was not taken, alone', async () => {
    const { bus, calls, refused } = aBus();
    const { log } = aLog();
    refused.add('s3:1');
    const healing = {
      put: async (entries: readonly BusEntry[]) => {
        const taken = await bus.put(entries);
        refused.clear();
        return taken;
      },
    };
    const versions = Array.from({ length: 5 }, (_, i) => versionOf(`s${i}`));
    expect(await publish({ catalogue, bus: healing, log, clock })(versions)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(calls).toEqual([['s0:1', 's1:1', 's2:1', 's3:1', 's4:1'], ['s3:1']]);
  });

  test('does not write down as published what the bus refused to the end', async () => {
    const { bus, refused } = aBus();
    const { log, published } = aLog();
    refused.add('s1:1');
    const taken = await publish({ catalogue, bus, log, clock })([
      versionOf('s0'),
      versionOf('s1'),
      versionOf('s2'),
    ]);
    expect(taken).toEqual([true, false, true]);
    expect(published).toEqual([`${BUS} s0:1`, `${BUS} s2:1`]);
  });
});

describe('from the stream to the bus', () => {
  let dynamo: Dynamo;
  let streamArn: string;
  let stream: Stream | undefined;
  const failures: StreamFailure[] = [];
  const client = () => dynamoClient(loopback(dynamo.endpoint));

  beforeAll(async () => {
    dynamo = await startDynamo();
    streamArn = await openTables(dynamo, () => undefined);
  });
  beforeEach(() => failures.splice(0));
  afterEach(async () => stream?.stop());
  afterAll(() => dynamo.stop());

  const follow = (told: ReturnType<typeof aBus>): void => {
    const publishing = publisher(
      {
        catalogue,
        clock,
        bus: told.bus,
        log: logOn(client(), LOCAL_TABLES.deliveries),
      },
      () => undefined,
    );
    stream = startStream({
      name: 'publish',
      client: new DynamoDBStreamsClient(loopback(dynamo.endpoint)),
      streamArn,
      checkpoint: { load: async () => undefined, save: async () => undefined },
      bisectBatchOnError: true,
      maximumRetryAttempts: 2,
      retryWaits: { first: 1, longest: 5 },
      handler: async (event) => publishing(event, contextFor('publish')),
      onFailure: async (failure) => failures.push(failure),
    });
  };

  const store = async (version: Version): Promise<void> => {
    const document = canonical(version);
    const about = aboutOf(version, catalogue, resolve(version.record, catalogue, toMs(version.recordedAt)));
    await recordsOn(client(), LOCAL_TABLES.records).append(
      { version, document, digest: sha256(document), remembered: [] },
      { about },
    );
  };

  /** A version whose document is not what its digest says: nobody can make an event of it. */
  const storeBroken = (subject: string) =>
    client().send(
      new PutItemCommand({
        TableName: LOCAL_TABLES.records,
        Item: {
          pk: { S: `S#${subject}` },
          sk: { S: 'V#0000000001' },
          document: { S: '{}' },
          digest: { S: 'no' },
        },
      }),
    );

  test('a version nobody can read is given up by its position, and holds back nobody behind it', async () => {
    const told = aBus();
    await store(versionOf('before'));
    await storeBroken('broken');
    await store(versionOf('after'));
    follow(told);
    await until('the version behind it was published', () => told.taken.includes('after:1'));
    await until('it was given up', () => failures.length === 1);
    expect(told.taken).toContain('before:1');
    expect(failures[0]?.DDBStreamBatchInfo).toMatchObject({ batchSize: 1, streamArn });
    expect(JSON.stringify(failures[0])).not.toContain('broken');
  });

  test('a version the bus refused for too long is published again from the table', async () => {
    const told = aBus();
    told.refused.add('late:1');
    await store(versionOf('late'));
    await store(versionOf('next'));
    follow(told);
    await until(
      'it was given up',
      () =>
        failures.some(({ DDBStreamBatchInfo: info }) => info.batchSize === 1) &&
        told.taken.includes('next:1'),
    );
    expect(told.taken).not.toContain('late:1');
    told.refused.clear();
    const log = logOn(client(), LOCAL_TABLES.deliveries);
    const now = Date.now();
    await republish({
      catalogue,
      clock: systemClock,
      bus: told.bus,
      log,
      records: recordsOn(client(), LOCAL_TABLES.records),
    })({ from: now - 1000, to: now });
    expect(told.taken).toContain('late:1');
    const entries = await log.read(BUS, [{ subject: 'late', version: 1 }]);
    expect(entries.get('late:1')?.outcome).toBe('delivered');
  });
});
