import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard as ListedShard,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { backoff, createNaps, type Naps, pause } from './pause.ts';
import { type BatchRules, processBatch, type Shard } from './stream-batch.ts';
import { sequenceOf, toStreamRecord } from './stream-event.ts';

/** Where each shard was read up to. Without an entry a shard is read from its beginning. */
export interface Checkpoint {
  load(shard: Shard): Promise<string | undefined>;
  save(shard: Shard, sequenceNumber: string): Promise<void>;
}

/** An event-source mapping from a table's stream to a handler. */
export interface StreamMapping extends BatchRules {
  readonly client: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly checkpoint: Checkpoint;
  readonly batchSize?: number;
  /** Records it refuses never reach the handler. */
  readonly filter?: (record: DynamoDBRecord) => boolean;
}

export interface Stream {
  /** Looks for records at once; a hint after a write, never needed for correctness. */
  wake(): void;
  /** Resolves when everything that was in the stream at the call has been through the handler, or the stream stops. */
  caughtUp(): Promise<void>;
  /** Lets the running batch end and keeps its position; a batch being retried is left for the next start. */
  stop(): Promise<void>;
}

interface Reading {
  readonly mapping: StreamMapping;
  readonly naps: Naps;
  readonly signal: AbortSignal;
  /** By shard, the number of the wake after which it was last found empty. */
  readonly empty: Map<string, number>;
}

/** Whoever has read a shard to its end looks for its children at once; describing a long stream keeps dynoxide from answering others. */
const shardsEvery = 600_000;
const idle = { first: 20, longest: 500 };
const trouble = { first: 50, longest: 5_000 };

const listShards = async ({ client, streamArn }: StreamMapping): Promise<readonly ListedShard[]> => {
  const shards: ListedShard[] = [];
  let from: string | undefined;
  do {
    const { StreamDescription: page } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: from }),
    );
    shards.push(...(page?.Shards ?? []));
    from = page?.LastEvaluatedShardId;
  } while (from !== undefined);
  return shards;
};

/** Never `LATEST`: dynoxide 1.2.1 loses the first record after it. */
const iteratorAfter = async (shard: Shard, position: string | undefined, client: DynamoDBStreamsClient) => {
  const where = { StreamArn: shard.streamArn, ShardId: shard.shardId };
  const start = new GetShardIteratorCommand({ ...where, ShardIteratorType: 'TRIM_HORIZON' });
  if (position === undefined) return (await client.send(start)).ShardIterator;
  const after = { ...where, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: position };
  try {
    return (await client.send(new GetShardIteratorCommand(after))).ShardIterator;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TrimmedDataAccessException')) throw error;
    return (await client.send(start)).ShardIterator;
  }
};

/** Reads one shard from its checkpoint until it is closed and empty, or until told to stop. */
const readShard = async (shard: Shard, { mapping, naps, signal, empty }: Reading): Promise<void> => {
  const { client, checkpoint, filter = () => true, batchSize = 100 } = mapping;
  const advance = (sequenceNumber: string) => checkpoint.save(shard, sequenceNumber);
  const run = { shard, rules: mapping, signal, advance };
  let iterator = await iteratorAfter(shard, await checkpoint.load(shard), client);
  let quiet = 0;
  while (iterator !== undefined && !signal.aborted) {
    const seen = naps.wakes();
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: batchSize }));
    const records = (page.Records ?? []).map((record) => toStreamRecord(record, shard.streamArn));
    const wanted = records.filter(filter);
    await processBatch(wanted, run);
    if (!signal.aborted && records.at(-1) !== wanted.at(-1)) await advance(sequenceOf(records.at(-1)));
    iterator = page.NextShardIterator;
    quiet = records.length > 0 ? 0 : quiet + 1;
    if (quiet === 0) continue;
    empty.set(shard.shardId, seen);
    await naps.rest(backoff(quiet, idle), seen);
  }
};

/** The engine may be away for a while (a restart, an expired iterator): go on from the checkpoint. */
const followShard = async (shard: Shard, reading: Reading): Promise<void> => {
  for (let attempt = 1; !reading.signal.aborted; attempt += 1) {
    try {
      return await readShard(shard, reading);
    } catch (error) {
      reading.mapping.onError?.(error);
      await pause(backoff(attempt, trouble), reading.signal);
    }
  }
};

/** Follows every shard, a child only after its parent has been read to the end. */
const followStream = async (reading: Reading): Promise<void> => {
  const { mapping, signal } = reading;
  const news = createNaps();
  const started = new Map<string, Promise<void>>();
  const finished = new Set<string>();
  signal.addEventListener('abort', news.wake, { once: true });
  const follow = async (shardId: string) => {
    reading.empty.set(shardId, Number.NEGATIVE_INFINITY);
    await followShard({ streamArn: mapping.streamArn, shardId }, reading);
    reading.empty.delete(shardId);
    finished.add(shardId);
    news.wake();
  };
  while (!signal.aborted) {
    const seen = news.wakes();
    const shards = await listShards(mapping).catch((error: unknown) => mapping.onError?.(error) ?? []);
    const open = new Set(shards.map((shard) => shard.ShardId).filter((id) => !finished.has(id ?? '')));
    const ready = shards.filter((shard) => !open.has(shard.ParentShardId));
    for (const { ShardId: id } of ready) {
      if (id !== undefined && !started.has(id)) started.set(id, follow(id));
    }
    await news.rest(shards.length === 0 ? 500 : shardsEvery, seen);
  }
  await Promise.all(started.values());
};

/** Starts following a stream: each shard in order, at least once, from its checkpoint or its beginning. */
export const startStream = (mapping: StreamMapping): Stream => {
  const stopping = new AbortController();
  const naps = createNaps();
  const empty = new Map<string, number>();
  const { signal } = stopping;
  const done = followStream({ mapping, naps, signal, empty });
  const caughtUp = async () => {
    naps.wake();
    const call = naps.wakes();
    const isEmpty = () => empty.size > 0 && [...empty.values()].every((wake) => wake >= call);
    while (!isEmpty() && !signal.aborted) await pause(idle.first, signal);
  };
  const stop = async () => {
    stopping.abort();
    naps.wake();
    await done;
  };
  return { wake: naps.wake, caughtUp, stop };
};
