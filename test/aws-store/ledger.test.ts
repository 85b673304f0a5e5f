import { randomBytes } from 'node:crypto';
import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliveryItem } from '../../lib/aws/delivery-item.ts';
import { identifiersOn } from '../../lib/aws/identifiers.ts';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { decrypt, encrypt } from '../../lib/aws/sealing.ts';
import { type StoredSeals, sealsOn } from '../../lib/aws/seals.ts';
import { toIso } from '../../lib/domain/time.ts';
import type { DeliveryItem, Ledger, TrailEntry, Wrapping } from '../../lib/ports.ts';
import { aChange, aFindable, aVersion, START } from './builders.ts';
import { type Engine, startEngine } from './engine.ts';

const key = randomBytes(32);
const wrapping: Wrapping = {
  generate: async () => {
    const plain = randomBytes(32);
    return { plain, wrapped: encrypt({ key, bound: 'service' }, plain) };
  },
  unwrap: async (wrapped) => decrypt({ key, bound: 'service' }, wrapped),
};

let engine: Engine;
let ledger: Ledger;

const aProcess = (): { readonly seals: StoredSeals; readonly ledger: Ledger } => {
  const seals = sealsOn(engine.client, 'keys', wrapping);
  return { seals, ledger: ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals }) };
};

beforeAll(async () => {
  engine = await startEngine();
  ledger = aProcess().ledger;
});
afterAll(() => engine.stop());
beforeEach(() => engine.requests.clear());

const aTrailEntry = (version: number): TrailEntry => ({
  version,
  at: toIso(START + version),
  attempts: 1,
  outcome: 'delivered',
  reference: `00Q5g00000${version}AbCdEAX`,
});

const aDelivery = (change: Partial<DeliveryItem> = {}): DeliveryItem => ({
  subject: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  destination: 'salesforce',
  version: 1,
  revision: 1,
  answered: { version: 1, outcome: 'delivered', at: toIso(START) },
  trail: [aTrailEntry(1)],
  ...change,
});

const answeredAs = (outcome: 'held' | 'failed' | 'needs-user-action' | 'skipped', at: number) => ({
  version: 1,
  outcome,
  reason: `because-${outcome}`,
  at: toIso(at),
});

const itemOf = async (subject: string, destination = 'salesforce') =>
  (await ledger.items(destination, [subject])).get(subject);

const aRetry = {
  version: 3,
  attempts: 2,
  reason: 'http-503',
  at: toIso(START),
  until: toIso(START + 60_000),
};

/** Gives a subject an e-mail address, as a version that names it would. */
async function gives(seals: StoredSeals, subject: string, address: string): Promise<void> {
  const records = recordsOn(engine.client, 'records');
  const before = await identifiersOn(engine.client, 'records').of(subject);
  const hash = await seals.hash('email', address);
  const entry = { kind: 'email', hash, sealed: await seals.seal(subject, address), shared: false };
  const previous = await records.newest(subject);
  const step = (previous?.version.version ?? 0) + 1;
  const retired = before.current.map(({ shared: _, ...old }) => ({ ...old, since: step }));
  const moved = await records.append(aVersion(subject, aChange(step), previous), aFindable(), {
    item: { revision: before.revision + 1, current: [entry], retired },
    gained: [entry],
    lost: before.current,
  });
  expect(moved).toBe(true);
}

