import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identifiersOn } from '../../lib/aws/identifiers.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import type { Identifiers, Records } from '../../lib/ports.ts';
import { aChange, aFindable, aMove, aVersion, backOff } from './builders.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
let records: Records;
let identifiers: Identifiers;

beforeAll(async () => {
  engine = await startEngine();
  records = recordsOn(engine.client, 'records');
  identifiers = identifiersOn(engine.client, 'records');
});
afterAll(() => engine.stop());
beforeEach(() => engine.requests.clear());

/** One attempt to make a subject go by exactly these addresses. */
async function tryGoBy(subject: string, hashes: readonly string[]): Promise<boolean> {
  const previous = await records.newest(subject);
  const step = (previous?.version.version ?? 0) + 1;
  const move = aMove(await identifiers.of(subject), hashes, step);
  return records.append(aVersion(subject, aChange(step), previous), aFindable(), move);
}

async function goBy(subject: string, hashes: readonly string[]): Promise<void> {
  for (let attempt = 0; !(await tryGoBy(subject, hashes)); attempt++) await backOff(attempt);
}

const sharedOf = async (subject: string): Promise<Readonly<Record<string, boolean>>> => {
  const { current } = await identifiers.of(subject);
  return Object.fromEntries(current.map(({ hash, shared }) => [hash, shared]));
};

const headOf = async (hash: string) => {
  const Key = { pk: { S: `I#email#${hash}` }, sk: { S: '#' } };
  return (await engine.client.send(new GetItemCommand({ TableName: 'records', Key }))).Item;
};

describe('identifiers', () => {
  test('a subject nobody has named goes by nothing', async () => {
    expect(await identifiers.of('nobody')).toEqual({ revision: 0, current: [], retired: [] });
    expect(await identifiers.holders('email', 'unheard', 10)).toEqual([]);
  });

  test('move together with their version: what is gained is found, what is lost is not', async () => {
    await goBy('mover', ['m1', 'm2']);
    await goBy('mover', ['m2', 'm3']);
    expect(await identifiers.holders('email', 'm1', 10)).toEqual([]);
    expect(await identifiers.holders('email', 'm3', 10)).toEqual(['mover']);
    const { revision, current, retired } = await identifiers.of('mover');
    expect({ revision, current: current.map(({ hash }) => hash) }).toEqual({
      revision: 2,
      current: ['m2', 'm3'],
    });
    expect(retired).toEqual([{ kind: 'email', hash: 'm1', sealed: 'sealed-m1', since: 2 }]);
    expect((await records.newest('mover'))?.version.version).toBe(2);
  });

  test('a lost race for the version moves nothing', async () => {
    const stale = aVersion('loser', aChange(1));
    const move = aMove(await identifiers.of('loser'), ['l1'], 1);
    await records.append(aVersion('loser', aChange(2)), aFindable());
    expect(await records.append(stale, aFindable(), move)).toBe(false);
    expect(await identifiers.of('loser')).toMatchObject({ revision: 0 });
    expect(await identifiers.holders('email', 'l1', 10)).toEqual([]);
    expect(await headOf('l1')).toBeUndefined();
  });

  test('a move against an item that has changed since stores no version', async () => {
    await goBy('changed', ['c1']);
    const before = await identifiers.of('changed');
    await goBy('changed', ['c2']);
    const previous = await records.newest('changed');
    const third = aVersion('changed', aChange(3), previous);
    expect(await records.append(third, aFindable(), aMove(before, ['c3'], 3))).toBe(false);
    expect((await records.newest('changed'))?.version.version).toBe(2);
  });
});

