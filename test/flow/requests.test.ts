import { randomBytes } from 'node:crypto';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { changes } from '../../functions/changes.ts';
import { deliverer } from '../../functions/deliver.ts';
import config from '../../heed.config.ts';
import { auditLogOn } from '../../lib/aws/audit-log.ts';
import { busOn, eventsClient } from '../../lib/aws/bus.ts';
import { identifiersOn } from '../../lib/aws/identifiers.ts';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { logOn } from '../../lib/aws/log.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { sealsOn } from '../../lib/aws/seals.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { eventOf } from '../../lib/domain/event.ts';
import type { Version } from '../../lib/domain/vocabulary.ts';
import { lanesOf } from '../../lib/flow/lanes.ts';
import { vendorOf } from '../../lib/http/client.ts';
import { mintToken } from '../../lib/http/own-tokens.ts';
import { tokensOf } from '../../lib/http/tokens.ts';
import { type Bus, startBus } from '../../local/bus.ts';
import { contextFor } from '../../local/context.ts';
import { loopback } from '../../local/loopback.ts';
import { localWrapping } from '../../local/wrapping.ts';
import { type Engine, startEngine } from '../aws-store/engine.ts';
import { simulators } from '../simulators/index.ts';

/** What a change and a delivery cost in requests, on real engines: the number that decides what they cost at all. */
let engine: Engine;
let bus: Bus;
let events: EventBridgeClient;
let announced = 0;

beforeAll(async () => {
  engine = await startEngine();
  bus = await startBus({ name: 'heed' });
  events = eventsClient(loopback(bus.endpoint));
  events.middlewareStack.add(
    (next) => (args) => {
      announced++;
      return next(args);
    },
    { step: 'deserialize' },
  );
});
afterAll(async () => {
  events.destroy();
  await bus.stop();
  await engine.stop();
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const wrapping = localWrapping(randomBytes(32));
const secret = { seed: 'a seed that nobody would guess, of fair length', previous: [] };

/** A process of its own: it remembers no subject's key. */
function portsOn({ client }: Engine) {
  const seals = sealsOn(client, 'keys', wrapping);
  return {
    ...{ catalogue: config.catalogue, clock: systemClock, seals, line: () => undefined },
    records: recordsOn(client, 'records'),
    identifiers: identifiersOn(client, 'records'),
    ledger: ledgerOn(client, { deliveries: 'deliveries', records: 'records', seals }),
    log: logOn(client, 'deliveries'),
    auditLog: auditLogOn(client, 'audit'),
    marks: { read: async () => undefined },
    bus: busOn(events, 'heed'),
    lanes: { force: async () => undefined, delay: async () => undefined },
    tokens: tokensOf({ issuers: [], clock: systemClock, secret: async () => secret }),
  };
}

const requests = (): object => Object.fromEntries(engine.requests);

async function post(subject: string, more: object = {}): Promise<void> {
  const token = await mintToken(
    secret,
    { purpose: 'access', sub: 'staff', scope: 'preferences:write', sources: ['*'] },
    { at: Date.now() },
  );
  const evidence = {
    ...{ source: 'preference-center', actor: { kind: 'subject' }, method: 'form', legalBasis: 'consent' },
    ...{ occurredAt: new Date().toISOString(), notice: { id: 'marketing', version: '3', language: 'en' } },
  };
  const choices = [{ topic: 'acme/newsletter', channel: 'email', state: 'granted' }];
  const { statusCode } = await changes(portsOn(engine))(
    {
      ...{ routeKey: '', rawPath: '', rawQueryString: '', isBase64Encoded: false },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      pathParameters: { subject },
      body: JSON.stringify({ choices, evidence, ...more }),
    },
    contextFor('changes'),
  );
  expect(statusCode).toBe(201);
}

const newest = async (subject: string): Promise<Version> => {
  const stored = await recordsOn(engine.client, 'records').newest(subject);
  if (!stored) throw new Error(`nothing is recorded of ${subject}`);
  return stored.version;
};

/** Delivers the newest versions of these subjects in one batch, in a process that knows nothing yet. */
async function deliverAll(id: string, subjects: readonly string[]) {
  const lane = lanesOf(config, destinations).find(({ destination }) => destination.id === id);
  const simulator = simulators[id]?.();
  if (!lane || !simulator) throw new Error(`there is no ${id}`);
  await simulator.start();
  const { destination, settings } = lane;
  const vendor = vendorOf({
    ...{ destination, settings, secret: async () => simulator.secret() },
    ...{ perSecond: 1e6, clock: systemClock },
  });
  closing.push(vendor.close, simulator.stop);
  const Records = (await Promise.all(subjects.map(newest))).map(messageOf);
  engine.requests.clear();
  announced = 0;
  const answer = await deliverer({ ...portsOn(engine), vendor }, lane)({ Records }, contextFor('deliver'));
  expect(answer).toEqual({ batchItemFailures: [] });
  return { vendor: simulator.requests().total, announced, ...requests() };
}

function messageOf(version: Version): SQSRecord {
  const detail = eventOf(version, config.catalogue);
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) };
  return {
    ...{ messageId: detail.id, receiptHandle: '', md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: '' },
    ...{ awsRegion: '', messageAttributes: {} },
    body: JSON.stringify({ 'detail-type': detail.type, detail }),
    attributes: { ...attributes, SenderId: '', ApproximateFirstReceiveTimestamp: '' },
  };
}

const people = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);

describe('an accepted change', () => {
  test('costs one Query and one PutItem', async () => {
    await post('ada');
    engine.requests.clear();
    await post('ada');
    expect(requests()).toEqual({ QueryCommand: 1, PutItemCommand: 1 });
  });

  test('of somebody new costs no more', async () => {
    engine.requests.clear();
    await post('grace');
    expect(requests()).toEqual({ QueryCommand: 1, PutItemCommand: 1 });
  });
});

describe('a batch of ten deliveries', () => {
  /**
   * The GetItem reads the service key: once in a process. A grant at HubSpot is two look-ups and a write: what somebody
   * left there since is not brought back.
   */
  test('costs a BatchGetItem, then the vendor’s requests and a PutItem each, and a PutEvents', async () => {
    const ten = people('mailed', 10);
    for (const one of ten) await post(one, { identifiers: { email: `${one}@example.com` } });
    const costs = await deliverAll('hubspot', ten);
    expect(costs).toEqual({
      BatchGetItemCommand: 1,
      vendor: 30,
      PutItemCommand: 10,
      GetItemCommand: 1,
      announced: 1,
    });
  });

  test('costs the same where every version is told', async () => {
    const ten = people('logged', 10);
    for (const one of ten) await post(one);
    const costs = await deliverAll('webhook', ten);
    expect(costs).toEqual({ BatchGetItemCommand: 1, vendor: 10, PutItemCommand: 10, announced: 1 });
  });

  test('that are there already costs its BatchGetItem alone', async () => {
    const ten = people('again', 10);
    for (const one of ten) await post(one);
    await deliverAll('webhook', ten);
    expect(await deliverAll('webhook', ten)).toEqual({ BatchGetItemCommand: 1, vendor: 0, announced: 0 });
  });
});

test('a single delivery costs what ten share, and its own', async () => {
  await post('alone');
  const costs = await deliverAll('webhook', ['alone']);
  expect(costs).toEqual({ BatchGetItemCommand: 1, vendor: 1, PutItemCommand: 1, announced: 1 });
});

test('eleven announcements take a second PutEvents', async () => {
  const eleven = people('many', 11);
  for (const one of eleven) await post(one);
  expect(await deliverAll('webhook', eleven)).toMatchObject({ vendor: 11, announced: 2 });
});