describe('a settle', () => {
  test('is read back whole', async () => {
    const item = aDelivery({
      subject: 'whole',
      version: 4,
      answered: answeredAs('needs-user-action', START + 5),
      trail: [
        aTrailEntry(3),
        { version: 4, at: toIso(START + 5), attempts: 12, outcome: 'failed', reason: 'http-400' },
      ],
      retrying: aRetry,
      open: true,
      erased: 3,
    });
    expect(await ledger.settle(item)).toBe(true);
    expect(await itemOf('whole')).toEqual(item);
  });

  test('of a usual item with a full trail is one request of one write unit', async () => {
    const trail = Array.from({ length: 8 }, (_, i) => aTrailEntry(100_000 + i));
    const item = aDelivery({ subject: '0b5c1e2d-7425-40de-944b-e07fc1f90ae7', version: 100_007, trail });
    await ledger.settle(item);
    expect(Object.fromEntries(engine.requests)).toEqual({ PutItemCommand: 1 });
    const size = Object.entries(deliveryItem(item)).reduce(
      (sum, [name, value]) => sum + name.length + Buffer.byteLength(value.S ?? value.N ?? ''),
      0,
    );
    expect(size).toBeLessThan(1024);
  });

  test('is refused where another has settled since the item was read', async () => {
    expect(await ledger.settle(aDelivery({ subject: 'raced' }))).toBe(true);
    expect(await ledger.settle(aDelivery({ subject: 'raced', version: 2 }))).toBe(false);
    expect(await ledger.settle(aDelivery({ subject: 'raced', version: 2, revision: 2 }))).toBe(true);
    expect(await itemOf('raced')).toMatchObject({ version: 2, revision: 2 });
  });

  test('of many at once from the same revision succeeds for exactly one', async () => {
    const settles = Array.from({ length: 12 }, (_, i) =>
      ledger.settle(aDelivery({ subject: 'many', version: i + 1 })),
    );
    const wins = await Promise.all(settles);
    expect(wins.filter((won) => won)).toHaveLength(1);
    expect(await itemOf('many')).toMatchObject({ version: wins.indexOf(true) + 1, revision: 1 });
  });

  test('is refused after a touch, on an item that was there and on one that was not', async () => {
    await ledger.touch('salesforce', 'touched');
    expect(await itemOf('touched')).toMatchObject({ version: 0, revision: 1, trail: [], shared: true });
    expect(await ledger.settle(aDelivery({ subject: 'touched' }))).toBe(false);
    expect(await ledger.settle(aDelivery({ subject: 'touched', revision: 2 }))).toBe(true);
    await ledger.touch('salesforce', 'touched');
    expect(await ledger.settle(aDelivery({ subject: 'touched', revision: 3 }))).toBe(false);
    expect(await itemOf('touched')).toMatchObject({ version: 1, revision: 3 });
  });

  test('that moves a full trail away keeps it, and moves nothing when it is refused', async () => {
    const full = Array.from({ length: 8 }, (_, i) => aTrailEntry(i + 1));
    await ledger.settle(aDelivery({ subject: 'full', trail: full }));
    const next = aDelivery({ subject: 'full', version: 9, revision: 2, trail: [aTrailEntry(9)] });
    expect(await ledger.settle({ ...next, revision: 3 }, full)).toBe(false);
    expect((await ledger.ofSubject('full')).archived).toEqual([]);
    expect(await ledger.settle(next, full)).toBe(true);
    const { items, archived } = await ledger.ofSubject('full');
    expect(items).toEqual([next]);
    expect(archived).toEqual([{ destination: 'salesforce', trail: full }]);
    expect(await ledger.ofSubject('full', 'items')).toEqual({ items: [next], logged: [], archived: [] });
  });
});

