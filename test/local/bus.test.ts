import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { type Bus, type BusOptions, startBus } from '../../local/bus.ts';
import { loopback } from '../../local/loopback.ts';
import type { BusEvent } from '../../local/put-events.ts';
import { queueTarget } from '../../local/queue-target.ts';
import { queueClient, startQueues } from '../../local/queues.ts';
import { until } from './until.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const aBus = async (options: BusOptions): Promise<Bus & { put: ReturnType<typeof putter> }> => {
  const bus = await startBus({ name: 'heed', retryWaits: { first: 5, longest: 20 }, ...options });
  const client = new EventBridgeClient({ ...loopback(bus.endpoint), maxAttempts: 1 });
  open.push(async () => {
    client.destroy();
    await bus.stop();
  });
  return { ...bus, put: putter(client) };
};

const putter =
  (client: EventBridgeClient) =>
  (...entries: Partial<PutEventsRequestEntry>[]) =>
    client.send(
      new PutEventsCommand({
        Entries: entries.map((entry) => ({
          EventBusName: 'heed',
          Source: 'heed',
          DetailType: 'changed',
          Detail: '{}',
          ...entry,
        })),
      }),
    );

const heed = { source: ['heed'] };

const keeping = (pattern: unknown, name = 'keep') => {
  const seen: BusEvent[] = [];
  return { seen, rule: { name, pattern, target: async (event: BusEvent) => void seen.push(event) } };
};

test('an event put through the SDK reaches its rule in the envelope of EventBridge', async () => {
  const { seen, rule } = keeping(heed);
  const { put } = await aBus({ rules: [rule] });
  const reply = await put({
    Detail: '{"data":{"topics":["acme/newsletter"]}}',
    Resources: ['arn:aws:x'],
    Time: new Date('2026-05-01T10:00:00.900Z'),
  });
  await until('it came', () => seen.length === 1);
  expect(reply.FailedEntryCount).toBe(0);
  expect(seen[0]).toEqual({
    version: '0',
    id: reply.Entries?.[0]?.EventId,
    'detail-type': 'changed',
    source: 'heed',
    account: '000000000000',
    time: '2026-05-01T10:00:00Z',
    region: 'us-east-1',
    resources: ['arn:aws:x'],
    detail: { data: { topics: ['acme/newsletter'] } },
  });
});

test('only rules that match are called, each once', async () => {
  const mail = keeping({ detail: { channels: ['email'] } }, 'mail');
  const phone = keeping({ detail: { channels: ['phone'] } }, 'phone');
  const all = keeping(heed, 'all');
  const { put } = await aBus({ rules: [mail.rule, phone.rule, all.rule] });
  await put({ Detail: '{"channels":["email","sms"]}' }, { Detail: '{"channels":["phone"]}' });
  await until('both came', () => all.seen.length === 2);
  expect(mail.seen).toHaveLength(1);
  expect(phone.seen).toHaveLength(1);
});

test('a rule added later sees what comes after it', async () => {
  const bus = await aBus({});
  const { seen, rule } = keeping(heed);
  await bus.put({ Detail: '{"at":1}' });
  bus.addRule(rule);
  await bus.put({ Detail: '{"at":2}' });
  await until('it came', () => seen.length > 0);
  expect(seen.map((event) => event.detail)).toEqual([{ at: 2 }]);
});

