import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchPut } from '../../lib/aws/batch-write.ts';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { logOn } from '../../lib/aws/log.ts';
import { marksOn } from '../../lib/aws/marks.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { sealsOn } from '../../lib/aws/seals.ts';
import { trailsOn } from '../../lib/aws/trails.ts';
import { versionItem } from '../../lib/aws/version-item.ts';
import type { Answered } from '../../lib/domain/outcome.ts';
import { toIso } from '../../lib/domain/time.ts';
import { readDeliveries, type Told } from '../../lib/flow/read-deliveries.ts';
import { settledItem, unknownItem } from '../../lib/flow/settle.ts';
import { toldOf } from '../../lib/flow/told.ts';
import { toldBy } from '../../lib/flow/told-by.ts';
import { localWrapping } from '../../local/wrapping.ts';
import { aCatalogue } from '../builders.ts';
import { aChange, aFindable, aVersion, START } from './builders.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const tables = { deliveries: 'deliveries', records: 'records' };
const interest = { topics: ['acme/newsletter'], channels: ['email'] };
const destinations: readonly Told[] = [
  { id: 'crm', title: 'CRM', kind: 'state', interest },
  {
    id: 'idle',
    title: 'Never concerned',
    kind: 'state',
    interest: { ...interest, topics: ['orbit/events'] },
  },
  { id: 'lake', title: 'Lake', kind: 'log', interest: { topics: 'all', channels: 'all' } },
];

function parts() {
  const seals = sealsOn(engine.client, 'keys', localWrapping(Buffer.alloc(32, 7)));
  return {
    records: recordsOn(engine.client, 'records'),
    ledger: ledgerOn(engine.client, { ...tables, seals }),
    log: logOn(engine.client, 'deliveries'),
    trails: trailsOn(engine.client, tables),
    marks: marksOn(engine.client, 'deliveries'),
    catalogue: aCatalogue(),
    destinations,
  };
}

const at = (version: number): string => toIso(START + version * 60_000);

/** Versions without their documents: nothing that is asked here opens one. */
async function recorded(subject: string, count: number): Promise<void> {
  const about = { S: JSON.stringify(aFindable().about) };
  const items = Array.from({ length: count }, (_, n) => ({
    ...{ pk: { S: `S#${subject}` }, sk: { S: `V#${String(n + 1).padStart(10, '0')}` } },
    ...{ about, recordedAt: { S: at(n + 1) }, document: { S: 'x'.repeat(500) } },
  }));
  await batchPut({ client: engine.client, table: 'records' }, items);
}

/** Every version settled in turn, by the shipped code. */
async function delivered(subject: string, upTo: number): Promise<void> {
  const { ledger } = parts();
  let item = unknownItem(subject, 'crm');
  for (let version = 1; version <= upTo; version++) {
    const now = START + version * 60_000 + 5_000;
    const outcome: Answered = version % 5 === 0 ? { kind: 'held', reason: 'paused' } : { kind: 'delivered' };
    const settled = settledItem(item, {
      ...{ version, at: now, readAt: now, attempts: 1 },
      outcome,
    });
    expect(await ledger.settle(settled.next, settled.archived)).toBe(true);
    item = settled.next;
  }
}

test('versions of long ago, of which the item itself knows nothing any more', async () => {
  await recorded('old', 60);
  await delivered('old', 57);
  const told = toldOf(parts());
  const crm = async (version: number) => (await told('old', version))?.deliveries[0];
  const time = (version: number): string => toIso(START + version * 60_000 + 5_000);
  expect(await crm(3)).toMatchObject({ outcome: 'delivered', at: time(3), attempts: 1 });
  expect(await crm(10)).toMatchObject({ outcome: 'overtaken', by: 11, at: time(11), reason: 'paused' });
  expect(await crm(57)).toMatchObject({ outcome: 'delivered', at: time(57) });
  expect(await crm(58)).toMatchObject({ outcome: 'pending' });
  expect(await told('old', 61)).toBeUndefined();
  const then = toldBy(parts());
  for (const version of [1, 8, 9, 17, 33, 56]) {
    const [had] = (await then('old', START + version * 60_000 + 5_000)).deliveries;
    const given = version % 5 === 0 ? version - 1 : version;
    expect(had).toMatchObject({ version: given, since: time(given) });
  }
  expect((await then('old', START)).deliveries[0]).toMatchObject({ version: 0 });
});