describe('a noted retry', () => {
  test('leaves version and answer as they are, and lets nobody settle who has not seen it', async () => {
    const item = aDelivery({ subject: 'noted', version: 2, revision: 1 });
    await ledger.settle(item);
    await ledger.note('salesforce', 'noted', aRetry);
    expect(await itemOf('noted')).toEqual({ ...item, revision: 2, retrying: aRetry });
    expect(await ledger.settle({ ...item, revision: 2 })).toBe(false);
    expect(await ledger.settle({ ...item, revision: 3 })).toBe(true);
    expect(await itemOf('noted')).toEqual({ ...item, revision: 3 });
  });

  test('of a delivery nobody has settled can be noted all the same', async () => {
    await ledger.note('salesforce', 'first-noted', aRetry);
    expect(await itemOf('first-noted')).toEqual({
      subject: 'first-noted',
      destination: 'salesforce',
      version: 0,
      revision: 1,
      trail: [],
      retrying: aRetry,
    });
    expect(await ledger.settle(aDelivery({ subject: 'first-noted', revision: 2 }))).toBe(true);
  });

  test('stands until a later one, also where a settle has kept it', async () => {
    const until = (seconds: number) => ({ ...aRetry, until: toIso(START + seconds * 1000) });
    await ledger.note('salesforce', 'noted-twice', until(900));
    await ledger.note('salesforce', 'noted-twice', until(60));
    expect(await itemOf('noted-twice')).toMatchObject({ retrying: until(900) });
    await ledger.settle(aDelivery({ subject: 'noted-twice', revision: 2, retrying: until(900) }));
    await ledger.note('salesforce', 'noted-twice', until(60));
    expect(await itemOf('noted-twice')).toMatchObject({ retrying: until(900) });
    await ledger.note('salesforce', 'noted-twice', until(901));
    expect(await itemOf('noted-twice')).toMatchObject({ retrying: until(901) });
    const back = { ...until(2000), attempts: 0, reason: 'requeued' };
    const { revision = 0 } = (await itemOf('noted-twice')) ?? {};
    expect(await ledger.putBack({ subject: 'noted-twice', destination: 'salesforce', revision }, back)).toBe(
      true,
    );
    expect(await itemOf('noted-twice')).toMatchObject({ retrying: back, revision: revision + 1 });
    await ledger.note('salesforce', 'noted-twice', until(960));
    expect(await itemOf('noted-twice')).toMatchObject({ retrying: until(960) });
  });

  test('never forgets attempts, whichever note stands', async () => {
    const retry = (seconds: number, attempts: number) => ({
      ...aRetry,
      ...{ until: toIso(START + seconds * 1000), attempts },
    });
    const noted = async () => (await itemOf('counted'))?.retrying;
    await ledger.note('salesforce', 'counted', retry(60, 2));
    await ledger.note('salesforce', 'counted', retry(900, 0));
    expect(await noted()).toEqual(retry(900, 2));
    await ledger.note('salesforce', 'counted', retry(60, 3));
    expect(await noted()).toEqual(retry(900, 3));
    await Promise.all([1, 4, 2].map((n) => ledger.note('salesforce', 'counted', retry(900 + n, n))));
    expect(await noted()).toEqual(retry(904, 4));
  });

  test('says when something was last tried, whichever note stands', async () => {
    const retry = (at: number, until: number, attempts: number) => ({
      ...aRetry,
      ...{ at: toIso(START + at * 1000), until: toIso(START + until * 1000), attempts },
    });
    const noted = async () => (await itemOf('tried'))?.retrying;
    await ledger.note('salesforce', 'tried', retry(10, 900, 1));
    await ledger.note('salesforce', 'tried', retry(20, 60, 2));
    expect(await noted()).toEqual(retry(20, 900, 2));
    await ledger.note('salesforce', 'tried', retry(30, 950, 0));
    expect(await noted()).toEqual(retry(20, 950, 2));
    await ledger.note('salesforce', 'tried', retry(10, 1000, 3));
    expect(await noted()).toEqual(retry(20, 1000, 3));
  });

  test('that says something is put back does so only where nobody was there since it was read', async () => {
    const back = { ...aRetry, attempts: 0, reason: 'requeued' };
    const of = { subject: 'put-back', destination: 'salesforce' };
    await ledger.note('salesforce', 'put-back', aRetry);
    expect(await ledger.putBack({ ...of, revision: 0 }, back)).toBe(false);
    expect(await itemOf('put-back')).toMatchObject({ retrying: aRetry, revision: 1 });
    expect(await ledger.putBack({ ...of, revision: 1 }, back)).toBe(true);
    expect(await itemOf('put-back')).toMatchObject({ retrying: back, revision: 2 });
    expect(await ledger.putBack({ ...of, subject: 'never-told', revision: 0 }, back)).toBe(true);
    expect(await itemOf('never-told')).toMatchObject({ retrying: back, revision: 1 });
  });
});

describe('reading for a delivery', () => {
  test('gives item and opened address of a whole batch in one request', async () => {
    const { seals } = aProcess();
    const subjects = Array.from({ length: 10 }, (_, i) => `batch-${i}`);
    for (const subject of subjects) await gives(seals, subject, `${subject}@example.com`);
    await ledger.settle(aDelivery({ subject: 'batch-0' }));
    const fresh = aProcess();
    await fresh.seals.hash('email', 'warms up the service key');
    engine.requests.clear();
    const read = await fresh.ledger.read('salesforce', subjects);
    expect(Object.fromEntries(engine.requests)).toEqual({ BatchGetItemCommand: 1 });
    expect(read.get('batch-0')?.item).toEqual(aDelivery({ subject: 'batch-0' }));
    expect(read.get('batch-1')?.item).toMatchObject({ version: 0, revision: 0 });
    const values = subjects.map((subject) => read.get(subject)?.identifiers.map(({ value }) => value));
    expect(values).toEqual(subjects.map((subject) => [`${subject}@example.com`]));
  });

  test('asks for at most 100 items at once, and still answers for everybody', async () => {
    const subjects = Array.from({ length: 120 }, (_, i) => `crowd-${i}`);
    await ledger.settle(aDelivery({ subject: 'crowd-119' }));
    engine.requests.clear();
    const read = await aProcess().ledger.read('salesforce', [...subjects, 'crowd-0']);
    expect(read.size).toBe(120);
    expect(read.get('crowd-119')?.item.version).toBe(1);
    expect(engine.requests.get('BatchGetItemCommand')).toBe(4);
  });

  test('tells an address the person no longer uses, and since when', async () => {
    const { seals } = aProcess();
    await gives(seals, 'mover', 'old@example.com');
    await gives(seals, 'mover', 'new@example.com');
    const identifiers = (await ledger.read('salesforce', ['mover'])).get('mover')?.identifiers;
    expect(identifiers).toMatchObject([
      { kind: 'email', value: 'new@example.com', shared: false },
      { kind: 'email', value: 'old@example.com', retiredSince: 2 },
    ]);
    expect(identifiers?.[0]).not.toHaveProperty('retiredSince');
  });

  test('gives no address whose key has been destroyed', async () => {
    await gives(aProcess().seals, 'erased', 'gone@example.com');
    await engine.client.send(new DeleteItemCommand({ TableName: 'keys', Key: { pk: { S: 'S#erased' } } }));
    const read = await aProcess().ledger.read('salesforce', ['erased']);
    expect(read.get('erased')?.identifiers).toEqual([]);
  });

  test('no address is in the tables in the clear', async () => {
    await gives(aProcess().seals, 'secret', 'secret@example.com');
    const { Item } = await engine.client.send(
      new GetItemCommand({ TableName: 'records', Key: { pk: { S: 'S#secret' }, sk: { S: 'IDENTIFIERS' } } }),
    );
    expect(Item?.['current']?.S).toContain('"kind":"email"');
    expect(JSON.stringify(Item)).not.toContain('secret@');
  });
});

