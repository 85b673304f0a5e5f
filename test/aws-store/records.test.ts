import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOn } from '../../lib/aws/records.ts';
import { versionItem, versionKey } from '../../lib/aws/version-item.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { MINUTE } from '../../lib/domain/time.ts';
import type { Records, Stored } from '../../lib/ports.ts';
import { aChange, aFindable, aVersion, record, START, sealed } from './builders.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
let records: Records;

beforeAll(async () => {
  engine = await startEngine();
  records = recordsOn(engine.client, 'records');
});
afterAll(() => engine.stop());
beforeEach(() => engine.requests.clear());

const written = async (subject: string, count: number): Promise<readonly Stored[]> => {
  const all: Stored[] = [];
  for (let step = 1; step <= count; step++) all.push(await record(records, subject, aChange(step)));
  return all;
};

describe('a version in the table', () => {
  test('nobody has spoken of an unknown subject', async () => {
    expect(await records.newest('nobody')).toBeUndefined();
    expect(await records.version('nobody', 1)).toBeUndefined();
    expect(await records.history('nobody', { limit: 10 })).toEqual([]);
  });

  test('comes back as it was stored, keys of idempotency included', async () => {
    const stored = { ...aVersion('whole', aChange(1)), remembered: ['k1.b1.1', 'k2.b2.1'] };
    expect(await records.append(stored, aFindable())).toBe(true);
    expect(await records.newest('whole')).toEqual(stored);
    expect(await records.version('whole', 1)).toEqual(stored);
  });

  test('one more change costs one Query and one PutItem', async () => {
    await written('counted', 3);
    engine.requests.clear();
    await record(records, 'counted', aChange(4));
    expect(Object.fromEntries(engine.requests)).toEqual({ QueryCommand: 1, PutItemCommand: 1 });
  });

  test('its digest is that of the very text in the table, and names its predecessor', async () => {
    const [first, second] = await written('chained', 2);
    const { Item } = await engine.client.send(
      new GetItemCommand({ TableName: 'records', Key: versionKey('chained', 2) }),
    );
    expect(sha256(Item?.['document']?.S ?? '')).toBe(second?.digest);
    expect(Item?.['digest']?.S).toBe(second?.digest);
    expect(Item?.['previous']?.S).toBe(first?.digest);
    expect(JSON.parse(Item?.['document']?.S ?? '')).toMatchObject({ version: 2, previous: first?.digest });
  });

  test('a document that was altered in the table is not believed', async () => {
    const [stored] = await written('altered', 1);
    if (!stored) throw new Error('nothing was stored');
    const item = versionItem(stored, aFindable());
    const document = { S: stored.document.replace('granted', 'pending') };
    await engine.client.send(new PutItemCommand({ TableName: 'records', Item: { ...item, document } }));
    await expect(records.newest('altered')).rejects.toThrow('does not match its digest');
  });
});

describe('a version that cannot be relied on', () => {
  const put = (item: ReturnType<typeof versionItem>) =>
    engine.client.send(new PutItemCommand({ TableName: 'records', Item: item }));

  test('is shown to auditors as it is stored, among those that can', async () => {
    const [, second] = await written('spoiled', 3);
    if (!second) throw new Error('nothing was stored');
    const spoiled = second.document.replace('granted', 'pending');
    await put({ ...versionItem(second, aFindable()), document: { S: spoiled } });
    const raw = await records.raw('spoiled', { limit: 10 });
    expect(raw.map(({ version, broken }) => [version, broken])).toEqual([
      [3, false],
      [2, true],
      [1, false],
    ]);
    const { recordedAt } = second.version;
    expect(raw[1]).toEqual({
      version: 2,
      recordedAt,
      document: spoiled,
      digest: second.digest,
      broken: true,
    });
    expect(raw[0]?.stored).toEqual(await records.newest('spoiled'));
    expect((await records.raw('spoiled', { below: 3, limit: 1 })).map(({ version }) => version)).toEqual([2]);
  });

  test('is one that stands in the place of another, or of another person’s', async () => {
    const [first, second] = await written('swapped', 2);
    if (!first || !second) throw new Error('nothing was stored');
    await put({ ...versionItem(first, aFindable()), ...versionKey('swapped', 2) });
    await expect(records.newest('swapped')).rejects.toThrow('does not match its digest');
    await put({ ...versionItem(first, aFindable()), ...versionKey('somebody-else', 1) });
    expect(await records.raw('somebody-else', { limit: 1 })).toMatchObject([{ version: 1, broken: true }]);
  });

  test('is one that is not even JSON, or has nothing left', async () => {
    const [stored] = await written('emptied', 1);
    if (!stored) throw new Error('nothing was stored');
    const item = versionItem(stored, aFindable());
    await put({ ...item, document: { S: '{' }, digest: { S: sha256('{') } });
    await expect(records.newest('emptied')).rejects.toThrow('does not match its digest');
    await put({ ...versionKey('emptied', 1) });
    expect(await records.raw('emptied', { limit: 1 })).toEqual([{ version: 1, broken: true }]);
  });
});

