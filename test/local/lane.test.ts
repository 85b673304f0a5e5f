import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type LaneMapping, startLane } from '../../local/lane.ts';
import { type Queues, queueArn, queueClient, startQueues } from '../../local/queues.ts';
import { until } from './until.ts';

let queues: Queues;
let client: SQSClient;
const lanes: { stop(): Promise<void> }[] = [];

const names = Array.from({ length: 14 }, (_, at) => `lane-${at}`);
let used = 0;

beforeAll(async () => {
  queues = await startQueues([
    ...names.map((name) => ({ name, attributes: { VisibilityTimeout: '1' } })),
    {
      name: 'strict',
      attributes: { VisibilityTimeout: '1' },
      deadLetters: { queue: 'strict-dead', maxReceiveCount: 2 },
    },
    { name: 'strict-dead' },
    /** What is gathered must not come again meanwhile. */
    { name: 'gathered', attributes: { VisibilityTimeout: '30' } },
  ]);
  client = queueClient(queues.endpoint);
});
afterEach(async () => {
  await Promise.all(lanes.splice(0).map((lane) => lane.stop()));
});
afterAll(async () => {
  client.destroy();
  await queues.stop();
});

const aQueue = (): string => {
  used += 1;
  return names[used - 1] ?? '';
};

const urlOf = (name: string): string => queues.urls[name] ?? '';

const send = async (name: string, ...bodies: string[]): Promise<void> => {
  const entries = bodies.map((body, at) => ({ Id: String(at), MessageBody: body }));
  await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf(name), Entries: entries }));
};

const poll = (name: string, mapping: Partial<LaneMapping> & Pick<LaneMapping, 'handler'>) => {
  const lane = startLane({ client, queueUrl: urlOf(name), queueArn: queueArn(name), ...mapping });
  lanes.push(lane);
  return lane;
};

const bodiesOf = (event: SQSEvent): string[] => event.Records.map((record) => record.body);

const left = async (name: string): Promise<number> => {
  const command = new GetQueueAttributesCommand({ QueueUrl: urlOf(name), AttributeNames: ['All'] });
  const { Attributes: found = {} } = await client.send(command);
  return (
    Number(found['ApproximateNumberOfMessages']) + Number(found['ApproximateNumberOfMessagesNotVisible'])
  );
};

const emptied = (name: string) => until(`${name} is empty`, async () => (await left(name)) === 0);

test('queues listen on the loopback address only and have the ARN their name promises', async () => {
  const command = new GetQueueAttributesCommand({ QueueUrl: urlOf('strict'), AttributeNames: ['All'] });
  const { Attributes: found } = await client.send(command);
  expect(queues.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(urlOf('strict')).toContain('127.0.0.1');
  expect(found).toMatchObject({ QueueArn: queueArn('strict'), VisibilityTimeout: '1' });
});

test('a handler gets a message in the shape Lambda gives, and success deletes it', async () => {
  const queue = aQueue();
  const events: SQSEvent[] = [];
  const before = Date.now();
  await client.send(
    new SendMessageCommand({
      QueueUrl: urlOf(queue),
      MessageBody: 'hello',
      MessageAttributes: {
        force: { DataType: 'String', StringValue: 'yes' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
      },
    }),
  );
  poll(queue, { handler: async (event) => void events.push(event) });
  await emptied(queue);
  const record = events[0]?.Records[0];
  expect(events).toHaveLength(1);
  expect(record).toMatchObject({
    body: 'hello',
    md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {
      force: { dataType: 'String', stringValue: 'yes' },
      raw: { dataType: 'Binary', binaryValue: 'AQL/' },
    },
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn(queue),
  });
  expect(Number(record?.attributes.SentTimestamp)).toBeGreaterThanOrEqual(before);
});

test('a thrown error leaves every message, and each comes back with a higher receive count', async () => {
  const queue = aQueue();
  await send(queue, 'a', 'b');
  const counts: string[] = [];
  const errors: unknown[] = [];
  poll(queue, {
    onError: (error) => errors.push(error),
    handler: async (event) => {
      counts.push(...event.Records.map((record) => record.body + record.attributes.ApproximateReceiveCount));
      if (counts.length <= 2) throw new Error('down');
    },
  });
  await emptied(queue);
  expect(counts.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2']);
  expect(errors).toHaveLength(1);
});

test('a partial response leaves what failed and deletes the others', async () => {
  const queue = aQueue();
  await send(queue, 'good', 'bad', 'fine');
  const seen: string[] = [];
  poll(queue, {
    handler: async (event) => {
      const failed = event.Records.filter(
        (one) => one.body === 'bad' && one.attributes.ApproximateReceiveCount === '1',
      );
      seen.push(...bodiesOf(event));
      return { batchItemFailures: failed.map((one) => ({ itemIdentifier: one.messageId })) };
    },
  });
  await emptied(queue);
  expect(seen).toEqual(['good', 'bad', 'fine', 'bad']);
});

test('an answer that cannot be read leaves every message, and is told', async () => {
  const queue = aQueue();
  await send(queue, 'a');
  const errors: unknown[] = [];
  let calls = 0;
  poll(queue, {
    onError: (error) => errors.push(error),
    handler: async () => {
      calls += 1;
      return calls === 1 ? { batchItemFailures: [{ itemIdentifier: '' }] } : undefined;
    },
  });
  await emptied(queue);
  expect(calls).toBe(2);
  expect(errors).toMatchObject([{ message: expect.stringContaining('cannot be read') }]);
});

test('a handler may set when its message comes back', async () => {
  const queue = aQueue();
  await send(queue, 'later');
  const at: number[] = [];
  poll(queue, {
    handler: async (event) => {
      at.push(Date.now());
      const [record] = event.Records;
      if (record === undefined || at.length > 1) return undefined;
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: urlOf(queue),
          ReceiptHandle: record.receiptHandle,
          VisibilityTimeout: 2,
        }),
      );
      return { batchItemFailures: [{ itemIdentifier: record.messageId }] };
    },
  });
  await emptied(queue);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(1_900);
});