describe('what is stuck', () => {
  test('is listed oldest first, page by page, and counted', async () => {
    const subjects = Array.from({ length: 5 }, (_, i) => `stuck-${i}`);
    for (const [i, subject] of subjects.entries()) {
      const answered = answeredAs('held', START + i);
      await ledger.settle(aDelivery({ subject, destination: 'paged', version: 0, answered }));
    }
    const first = await ledger.answeredWith('paged', 'held', { limit: 3 });
    expect(first.items.map(({ subject }) => subject)).toEqual(subjects.slice(0, 3));
    expect(first.items[0]).toEqual({ subject: 'stuck-0', at: toIso(START) });
    if (first.next === undefined) throw new Error('there is another page');
    const rest = await ledger.answeredWith('paged', 'held', { after: first.next, limit: 3 });
    expect(rest.items.map(({ subject }) => subject)).toEqual(subjects.slice(3));
    expect(rest.next).toBeUndefined();
    expect(await ledger.count('paged', 'held')).toBe(5);
    expect(await ledger.count('paged', 'failed')).toBe(0);
  });

  test('is no longer listed once it is delivered', async () => {
    const one = aDelivery({
      subject: 'freed',
      destination: 'freeing',
      answered: answeredAs('failed', START),
    });
    await ledger.settle(one);
    expect(await ledger.count('freeing', 'failed')).toBe(1);
    await ledger.settle(aDelivery({ subject: 'freed', destination: 'freeing', revision: 2 }));
    expect(await ledger.count('freeing', 'failed')).toBe(0);
  });

  test('is listed newest first where that is asked for, what was skipped like what failed', async () => {
    for (const [index, subject] of ['early', 'middle', 'late'].entries())
      await ledger.settle(
        aDelivery({ subject, destination: 'left-out', answered: answeredAs('skipped', START + index) }),
      );
    const page = { limit: 2, newestFirst: true };
    const first = await ledger.answeredWith('left-out', 'skipped', page);
    expect(first.items.map(({ subject }) => subject)).toEqual(['late', 'middle']);
    if (first.next === undefined) throw new Error('there is one more');
    const rest = await ledger.answeredWith('left-out', 'skipped', { ...page, after: first.next });
    expect(rest.items.map(({ subject }) => subject)).toEqual(['early']);
  });
});

describe('everything settled since a moment, or being retried', () => {
  test('is found at every destination, and nothing older', async () => {
    const since = Date.parse('2040-01-01T00:00:00.000Z');
    const at = (ms: number) => ({ version: 7, outcome: 'delivered' as const, at: toIso(ms) });
    await ledger.settle(aDelivery({ subject: 'late', answered: at(since) }));
    await ledger.settle(aDelivery({ subject: 'late', destination: 'hubspot', answered: at(since + 1) }));
    await ledger.settle(aDelivery({ subject: 'early', answered: at(since - 1) }));
    await ledger.note('salesforce', 'never', { ...aRetry, at: toIso(since + 5) });
    const found: { readonly destination: string; readonly subject: string; readonly version: number }[] = [];
    for await (const one of ledger.settledSince(since)) found.push(one);
    const named = ({ destination, subject, version }: (typeof found)[number]) =>
      `${destination} ${subject}:${version}`;
    const names = found.map(named);
    expect(names).toEqual(
      expect.arrayContaining(['hubspot late:7', 'salesforce late:7', 'salesforce never:0']),
    );
    expect(names).not.toContain('salesforce early:7');
  });
});
