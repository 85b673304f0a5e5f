import { randomBytes } from 'node:crypto';
import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { identifiersOn } from '../../lib/aws/identifiers.ts';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { logOn } from '../../lib/aws/log.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { rightsCasesOn } from '../../lib/aws/rights-cases.ts';
import { type StoredSeals, sealsOn } from '../../lib/aws/seals.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { trailsOn } from '../../lib/aws/trails.ts';
import { toIso } from '../../lib/domain/time.ts';
import { type AcceptPorts, accept, recordChange } from '../../lib/flow/accept.ts';
import { type AskPorts, askErasure } from '../../lib/flow/ask-erasure.ts';
import { advance } from '../../lib/flow/erase.ts';
import { strangerOf } from '../../lib/flow/known-by.ts';
import { lastVersion, namesToSuppress } from '../../lib/flow/last-version.ts';
import { lookUp } from '../../lib/flow/read.ts';
import type { Erasing, Erasure, RightsCase, RightsCases } from '../../lib/flow/rights-case.ts';
import { memory } from '../memory.ts';
import { rightsInMemory } from '../memory-rights.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
let seals: StoredSeals;
let ports: AcceptPorts;
let cases: RightsCases;

const sealsAfresh = (): StoredSeals => {
  const generate = async () => {
    const plain = randomBytes(32);
    return { plain, wrapped: plain };
  };
  return sealsOn(engine.client, 'keys', { generate, unwrap: async (wrapped) => wrapped });
};

beforeAll(async () => {
  engine = await startEngine();
  seals = sealsAfresh();
  ports = {
    ...{ catalogue: config.catalogue, clock: systemClock, seals },
    records: recordsOn(engine.client, 'records'),
    identifiers: identifiersOn(engine.client, 'records'),
    ledger: ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals }),
  };
  cases = rightsCasesOn(engine.client, { audit: 'audit', records: 'records', keys: 'keys' });
});
afterAll(() => engine.stop());

const named = async (subject: string, identifiers: Readonly<Record<string, string | null>>) => {
  const evidence = { source: 'call-centre', actor: { kind: 'agent' as const }, method: 'call' };
  const accepted = await accept(ports)({
    subject,
    body: { identifiers, evidence },
    caller: { sources: ['*'] },
  });
  return accepted.kind === 'refused' ? accepted.refusal.type : accepted.kind;
};

const AT = toIso(Date.UTC(2026, 4, 1));
const anErasure = (state: Erasure['state']): Erasure => ({
  ...{ id: 'case-1', state, requestedAt: AT, due: AT, until: AT, by: { client: 'desk' }, told: [] },
});
const aCase = (subject: string, revision: number, state: Erasure['state']): RightsCase => ({
  ...{ subject, revision, holds: [], erasure: anErasure(state) },
});

/** What an erasure would write of a subject now. */
async function erasingOf(subject: string, rightsCase: RightsCase): Promise<Erasing> {
  const newest = await ports.records.newest(subject);
  if (!newest) throw new Error('nobody has spoken of this subject');
  const identifiers = await ports.identifiers.of(subject);
  const { stored, findable } = lastVersion(ports, { newest, identifiers });
  const suppress = await namesToSuppress(ports, identifiers);
  return { stored, findable, identifiers, suppress, rightsCase };
}

async function erase(subject: string): Promise<boolean> {
  expect(await cases.write(aCase(subject, 1, 'telling'))).toBe(true);
  const done = await cases.erase(await erasingOf(subject, aCase(subject, 2, 'erased')));
  if (done) seals.forget(subject);
  return done;
}

const holdersOf = async (email: string) =>
  ports.identifiers.holders('email', await seals.hash('email', email), 10);
const isSuppressed = async (email: string): Promise<boolean> =>
  (await ports.identifiers.suppressed([{ kind: 'email', hash: await seals.hash('email', email) }])).length >
  0;
const keyOf = async (subject: string) =>
  (await engine.client.send(new GetItemCommand({ TableName: 'keys', Key: { pk: { S: `S#${subject}` } } })))
    .Item;

describe('a case', () => {
  test('is listed while it is open, and no longer once it is done', async () => {
    await cases.write(aCase('listed', 1, 'telling'));
    expect(await cases.open()).toContain('listed');
    expect(await cases.of('listed')).toEqual(aCase('listed', 1, 'telling'));
    await cases.write(aCase('listed', 2, 'done'));
    expect(await cases.open()).not.toContain('listed');
  });

  test('of two who read the same one, one writes it', async () => {
    await cases.write(aCase('raced', 1, 'telling'));
    const both = await Promise.all([1, 2].map(() => cases.write(aCase('raced', 2, 'stopped'))));
    expect(both.sort()).toEqual([false, true]);
  });

  test('of somebody about whom nothing was ever asked is empty', async () => {
    expect(await cases.of('nobody')).toEqual({ subject: 'nobody', revision: 0, holds: [] });
  });
});

