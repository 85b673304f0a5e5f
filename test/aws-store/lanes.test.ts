import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lanesOn, queueClient } from '../../lib/aws/lanes.ts';
import { loopback } from '../../local/loopback.ts';
import { type Queues, startQueues } from '../../local/queues.ts';
import { type Service, startService } from './bare-server.ts';

const NAMES = ['many', 'later', 'again', 'counted'];
let queues: Queues;
let client: SQSClient;
let service: Service | undefined;

beforeAll(async () => {
  queues = await startQueues(NAMES.map((name) => ({ name: `heed-${name}` })));
  client = queueClient(loopback(queues.endpoint));
});
afterAll(async () => {
  client.destroy();
  await queues.stop();
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

const receive = async (lane: string) => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queues.urls[`heed-${lane}`],
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 60,
    WaitTimeSeconds: 1,
  });
  return (await client.send(command)).Messages ?? [];
};

describe('a lane', () => {
  test('gets every forced message, more than one request can hold', async () => {
    const messages = Array.from({ length: 25 }, (_, i) => ({ subject: `s${i}`, version: i + 1 }));
    await lanesOn(client, 'heed-').force('many', messages);
    const bodies: string[] = [];
    while (bodies.length < 25) bodies.push(...(await receive('many')).map(({ Body = '' }) => Body));
    const said = bodies.map((body): unknown => JSON.parse(body));
    expect(said).toHaveLength(25);
    expect(said).toEqual(expect.arrayContaining(messages.map((message) => ({ force: true, ...message }))));
  });

  test('knows about how many messages wait', async () => {
    const lanes = lanesOn(client, 'heed-');
    expect(await lanes.waiting('counted')).toBe(0);
    await lanes.force('counted', [{ subject: 's', version: 1 }]);
    expect(await lanes.waiting('counted')).toBe(1);
  });

  test('gets a confirmation marked as one, and not before its time', async () => {
    const lanes = lanesOn(client, 'heed-');
    await lanes.force('later', [{ subject: 's', version: 3 }], { delaySeconds: 3 });
    expect(await lanes.waiting('later')).toBe(0);
    await expect.poll(() => receive('later'), { timeout: 10_000 }).toHaveLength(1);
  });

  test('shows a received message again as soon as its new delay is over', async () => {
    const lanes = lanesOn(client, 'heed-');
    await lanes.force('again', [{ subject: 's', version: 1 }], { delaySeconds: 0 });
    const [message] = await receive('again');
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      force: true,
      confirming: true,
      subject: 's',
      version: 1,
    });
    expect(await receive('again')).toEqual([]);
    await lanes.delay('again', message?.ReceiptHandle ?? '', 0);
    expect((await receive('again')).map(({ MessageId }) => MessageId)).toEqual([message?.MessageId]);
  });
});

describe('a lane that does not take everything', () => {
  const sent = (): readonly (readonly string[])[] =>
    (service?.asked ?? [])
      .filter(({ operation }) => operation === 'SendMessageBatch')
      .map(({ input }) => idsOf(input['Entries']));
  const idsOf = (entries: unknown): readonly string[] =>
    Array.isArray(entries) ? entries.map((entry) => String(entry.Id)) : [];

  const start = async (takes: (id: string, request: number) => boolean) => {
    let requests = 0;
    service = await startService(({ operation, input }) => {
      if (operation === 'GetQueueUrl')
        return { status: 200, body: { QueueUrl: 'http://127.0.0.1/0/heed-x' } };
      const ids = idsOf(input['Entries']);
      const taken = ids.filter((id) => takes(id, requests));
      requests++;
      const Successful = taken.map((Id) => ({ Id, MessageId: `m${Id}`, MD5OfMessageBody: 'unchecked' }));
      const Failed = ids
        .filter((id) => !taken.includes(id))
        .map((Id) => ({ Id, Code: 'Busy', SenderFault: false }));
      return { status: 200, body: { Successful, Failed } };
    });
    const flaky = queueClient({ ...loopback(service.endpoint), md5: false });
    return { lanes: lanesOn(flaky, 'heed-'), close: () => flaky.destroy() };
  };
  const three = [1, 2, 3].map((version) => ({ subject: 's', version }));

  test('is sent again only what it refused, its address looked up once', async () => {
    const { lanes, close } = await start((id, request) => id !== '1' || request > 0);
    await lanes.force('x', three);
    await lanes.force('x', three);
    expect(sent()).toEqual([['0', '1', '2'], ['1'], ['0', '1', '2']]);
    expect(service?.asked.filter(({ operation }) => operation === 'GetQueueUrl')).toHaveLength(1);
    close();
  });

  test('is an error when it goes on refusing', async () => {
    const { lanes, close } = await start((id) => id !== '1');
    await expect(lanes.force('x', three)).rejects.toThrow('1 messages were not taken');
    close();
  });
});
