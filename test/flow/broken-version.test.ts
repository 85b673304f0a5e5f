import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { logOn } from '../../lib/aws/log.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { sealsOn } from '../../lib/aws/seals.ts';
import { versionKey } from '../../lib/aws/version-item.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { webhook } from '../../lib/destinations/webhook.ts';
import { answersOf } from '../../lib/domain/answer.ts';
import { canonical, sha256 } from '../../lib/domain/digest.ts';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import { type AcceptPorts, accept } from '../../lib/flow/accept.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import type { DeliverPorts, Lane, LaneMessage } from '../../lib/flow/lane.ts';
import { reconcile } from '../../lib/flow/reconcile.ts';
import type { LaneMark, Ledger, Log, Request } from '../../lib/ports.ts';
import { type EngineStore, engineStore } from '../api/engine-store.ts';
import { aBody, aCatalogue, granted, withdrawn } from '../builders.ts';

const catalogue = aCatalogue();
const caller = { sources: ['*'] };
let now = Date.UTC(2026, 4, 1, 12);
const clock = { now: () => now, sleep: async () => undefined, chance: () => 0 };

let real: EngineStore;
let ledger: Ledger;
let ports: AcceptPorts & Pick<DeliverPorts, 'marks' | 'bus' | 'ledger' | 'lanes'> & { readonly log: Log };
const onTheBus: string[] = [];
const forced: string[] = [];

beforeAll(async () => {
  real = await engineStore();
  const { store, engine } = real;
  const key = new Uint8Array(32);
  const wrapping = { generate: async () => ({ plain: key, wrapped: key }), unwrap: async () => key };
  const seals = sealsOn(engine.client, 'keys', wrapping);
  ledger = ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals });
  ports = {
    ...{ catalogue, clock, seals: store.seals, identifiers: store.identifiers, ledger },
    records: recordsOn(engine.client, 'records'),
    log: logOn(engine.client, 'deliveries'),
    marks: { read: async () => undefined },
    bus: {
      put: async (entries) => {
        onTheBus.push(...entries.map(({ detail }) => ('id' in detail ? String(detail.id) : '')));
        return entries.map(() => true);
      },
    },
    lanes: {
      force: async (lane, all) => void forced.push(...all.map(({ subject }) => `${lane} ${subject}`)),
    },
  };
});
afterAll(() => real.engine.stop());

/** Somebody has edited the newest of a person's two versions by hand. */
async function broken(subject: string, digest = 'f'.repeat(64)): Promise<void> {
  for (const topic of ['acme/newsletter', 'acme/offers']) {
    now += 1000;
    const body = aBody({ choices: [granted(topic, 'email')], evidence: { occurredAt: toIso(now) } });
    await accept(ports)({ subject, body, caller });
  }
  const minute = { minute: { S: `${toIso(now).slice(0, 16)}#0` }, at: { S: `${toIso(now)}#${subject}#2` } };
  const about = {
    about: {
      S: JSON.stringify({
        topics: ['acme/offers'],
        channels: ['email'],
        preferences: [],
        identifiersChanged: [],
      }),
    },
  };
  await real.engine.client.send(
    new PutItemCommand({
      TableName: 'records',
      Item: {
        ...versionKey(subject, 2),
        ...minute,
        ...about,
        document: { S: '{"oops":1}' },
        digest: { S: digest },
      },
    }),
  );
}

const answer = async (subject: string, topic: string) => {
  const newest = await ports.records.newest(subject);
  return newest && answersOf(newest.version.record, catalogue, now)(topic, 'email').because;
};