test('a faulty entry is refused alone, in its place', async () => {
  const { seen, rule } = keeping(heed);
  const { put } = await aBus({ rules: [rule] });
  const reply = await put(
    { Detail: 'not json' },
    { Detail: '{"fine":1}' },
    { Detail: '[1]' },
    { Source: '' },
    { Source: 'aws.events' },
    { EventBusName: 'another' },
    { EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/heed', Detail: '{"fine":2}' },
  );
  expect(reply.FailedEntryCount).toBe(5);
  expect(reply.Entries?.map((entry) => entry.ErrorCode)).toEqual([
    'MalformedDetail',
    undefined,
    'MalformedDetail',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
    'InvalidArgument',
    undefined,
  ]);
  await until('the good ones came', () => seen.length === 2);
  expect(seen.map((event) => event.detail)).toEqual([{ fine: 1 }, { fine: 2 }]);
});

test('more than ten entries, none, and more than a mebibyte are refused as a whole', async () => {
  const { seen, rule } = keeping(heed);
  const { put } = await aBus({ rules: [rule] });
  const named = { name: 'ValidationException' };
  await expect(put(...Array.from({ length: 11 }, () => ({})))).rejects.toMatchObject(named);
  await expect(put()).rejects.toMatchObject(named);
  const large = JSON.stringify({ text: 'x'.repeat(600_000) });
  await expect(put({ Detail: large }, { Detail: large })).rejects.toMatchObject(named);
  await put({ Detail: large });
  await until('the one that fits came', () => seen.length === 1);
});

test('a target that fails is tried again and keeps no other target waiting', async () => {
  const other = keeping(heed, 'other');
  const errors: { rule: string; last: boolean }[] = [];
  let tries = 0;
  const failing = {
    name: 'failing',
    pattern: heed,
    target: async () => {
      tries += 1;
      if (tries < 4) throw new Error('down');
    },
  };
  const { put } = await aBus({ rules: [failing, other.rule], onError: (_, failed) => errors.push(failed) });
  await put({}, {});
  await until('the other has both', () => other.seen.length === 2);
  await until('the failing one took both', () => tries === 5);
  expect(errors).toHaveLength(3);
  expect(errors.every((failed) => failed.rule === 'failing' && !failed.last)).toBe(true);
});

test('a target that hangs delays neither the sender nor another target', async () => {
  const other = keeping(heed, 'other');
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { put } = await aBus({ rules: [{ name: 'hangs', pattern: heed, target: () => held }, other.rule] });
  await put({});
  await until('the other has it', () => other.seen.length === 1);
  release();
});

test('after the last try the event is given up, and that is said', async () => {
  const last: boolean[] = [];
  const { put } = await aBus({
    maximumAttempts: 3,
    rules: [{ name: 'down', pattern: heed, target: () => Promise.reject(new Error('down')) }],
    onError: (_, failed) => last.push(failed.last),
  });
  await put({});
  await until('it was given up', () => last.length === 3);
  expect(last).toEqual([false, false, true]);
});

test('stopping lets a running target end and does not wait for one that is to be tried again', async () => {
  let release = () => {};
  let ended = false;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = async () => {
    await held;
    ended = true;
  };
  const failed: boolean[] = [];
  const bus = await startBus({
    retryWaits: { first: 60_000, longest: 60_000 },
    rules: [
      { name: 'slow', pattern: heed, target: slow },
      { name: 'down', pattern: heed, target: () => Promise.reject(new Error('down')) },
    ],
    onError: (_, { last }) => failed.push(last),
  });
  const client = new EventBridgeClient(loopback(bus.endpoint));
  await client.send(new PutEventsCommand({ Entries: [{ Source: 'heed', DetailType: 'x', Detail: '{}' }] }));
  await until('one failed', () => failed.length === 1);
  client.destroy();
  const stopped = bus.stop();
  release();
  await stopped;
  expect(ended).toBe(true);
  expect(failed).toEqual([false, true]);
});

test('a pattern it cannot honour throws when the rule is made, and names the rule', async () => {
  const rule = { name: 'mail', pattern: { source: [{ wildcard: '*' }] }, target: async () => undefined };
  await expect(startBus({ rules: [rule] })).rejects.toThrow('Rule mail: Event pattern: pattern.source');
  const bus = await aBus({});
  expect(() => bus.addRule(rule)).toThrow('Rule mail: Event pattern: pattern.source');
});

test('another operation is refused with its name', async () => {
  const bus = await aBus({});
  const reply = await fetch(bus.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSEvents.PutRule' },
  });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toContain('AWSEvents.PutRule');
});

test('a queue as a target gets every event once, a burst in a tenth of the requests', async () => {
  const queues = await startQueues([{ name: 'lane' }]);
  const client = queueClient(queues.endpoint);
  open.push(queues.stop);
  let requests = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      requests += 1;
      return next(args);
    },
    { step: 'finalizeRequest' },
  );
  const queueUrl = queues.urls['lane'] ?? '';
  const { put } = await aBus({
    rules: [{ name: 'lane', pattern: heed, target: queueTarget({ client, queueUrl }) }],
  });
  const tens = Array.from({ length: 10 }, (_, at) => at);
  await Promise.all(
    tens.map((ten) => put(...tens.map((one) => ({ Detail: JSON.stringify({ at: ten * 10 + one }) })))),
  );
  const got: number[] = [];
  await until('all came', async () => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    requests -= 1;
    for (const message of Messages) got.push(JSON.parse(message.Body ?? '').detail.at);
    return got.length >= 100;
  });
  expect(got.toSorted((a, b) => a - b)).toEqual(tens.flatMap((ten) => tens.map((one) => ten * 10 + one)));
  expect(requests).toBeLessThanOrEqual(20);
});

test('an event that the queue refuses fails alone, so that the bus tries it again', async () => {
  const queues = await startQueues([{ name: 'small', attributes: { MaximumMessageSize: '1024' } }]);
  const client = queueClient(queues.endpoint);
  open.push(queues.stop);
  const target = queueTarget({ client, queueUrl: queues.urls['small'] ?? '' });
  const event = (size: number): BusEvent => ({
    version: '0',
    id: 'x',
    'detail-type': 'x',
    source: 'heed',
    account: '',
    time: '',
    region: '',
    resources: [],
    detail: { text: 'x'.repeat(size) },
  });
  const outcomes = await Promise.allSettled([target(event(10)), target(event(2_000)), target(event(20))]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