test('a message received too often goes to the dead letters', async () => {
  await send('strict', 'poison');
  let tries = 0;
  const dead: SQSEvent[] = [];
  poll('strict', {
    handler: async () => {
      tries += 1;
      throw new Error('cannot read it');
    },
  });
  poll('strict-dead', { handler: async (event) => void dead.push(event) });
  await until('it is dead', () => dead.length > 0);
  expect(tries).toBe(2);
  expect(dead.flatMap(bodiesOf)).toEqual(['poison']);
  expect(dead[0]?.Records[0]?.eventSourceARN).toBe(queueArn('strict-dead'));
});

test('no more batches run at once than the concurrency, and as many do', async () => {
  const [queue, other] = [aQueue(), aQueue()];
  await send(queue, ...Array.from({ length: 10 }, (_, at) => String(at)));
  let running = 0;
  let most = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  poll(queue, {
    batchSize: 1,
    maximumConcurrency: 3,
    handler: async () => {
      running += 1;
      most = Math.max(most, running);
      await gate;
      running -= 1;
    },
  });
  const ticks: string[] = [];
  poll(other, { handler: async (event) => void ticks.push(...bodiesOf(event)) });
  await until('three run', () => running === 3);
  for (let tick = 1; tick <= 10; tick += 1) {
    await send(other, String(tick));
    await until('another lane has had its turn', () => ticks.length === tick);
  }
  release();
  await emptied(queue);
  expect(most).toBe(3);
});

test('a batching window gathers more than one request gives, and all are deleted', async () => {
  const queue = 'gathered';
  const bodies = Array.from({ length: 25 }, (_, at) => String(at));
  await send(queue, ...bodies.slice(0, 10));
  await send(queue, ...bodies.slice(10, 20));
  await send(queue, ...bodies.slice(20));
  const batches: string[][] = [];
  poll(queue, {
    batchSize: 25,
    maximumBatchingWindow: 5,
    handler: async (event) => void batches.push(bodiesOf(event)),
  });
  await emptied(queue);
  expect(batches).toEqual([bodies]);
});

test('a batch of more than ten needs a window, as on AWS', () => {
  expect(() => poll('strict', { batchSize: 11, handler: async () => undefined })).toThrow('batching window');
});

test('stopping is quick while idle, and lets a running batch end and be deleted', async () => {
  const queue = aQueue();
  const idle = poll(aQueue(), { handler: async () => undefined });
  const began = Date.now();
  await idle.stop();
  expect(Date.now() - began).toBeLessThan(1_000);
  let finish = () => {};
  let running = false;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  await send(queue, 'a');
  const lane = poll(queue, {
    handler: async () => {
      running = true;
      await held;
    },
  });
  await until('it runs', () => running);
  const stopped = lane.stop();
  finish();
  await stopped;
  expect(await left(queue)).toBe(0);
});

test('a lane outlives a queue that does not answer, and says so', async () => {
  const errors: unknown[] = [];
  const lane = startLane({
    client,
    queueUrl: urlOf('strict').replace('strict', 'absent'),
    queueArn: queueArn('absent'),
    onError: (error) => errors.push(error),
    handler: async () => undefined,
  });
  lanes.push(lane);
  await until('it was tried twice', () => errors.length >= 2);
  await lane.stop();
});