describe('an erasure', () => {
  test('takes the key, what she goes by and who finds her, and leaves what is suppressed', async () => {
    await named('ada', { email: 'ada@example.com', phone: '+4512345678' });
    expect(await keyOf('ada')).toBeDefined();
    expect(await erase('ada')).toBe(true);
    expect(await keyOf('ada')).toBeUndefined();
    expect(await ports.identifiers.of('ada')).toMatchObject({ current: [], retired: [] });
    expect(await holdersOf('ada@example.com')).toEqual([]);
    expect(await isSuppressed('ada@example.com')).toBe(true);
    expect((await cases.of('ada')).erasure?.state).toBe('erased');
    expect(await named('other', { email: 'ada@example.com' })).toBe('suppressed');
  });

  test('leaves no hash in her versions by which her address could be told', async () => {
    await named('hashed', { email: 'hashed@example.com' });
    const hash = await seals.hash('email', 'hashed@example.com');
    await erase('hashed');
    const { Items = [] } = await engine.client.send(new ScanCommand({ TableName: 'records' }));
    const holding = Items.filter((item) => JSON.stringify(item).includes(hash));
    expect(holding.map(({ pk }) => pk?.S)).toEqual([`X#email#${hash}`]);
  });

  test('does nothing at all where a hold was placed, or a version stored, after all was read', async () => {
    await named('held', { email: 'held@example.com' });
    await cases.write(aCase('held', 1, 'telling'));
    const erasing = await erasingOf('held', aCase('held', 2, 'erased'));
    const by = { client: 'desk' };
    await cases.write({ ...aCase('held', 2, 'telling'), holds: [{ action: 'place', at: AT, by }] });
    expect(await cases.erase(erasing)).toBe(false);
    const late = await erasingOf('held', aCase('held', 3, 'erased'));
    await named('held', { phone: '+4587654321' });
    expect(await cases.erase(late)).toBe(false);
    expect(await keyOf('held')).toBeDefined();
    expect(await isSuppressed('held@example.com')).toBe(false);
    expect(await holdersOf('held@example.com')).toEqual(['held']);
  });

  test('of one who shares an address leaves her counted there, so that her stop holds for whoever goes by it', async () => {
    await named('mother', { email: 'family@example.com' });
    await named('child', { email: 'family@example.com' });
    await erase('mother');
    expect(await holdersOf('family@example.com')).toEqual(['child', 'mother']);
    const confirmed = await confirmedBy('child');
    expect(confirmed).toBe('recorded');
    expect(await isSuppressed('family@example.com')).toBe(false);
    expect(await holdersOf('family@example.com')).toEqual(['child']);
    await named('child', { email: null });
    expect(await holdersOf('family@example.com')).toEqual([]);
  });
});

describe('an address of several people', () => {
  test('leads to nobody once the last of them is erased', async () => {
    await named('first', { email: 'couple@example.com' });
    await named('second', { email: 'couple@example.com' });
    await erase('first');
    await erase('second');
    expect(await holdersOf('couple@example.com')).toEqual([]);
    expect(await isSuppressed('couple@example.com')).toBe(true);
    expect(await confirmedBy('third', 'couple@example.com')).toBe('recorded');
    expect(await holdersOf('couple@example.com')).toEqual(['third']);
  });

  test('finds those who live, and not whom it was erased of', async () => {
    await named('gone', { email: 'flat@example.com' });
    await named('here', { email: 'flat@example.com' });
    await erase('gone');
    const looking = { identifiers: ports.identifiers, seals };
    expect((await lookUp(looking)('email', 'flat@example.com')).subjects).toEqual(['here']);
  });

  test('is had again by the same subject, when she confirms', async () => {
    await named('back', { email: 'both@example.com' });
    await named('stays', { email: 'both@example.com' });
    await erase('back');
    expect(await confirmedBy('back', 'both@example.com')).toBe('recorded');
    expect(await holdersOf('both@example.com')).toEqual(['back', 'stays']);
    expect((await ports.identifiers.of('back')).current).toMatchObject([{ shared: true }]);
  });
});

test('a stop that was kept for her address alone, before she was known by it, is erased with her', async () => {
  const { archive, bus, signer } = rightsInMemory(memory());
  const all: AskPorts = {
    ...{ ...ports, cases, archive, bus, signer, destinations: [], rest: 0, withinHours: 24 },
    ...{ log: logOn(engine.client, 'deliveries'), newId: () => 'kept-1' },
    trails: trailsOn(engine.client, { deliveries: 'deliveries', records: 'records' }),
    ledger: ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals }),
  };
  const value = 'kept@example.com';
  const stranger = strangerOf({ kind: 'email', hash: await seals.hash('email', value) });
  await named(stranger, { email: value });
  await named('known', { email: value });
  await askErasure(all)({ subject: 'known', by: { client: 'desk' } });
  expect(await cases.open()).toContain(stranger);
  for (const subject of [stranger, 'known']) await advance(all)(subject);
  for (const subject of [stranger, 'known']) {
    expect((await cases.of(subject)).erasure?.state).toBe('done');
    expect(await keyOf(subject)).toBeUndefined();
  }
  expect(await holdersOf(value)).toEqual([]);
  expect(await isSuppressed(value)).toBe(true);
});

/** She says again what she goes by, and that she has confirmed it. */
async function confirmedBy(subject: string, value = 'family@example.com'): Promise<string> {
  const accepted = await recordChange(ports)(
    { subject, body: {} },
    {
      ...{ choices: [{ topic: 'orbit/events', channel: 'email', state: 'granted' }], preferences: [] },
      ...{ identifiers: [{ kind: 'email', value }], personal: {} },
      evidence: {
        ...{ source: 'preference-center', actor: { kind: 'subject' }, method: 'double-opt-in' },
        occurredAt: toIso(Date.now()),
      },
    },
  );
  return accepted.kind === 'refused' ? accepted.refusal.type : accepted.kind;
}
