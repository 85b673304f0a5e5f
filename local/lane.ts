import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { failuresIn } from './batch-response.ts';
import { backoff, pause } from './pause.ts';
import { toQueueRecord } from './queue-event.ts';

/** An event-source mapping from a queue to a handler with `ReportBatchItemFailures`. */
export interface LaneMapping {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly handler: (event: SQSEvent) => Promise<unknown>;
  /** Default 10. More needs a batching window, as on AWS. */
  readonly batchSize?: number;
  /** How long a batch may be gathered, in seconds. */
  readonly maximumBatchingWindow?: number;
  /** Handlers running at once; at least 2 on AWS. Default 2. */
  readonly maximumConcurrency?: number;
  /** Seconds one poll waits for messages; a queue that is almost always empty is asked less often. */
  readonly longestPoll?: number;
  readonly onError?: (error: unknown) => void;
}

export interface Lane {
  /** Takes no new batch and lets running ones end. */
  stop(): Promise<void>;
}

/** Short, because fauxqs hands a message to a poll whose caller has left: it then reappears after its visibility. */
const shortPoll = 5;
const requestLimit = 10;
const gatherEvery = 20;
const trouble = { first: 50, longest: 5_000 };

const receive = async (
  { client, queueUrl }: LaneMapping,
  { count, wait, signal }: { count: number; wait: number; signal: AbortSignal },
): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(count, requestLimit),
    WaitTimeSeconds: wait,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return (await client.send(command, { abortSignal: signal })).Messages ?? [];
};

/** One batch: what a long poll gives, and what arrives within the window after it. */
const gather = async (mapping: LaneMapping, signal: AbortSignal): Promise<readonly Message[]> => {
  const { batchSize = 10, maximumBatchingWindow = 0, longestPoll = shortPoll } = mapping;
  const messages = [...(await receive(mapping, { count: batchSize, wait: longestPoll, signal }))];
  const until = Date.now() + maximumBatchingWindow * 1_000;
  const incomplete = () => messages.length > 0 && messages.length < batchSize && Date.now() < until;
  while (incomplete() && !signal.aborted) {
    const more = await receive(mapping, { count: batchSize - messages.length, wait: 0, signal }).catch(
      () => [],
    );
    messages.push(...more);
    if (more.length === 0) await pause(gatherEvery, signal);
  }
  return messages;
};

const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

const remove = async (messages: readonly Message[], { client, queueUrl }: LaneMapping): Promise<void> => {
  for (const chunk of chunks(messages, requestLimit)) {
    const entries = chunk.map((message, at) => ({ Id: String(at), ReceiptHandle: message.ReceiptHandle }));
    const reply = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    if (reply.Failed?.length) throw new Error(`${reply.Failed.length} messages could not be deleted`);
  }
};

/** Deletes what succeeded. All else comes back after its visibility timeout, or earlier if the handler changed it. */
const runBatch = async (messages: readonly Message[], mapping: LaneMapping): Promise<void> => {
  try {
    const records = messages.map((message) => toQueueRecord(message, mapping.queueArn));
    const ids = new Set(records.map((record) => record.messageId));
    const failed = failuresIn(await mapping.handler({ Records: records }), ids);
    if (failed === 'all') throw new Error('The handler gave an answer that cannot be read');
    const done = messages.filter((message) => !failed.has(message.MessageId ?? ''));
    await remove(done, mapping);
  } catch (error) {
    mapping.onError?.(error);
  }
};

/** Gathers batches; where the queue does not answer it says so, waits, and gives an empty one. */
const gatherer = (mapping: LaneMapping, signal: AbortSignal) => {
  let failures = 0;
  return async (): Promise<readonly Message[]> => {
    try {
      const messages = await gather(mapping, signal);
      failures = 0;
      return messages;
    } catch (error) {
      if (signal.aborted) return [];
      mapping.onError?.(error);
      failures += 1;
      await pause(backoff(failures, trouble), signal);
      return [];
    }
  };
};

const poll = async (mapping: LaneMapping, signal: AbortSignal): Promise<void> => {
  const running = new Set<Promise<void>>();
  const nextBatch = gatherer(mapping, signal);
  const start = (messages: readonly Message[]) => {
    const batch = runBatch(messages, mapping).finally(() => running.delete(batch));
    running.add(batch);
  };
  while (!signal.aborted) {
    if (running.size >= (mapping.maximumConcurrency ?? 2)) await Promise.race(running);
    const messages = signal.aborted ? [] : await nextBatch();
    if (messages.length > 0) start(messages);
  }
  await Promise.all(running);
};

/** Starts polling: one long poll, up to `maximumConcurrency` batches in the handler at once. */
export const startLane = (mapping: LaneMapping): Lane => {
  const { batchSize = 10, maximumBatchingWindow = 0 } = mapping;
  if (batchSize > 10 && maximumBatchingWindow < 1) {
    throw new Error('A batch of more than 10 messages needs a batching window of at least one second');
  }
  const stopping = new AbortController();
  const done = poll(mapping, stopping.signal);
  const stop = () => {
    stopping.abort();
    return done;
  };
  return { stop };
};