test('of a long history few versions are looked at', async () => {
  await recorded('long', 1_200);
  const { ledger, log } = parts();
  const now = START + 1_200 * 60_000;
  const { next } = settledItem(unknownItem('long', 'crm'), {
    ...{ version: 1_200, at: now, readAt: now, attempts: 1, outcome: { kind: 'delivered' } },
  });
  await ledger.settle(next);
  const entry = { attempts: 1, outcome: 'delivered', at: at(1_200) } as const;
  await log.write([{ subject: 'long', destination: 'lake', version: 1_200, ...entry }]);
  const sent = () => [...engine.requests.values()].reduce((sum, one) => sum + one, 0);
  const before = sent();
  const { version, deliveries } = await readDeliveries(parts())('long');
  expect(sent() - before).toBeLessThan(20);
  expect(version).toBe(1_200);
  expect(deliveries).toMatchObject([
    { destination: 'crm', outcome: 'delivered', version: 1_200, behind: false },
    { destination: 'idle', outcome: 'not-concerned' },
    { destination: 'lake', outcome: 'pending', version: 1_200, missing: 199, counted: 200 },
  ]);
  const middle = sent();
  await toldOf(parts())('long', 600);
  expect(sent() - middle).toBeLessThan(6);
  await toldBy(parts())('long', START + 600 * 60_000);
  expect(sent() - middle).toBeLessThan(30);
});

test('a version whose item says nothing of what it is about says so itself', async () => {
  const one = aVersion('spoilt', aChange(1, 'granted'));
  await engine.client.send(
    new PutItemCommand({
      TableName: 'records',
      Item: { ...versionItem(one, aFindable()), about: { S: 'nonsense' } },
    }),
  );
  const { deliveries } = await readDeliveries(parts())('spoilt');
  expect(deliveries).toMatchObject([
    { destination: 'crm', outcome: 'pending', behind: true },
    { destination: 'idle', outcome: 'not-concerned' },
    { destination: 'lake', outcome: 'pending', missing: 1 },
  ]);
  expect((await toldOf(parts())('spoilt', 1))?.deliveries).toMatchObject([
    { destination: 'crm', outcome: 'pending' },
    { destination: 'idle', outcome: 'not-concerned' },
    { destination: 'lake', outcome: 'pending' },
  ]);
});

test('a version that cannot be relied on either is not known to concern anybody, and hides nothing', async () => {
  await recorded('odd', 2);
  const key = { pk: { S: 'S#odd' }, sk: { S: 'V#0000000003' } };
  await engine.client.send(
    new PutItemCommand({ TableName: 'records', Item: { ...key, about: { S: 'nonsense' } } }),
  );
  const { version, deliveries } = await readDeliveries(parts())('odd');
  expect(version).toBe(3);
  expect(deliveries[0]).toMatchObject({ outcome: 'pending', behind: true });
  expect((await toldOf(parts())('odd', 3))?.deliveries[0]).toEqual({
    ...{ destination: 'crm', title: 'CRM', kind: 'state', outcome: 'unknown' },
  });
});

test('names under which something is logged are found, whatever they begin with', async () => {
  const { log, trails } = parts();
  const entry = { attempts: 1, outcome: 'delivered', at: at(1) } as const;
  const names = ['lake', 'lake-2', 'bus', 'confirmation:acme/newsletter', 'l', 'lake.2'];
  const versions = [1, 2, 300];
  await log.write(
    names.flatMap((destination) =>
      versions.map((version) => ({ subject: 'many', destination, version, ...entry })),
    ),
  );
  expect((await trails.logs('many')).toSorted()).toEqual(names.toSorted());
  expect(await trails.logs('nobody')).toEqual([]);
});

test('many names of one kind cost no more requests than one', async () => {
  const { log, trails } = parts();
  const entry = { attempts: 1, outcome: 'delivered', at: at(1), version: 1 } as const;
  const topics = Array.from({ length: 40 }, (_, n) => `confirmation:acme/topic-${n}`);
  const names = ['bus', 'confirmation', 'confirmation-desk', 'confirmations', 'lake'];
  await log.write([...topics, ...names].map((destination) => ({ subject: 'asked', destination, ...entry })));
  const sent = () => engine.requests.get('QueryCommand') ?? 0;
  const before = sent();
  const found = await trails.logs('asked');
  expect(found.filter((name) => !name.includes(':')).toSorted()).toEqual(names);
  expect(found).toHaveLength(names.length + 1);
  expect(sent() - before).toBe(found.length + 1);
});