describe('two writers of one version', () => {
  test('the second is refused and the first stands', async () => {
    const first = aVersion('raced', aChange(1));
    expect(await records.append(first, aFindable())).toBe(true);
    expect(await records.append(aVersion('raced', aChange(2)), aFindable())).toBe(false);
    expect(await records.newest('raced')).toEqual(first);
  });

  test('a writer whose answer was lost is told on repeating that its version stands', async () => {
    const stored = aVersion('repeated', aChange(1));
    expect(await records.append(stored, aFindable())).toBe(true);
    expect(await records.append(stored, aFindable())).toBe(true);
    const otherKey = { ...stored, remembered: ['k.b.1'] };
    expect(await records.append(otherKey, aFindable())).toBe(false);
  });

  test('64 at once end with versions 1 to 64, none lost, each naming the digest of the one before', {
    timeout: 90_000,
  }, async () => {
    const changes = Array.from({ length: 64 }, (_, i) => aChange(i + 1));
    await Promise.all(changes.map((change) => record(records, 'busy', change)));
    const all = [...(await records.history('busy', { limit: 100 }))].reverse();
    expect(all.map(({ version }) => version.version)).toEqual(changes.map((_, i) => i + 1));
    expect(all.map(({ version }) => version.previous)).toEqual([
      null,
      ...all.slice(0, -1).map(({ digest }) => digest),
    ]);
    const said = all.map(({ version }) => version.change.evidence.occurredAt).sort();
    expect(said).toEqual(changes.map(({ evidence }) => evidence.occurredAt));
  });
});

describe('history', () => {
  test('lists newest first, page by page, without gap or repeat', async () => {
    const all = await written('paged', 7);
    const numbers = (page: readonly Stored[]) => page.map(({ version }) => version.version);
    expect(numbers(await records.history('paged', { limit: 3 }))).toEqual([7, 6, 5]);
    expect(numbers(await records.history('paged', { below: 5, limit: 3 }))).toEqual([4, 3, 2]);
    expect(numbers(await records.history('paged', { below: 2, limit: 3 }))).toEqual([1]);
    expect(await records.history('paged', { below: 1, limit: 3 })).toEqual([]);
    expect(all).toHaveLength(7);
  });

  test('a page of versions larger than one answer of DynamoDB is whole', async () => {
    let previous: Stored | undefined;
    for (let step = 1; step <= 14; step++) {
      const { version } = aVersion('large', aChange(step), previous);
      const evidence = { ...version.change.evidence, personal: 'x'.repeat(95_000) };
      previous = sealed({ ...version, change: { ...version.change, evidence } });
      expect(await records.append(previous, aFindable())).toBe(true);
    }
    expect(await records.history('large', { limit: 14 })).toHaveLength(14);
    expect(engine.requests.get('QueryCommand')).toBeGreaterThan(1);
  });
});

describe('what was recorded when', () => {
  test('the minute of its recording lists a version with what it is about, whatever its shard', async () => {
    const minute = START + 24 * 60 * MINUTE;
    const subjects = Array.from({ length: 30 }, (_, i) => `minute-${i}`);
    for (const subject of subjects) await record(records, subject, aChange(24 * 60 * 60 + 7));
    const found = await records.recordedIn(minute);
    expect(found.map(({ subject }) => subject).sort()).toEqual([...subjects].sort());
    expect(found[0]).toMatchObject({ version: 1, about: aFindable().about });
    expect(Math.floor(Date.parse(found[0]?.recordedAt ?? '') / MINUTE) * MINUTE).toBe(minute);
    expect(await records.recordedIn(minute + MINUTE)).toEqual([]);
  });

  test('one whose item no longer says what it is about keeps its digest', async () => {
    const stored = aVersion('spoiled-about', aChange(47 * 60 * 60));
    const item = { ...versionItem(stored, aFindable()), about: { S: 'garbage' } };
    await engine.client.send(new PutItemCommand({ TableName: 'records', Item: item }));
    const [found] = await records.recordedIn(START + 47 * 60 * MINUTE);
    expect(found).toMatchObject({ subject: 'spoiled-about', about: { topics: [] }, digest: stored.digest });
  });

  test('a day lists the subjects whose first grant runs out on it, and none without such a grant', async () => {
    const expiresAt = '2031-02-03T04:05:06.007Z';
    await records.append(aVersion('expiring', aChange(1)), aFindable({ expiresAt }));
    await records.append(aVersion('lasting', aChange(1)), aFindable());
    expect(await records.expiringOn(Date.parse('2031-02-03'))).toEqual([{ subject: 'expiring', expiresAt }]);
    expect(await records.expiringOn(Date.parse('2031-02-04'))).toEqual([]);
  });
});