describe('a person whose newest version is broken', () => {
  test('can still stop, and nothing is permitted that the broken version may have withdrawn', async () => {
    await broken('stops');
    now += 1000;
    const stop = aBody({
      choices: [withdrawn('acme/surveys', 'email')],
      evidence: { occurredAt: toIso(now) },
    });
    const accepted = await accept(ports)({ subject: 'stops', body: stop, caller });
    expect(accepted).toMatchObject({ kind: 'recorded', stored: { version: { version: 4 } } });
    expect(await answer('stops', 'acme/surveys')).toBe('person-withdrew');
    expect(await answer('stops', 'acme/newsletter')).toBe('source-withdrew');
    expect(await ports.records.version('stops', 3)).toMatchObject({
      version: { previous: 'f'.repeat(64), change: { evidence: { method: 'broken-version-2' } } },
    });
  });

  test.each(['xyz', 'F'.repeat(64)])(
    'is heard, and what is put on top names no digest that is none (%s)',
    async (digest) => {
      const subject = `spoiled-${digest.slice(0, 1)}`;
      await broken(subject, digest);
      now += 1000;
      await accept(ports)({ subject, body: aBody({ evidence: { occurredAt: toIso(now) } }), caller });
      expect(await ports.records.version(subject, 3)).toMatchObject({
        version: { previous: null, change: { evidence: { method: 'broken-version-2' } } },
      });
    },
  );

  test('on top of the last moment that still counts, can stop again and again', async () => {
    const subject = 'at-the-end';
    now += 1000;
    await accept(ports)({ subject, body: aBody({ evidence: { occurredAt: toIso(now) } }), caller });
    const newest = await ports.records.newest(subject);
    const at = { recordedAt: '9998-12-31T23:59:59.998Z', previous: newest?.digest, version: 2 };
    const document = canonical({ ...newest?.version, ...at });
    const Item = { ...versionKey(subject, 2), document: { S: document }, digest: { S: sha256(document) } };
    await real.engine.client.send(new PutItemCommand({ TableName: 'records', Item }));
    for (const topic of ['acme/surveys', 'acme/newsletter', 'acme/offers']) {
      now += 1000;
      const accepted = await accept(ports)({
        subject,
        body: aBody({ choices: [withdrawn(topic, 'email')] }),
        caller,
      });
      expect(accepted.kind).toBe('recorded');
    }
    expect(await ports.records.newest(subject)).toMatchObject({ version: { recordedAt: toIso(now) } });
    expect(await answer(subject, 'acme/surveys')).toMatch(/withdrew$/);
  });

  const LAST = ['+275760-09-13T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '-000001-01-01T00:00:00.000Z'];
  test.each(['zzzz', '2026-05-01', 12, null, ...LAST])(
    'or one of no time that anything could follow (%j), whose digest fits, can still stop',
    async (time) => {
      const subject = `timeless-${time}`;
      now += 1000;
      await accept(ports)({ subject, body: aBody({ evidence: { occurredAt: toIso(now) } }), caller });
      const newest = await ports.records.newest(subject);
      const document = canonical({
        ...newest?.version,
        recordedAt: time,
        previous: newest?.digest,
        version: 2,
      });
      const Item = { ...versionKey(subject, 2), document: { S: document }, digest: { S: sha256(document) } };
      await real.engine.client.send(new PutItemCommand({ TableName: 'records', Item }));
      now += 1000;
      const choices = [withdrawn('acme/surveys', 'email')];
      const accepted = await accept(ports)({ subject, body: aBody({ choices }), caller });
      expect(accepted).toMatchObject({
        kind: 'recorded',
        stored: { version: { version: 4, recordedAt: toIso(now + 1) } },
      });
    },
  );

  test('can grant again, by her own word and nobody else’s', async () => {
    await broken('grants');
    for (const [source, actor, because] of [
      ['crm', 'import', 'source-withdrew'],
      ['form', 'subject', 'granted'],
    ] as const) {
      now += 1000;
      const evidence = { source, actor: { kind: actor }, occurredAt: toIso(now) };
      const body = aBody({ choices: [granted('acme/newsletter', 'email')], evidence });
      await accept(ports)({ subject: 'grants', body, caller });
      expect(await answer('grants', 'acme/newsletter')).toBe(because);
    }
  });
});

const lane = (destination: Lane['destination'], settings: unknown): Lane => ({
  destination,
  settings,
  interest: { topics: 'all', channels: 'all' },
  paused: false,
});

const message = (subject: string, version: number): LaneMessage => ({
  ...{ id: subject, subject, version, receiveCount: 1, sentAt: now, force: true, confirming: false },
});

function delivering() {
  const sent: Request[] = [];
  const send = async (call: Request) => {
    sent.push(call);
    return { kind: 'reply', reply: { status: 200, headers: {}, body: {} } } as const;
  };
  return { sent, app: { ...ports, vendor: { send } } };
}

describe('a broken version in a batch', () => {
  test('fails alone at a `state` destination, and nothing is sent for it', async () => {
    await broken('state-b');
    await accept(ports)({ subject: 'state-a', body: aBody(), caller });
    const { sent, app } = delivering();
    const to = lane(
      {
        ...hubspot,
        identifiedBy: [],
        interpret: () => undefined,
        translate: ({ subject }) => [{ method: 'POST', path: `/${subject}` }],
      },
      {},
    );
    await deliver(app, to)([message('state-b', 2), message('state-a', 1)], now + 60_000);
    expect(sent.map(({ path }) => path)).toEqual(['/state-a']);
    const items = await ledger.items('hubspot', ['state-a', 'state-b']);
    expect(items.get('state-a')?.answered?.outcome).toBe('delivered');
    expect(items.get('state-b')?.answered).toMatchObject({
      outcome: 'failed',
      reason: 'broken-version',
      version: 2,
    });
  });

  test('fails alone at a `log` destination', async () => {
    await broken('log-b');
    const { sent, app } = delivering();
    const to = lane(webhook, webhook.settings.parse({ url: 'https://hooks.acme.example/' }));
    await deliver(app, to)([message('log-b', 2), message('log-b', 1)], now + 60_000);
    expect(sent).toHaveLength(1);
    const entries = await ports.log.read('webhook', [{ subject: 'log-b', version: 2 }]);
    expect(entries.get('log-b:2')).toMatchObject({ outcome: 'failed', reason: 'broken-version' });
  });
});

test('reconcile answers for a broken version that was never published, and publishes its neighbours', async () => {
  await broken('unpublished');
  const published = onTheBus.length;
  const marks = new Map<string, LaneMark>();
  const run = reconcile(
    {
      ...ports,
      ledger,
      marks: {
        read: async (name) => marks.get(name),
        write: async (name, mark) => void marks.set(name, mark),
      },
      lanes: { ...ports.lanes, waiting: async () => 0, delay: async () => undefined },
    },
    [],
  );
  now += 20 * MINUTE;
  await run({ setupOf: async () => '', settleTime: MINUTE });
  expect(onTheBus.slice(published)).toContain('unpublished:1');
  now += 5 * MINUTE;
  const [again] = await run({ setupOf: async () => '', settleTime: MINUTE });
  expect(again?.gaps).toBe(0);
  expect(again?.failed).toBeGreaterThan(0);
});
