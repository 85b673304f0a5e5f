import { randomUUID } from 'node:crypto';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { failuresIn } from './batch-response.ts';
import { account, region } from './loopback.ts';
import { backoff, pause, type Waits } from './pause.ts';
import { sequenceOf } from './stream-event.ts';

/** One shard of one stream. */
export interface Shard {
  readonly streamArn: string;
  readonly shardId: string;
}

/**
 * What Lambda sends to an on-failure destination: where the lost records are, never the records.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export interface StreamFailure {
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetryAttemptsExhausted';
    readonly approximateInvokeCount: number;
  };
  readonly responseContext: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled';
  };
  readonly version: '1.0';
  readonly timestamp: string;
  readonly DDBStreamBatchInfo: {
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly endSequenceNumber: string;
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
    readonly batchSize: number;
    readonly streamArn: string;
  };
}

/** How a batch is tried, as an event-source mapping with `ReportBatchItemFailures` does. */
export interface BatchRules {
  /** Name of the function, for the failure document. */
  readonly name: string;
  readonly handler: (event: DynamoDBStreamEvent) => Promise<unknown>;
  /** Tries after the first. Splitting a batch costs none. Default: without end. */
  readonly maximumRetryAttempts?: number;
  /** Splits a failing batch in two, so that a poison record ends up alone. */
  readonly bisectBatchOnError?: boolean;
  /** Told of a batch that was given up; without it the batch is only passed over. */
  readonly onFailure?: (failure: StreamFailure) => Promise<unknown>;
  readonly onError?: (error: unknown) => void;
  readonly retryWaits?: Waits;
}

/** One shard's batch on its way; `advance` is told of every record that is behind us. */
export interface BatchRun {
  readonly shard: Shard;
  readonly rules: BatchRules;
  readonly signal: AbortSignal;
  readonly advance: (sequenceNumber: string) => Promise<void>;
}

interface Batch {
  readonly records: readonly DynamoDBRecord[];
  readonly attempts: number;
}

const arrival = (record: DynamoDBRecord | undefined): string => {
  const seconds = record?.dynamodb?.ApproximateCreationDateTime ?? 0;
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`;
};

const failureOf = ({ records, attempts }: Batch, { shard, rules }: BatchRun): StreamFailure => ({
  requestContext: {
    requestId: randomUUID(),
    functionArn: `arn:aws:lambda:${region}:${account}:function:${rules.name}`,
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: attempts,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: new Date().toISOString(),
  DDBStreamBatchInfo: {
    shardId: shard.shardId,
    startSequenceNumber: sequenceOf(records[0]),
    endSequenceNumber: sequenceOf(records.at(-1)),
    approximateArrivalOfFirstRecord: arrival(records[0]),
    approximateArrivalOfLastRecord: arrival(records.at(-1)),
    batchSize: records.length,
    streamArn: shard.streamArn,
  },
});

/** Calls the handler; index of the first record that failed, or the batch's length when none did. */
const attempt = async ({ records }: Batch, { rules }: BatchRun): Promise<number> => {
  const sequences = records.map(sequenceOf);
  try {
    const failed = failuresIn(await rules.handler({ Records: [...records] }), new Set(sequences));
    if (failed === 'all') throw new Error('The handler gave an answer that cannot be read');
    const first = sequences.findIndex((sequence) => failed.has(sequence));
    return first === -1 ? records.length : first;
  } catch (error) {
    rules.onError?.(error);
    return 0;
  }
};

const waitBefore = (attempts: number, { rules, signal }: BatchRun): Promise<void> =>
  pause(backoff(attempts, rules.retryWaits ?? { first: 100, longest: 10_000 }), signal);

/** A batch may only be passed over once its failure is known elsewhere. */
const giveUp = async (batch: Batch, run: BatchRun): Promise<readonly Batch[]> => {
  try {
    await run.rules.onFailure?.(failureOf(batch, run));
    await run.advance(sequenceOf(batch.records.at(-1)));
    return [];
  } catch (error) {
    run.rules.onError?.(error);
    await waitBefore(batch.attempts, run);
    return [batch];
  }
};

/** What is left to do of a batch whose records before `first` succeeded and whose record `first` did not. */
const remainder = async (batch: Batch, first: number, run: BatchRun): Promise<readonly Batch[]> => {
  const { maximumRetryAttempts = Number.POSITIVE_INFINITY, bisectBatchOnError = false } = run.rules;
  const { records } = batch;
  const attempts = batch.attempts + 1;
  if (first > 0) {
    await run.advance(sequenceOf(records[first - 1]));
    await waitBefore(1, run);
    return [{ records: records.slice(first), attempts: 0 }];
  }
  if (bisectBatchOnError && records.length > 1) {
    const half = Math.ceil(records.length / 2);
    return [records.slice(0, half), records.slice(half)].map((part) => ({ records: part, attempts: 0 }));
  }
  if (attempts > maximumRetryAttempts) return giveUp({ records, attempts }, run);
  await waitBefore(attempts, run);
  return [{ records, attempts }];
};

/**
 * Puts records through the handler in order until each succeeded or was given up, advancing as it goes. Returns
 * early when the signal says stop: what was not advanced over is read again on the next start.
 */
export const processBatch = async (records: readonly DynamoDBRecord[], run: BatchRun): Promise<void> => {
  const work: Batch[] = records.length === 0 ? [] : [{ records, attempts: 0 }];
  for (let batch = work.shift(); batch !== undefined && !run.signal.aborted; batch = work.shift()) {
    const first = await attempt(batch, run);
    if (first < batch.records.length) work.unshift(...(await remainder(batch, first, run)));
    else await run.advance(sequenceOf(batch.records.at(-1)));
  }
};