describe('an identifier that several subjects go by', () => {
  test('is shared for its second holder and, from then on, for its first', async () => {
    await goBy('parent', ['home']);
    expect(await sharedOf('parent')).toEqual({ home: false });
    await goBy('child', ['home', 'own']);
    expect(await sharedOf('child')).toEqual({ home: true, own: false });
    expect(await sharedOf('parent')).toEqual({ home: true });
    await goBy('grandparent', ['home']);
    expect(await sharedOf('grandparent')).toEqual({ home: true });
    expect([...(await identifiers.holders('email', 'home', 10))].sort()).toEqual([
      'child',
      'grandparent',
      'parent',
    ]);
    expect(await identifiers.holders('email', 'home', 2)).toHaveLength(2);
  });

  test('two at once that have the same other holder are marked in one go', async () => {
    await goBy('twin-a', ['t1', 't2']);
    await goBy('twin-b', ['t1', 't2']);
    expect(await sharedOf('twin-a')).toEqual({ t1: true, t2: true });
    expect(await sharedOf('twin-b')).toEqual({ t1: true, t2: true });
  });

  test('is counted anew when its holders leave and others come', async () => {
    await goBy('old-a', ['flat']);
    await goBy('old-b', ['flat']);
    await goBy('old-a', []);
    await goBy('old-b', []);
    expect(await headOf('flat')).toBeUndefined();
    await goBy('tenant', ['flat']);
    expect(await sharedOf('tenant')).toEqual({ flat: false });
    await goBy('old-a', ['flat']);
    expect(await sharedOf('tenant')).toEqual({ flat: true });
  });

  test('is marked for the holder left behind when somebody joins again', async () => {
    await goBy('stays', ['room']);
    await goBy('leaves', ['room']);
    await goBy('leaves', []);
    await goBy('joins', ['room']);
    expect(await sharedOf('stays')).toEqual({ room: true });
    expect(await sharedOf('joins')).toEqual({ room: true });
  });

  test.each([
    ['BatchGetItemCommand', 'BatchGetItemCommand'],
    ['BatchGetItemCommand', 'QueryCommand'],
    ['QueryCommand', 'QueryCommand'],
    ['QueryCommand', 'GetItemCommand'],
    ['GetItemCommand', 'GetItemCommand'],
  ])('is shared for one who takes its holder’s place while a third reads (%s, %s)', async (left, came) => {
    const named = (name: string) => `${name}-${left}-${came}`;
    const seat = named('seat');
    await goBy(named('first'), [seat]);
    const move = aMove(await identifiers.of(named('third')), [seat], 1);
    const client = engine.interrupted([
      [left, () => goBy(named('first'), [])],
      [came, () => goBy(named('second'), [seat])],
    ]);
    const version = aVersion(named('third'), aChange(1));
    const won = await recordsOn(client, 'records').append(version, aFindable(), move);
    if (!won) await goBy(named('third'), [seat]);
    client.destroy();
    expect(await sharedOf(named('second'))).toEqual({ [seat]: true });
    expect(await sharedOf(named('third'))).toEqual({ [seat]: true });
  });

  test('that twelve subjects gain in the same moment is shared for every one of them', async () => {
    const subjects = Array.from({ length: 12 }, (_, i) => `crowd-${i}`);
    await Promise.all(subjects.map((subject) => goBy(subject, ['party'])));
    const marks = await Promise.all(subjects.map(sharedOf));
    expect(marks).toEqual(subjects.map(() => ({ party: true })));
    expect((await headOf('party'))?.['holders']?.N).toBe('12');
  });
});

const SUBJECTS = ['a', 'b', 'c'] as const;
const HASHES = ['x', 'y', 'z'] as const;
const Step = fc.record({
  subject: fc.constantFrom(...SUBJECTS),
  hashes: fc.uniqueArray(fc.constantFrom(...HASHES), { maxLength: 3 }),
});

interface Race {
  readonly subject: string;
  readonly hashes: readonly string[];
}

let runs = 0;

/** Lets subjects move in parallel, each its own moves in order; then says who goes unmarked though not alone. */
async function unmarkedAfter(steps: readonly Race[], go: typeof goBy): Promise<readonly string[]> {
  const run = runs++;
  const named = (name: string) => `race-${run}-${name}`;
  await Promise.all(
    SUBJECTS.map(async (subject) => {
      const own = steps.filter((step) => step.subject === subject);
      for (const { hashes } of own) await go(named(subject), hashes.map(named));
    }),
  );
  const items = await Promise.all(SUBJECTS.map((subject) => identifiers.of(named(subject))));
  const held = items.flatMap(({ current }, i) =>
    current.map((entry) => ({ ...entry, subject: SUBJECTS[i] })),
  );
  return held
    .filter(
      ({ hash, shared, subject }) => !shared && held.some((o) => o.hash === hash && o.subject !== subject),
    )
    .map(({ hash, subject }) => `${subject} ${hash}`);
}

describe('whatever subjects gain and lose at once', () => {
  test('nobody who shares an identifier is left unmarked', { timeout: 90_000 }, async () => {
    const races = fc.array(Step, { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(races, async (steps) => {
        expect(await unmarkedAfter(steps, goBy)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('control: a writer who skips the count leaves somebody unmarked', async () => {
    const careless = async (subject: string, hashes: readonly string[]) => {
      const previous = await records.newest(subject);
      const step = (previous?.version.version ?? 0) + 1;
      const move = aMove(await identifiers.of(subject), hashes, step);
      await records.append(aVersion(subject, aChange(step), previous), aFindable(), { ...move, gained: [] });
    };
    const race = [
      { subject: 'a', hashes: ['x'] },
      { subject: 'b', hashes: ['x'] },
    ];
    expect(await unmarkedAfter(race, careless)).not.toEqual([]);
  });
});
