import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { logOn } from '../../lib/aws/log.ts';
import { trailsOn } from '../../lib/aws/trails.ts';
import { type AskPorts, askErasure, setHold } from '../../lib/flow/ask-erasure.ts';
import { advance } from '../../lib/flow/erase.ts';
import { strangerOf } from '../../lib/flow/known-by.ts';
import { memory } from '../memory.ts';
import { rightsInMemory } from '../memory-rights.ts';
import { type Engine, startEngine } from './engine.ts';
import { AT, aCase, type ErasingRig, erasingOn } from './erasing.ts';

let engine: Engine;
let rig: ErasingRig;

beforeAll(async () => {
  engine = await startEngine();
  rig = erasingOn(engine);
});
afterAll(() => engine.stop());

const keyOf = async (subject: string) =>
  (await engine.client.send(new GetItemCommand({ TableName: 'keys', Key: { pk: { S: `S#${subject}` } } })))
    .Item;

describe('a case', () => {
  test('is listed while it is open, and no longer once it is done', async () => {
    await rig.cases.write(aCase('listed', 1, 'telling'));
    expect(await rig.cases.open()).toContain('listed');
    expect(await rig.cases.of('listed')).toEqual(aCase('listed', 1, 'telling'));
    await rig.cases.write(aCase('listed', 2, 'done'));
    expect((await rig.cases.of('listed')).erasure?.state).toBe('done');
    expect(await rig.cases.open()).not.toContain('listed');
  });

  test('is read back whole', async () => {
    const { erasure, ...rest } = aCase('whole', 1, 'telling');
    if (!erasure) throw new Error('a case without an erasure');
    const whole = { ...rest, erasure: { ...erasure, repeated: true, placed: 2, with: 'owner', version: 7 } };
    await rig.cases.write(whole);
    expect(await rig.cases.of('whole')).toEqual(whole);
  });

  test('of two who read the same one, one writes it', async () => {
    await rig.cases.write(aCase('raced', 1, 'telling'));
    const both = await Promise.all([1, 2].map(() => rig.cases.write(aCase('raced', 2, 'stopped'))));
    expect(both.sort()).toEqual([false, true]);
  });

  test('of somebody about whom nothing was ever asked is empty', async () => {
    expect(await rig.cases.of('nobody')).toEqual({ subject: 'nobody', revision: 0, holds: [] });
  });
});

describe('an erasure', () => {
  test('takes the key, what she goes by and who finds her, and leaves what is suppressed', async () => {
    await rig.named('ada', { email: 'ada@example.com', phone: '+4512345678' });
    expect(await keyOf('ada')).toBeDefined();
    expect(await rig.erase('ada')).toBe(true);
    expect(await keyOf('ada')).toBeUndefined();
    expect(await rig.ports.identifiers.of('ada')).toMatchObject({ current: [], retired: [] });
    expect(await rig.holdersOf('ada@example.com')).toEqual([]);
    expect(await rig.isSuppressed('ada@example.com')).toBe(true);
    expect((await rig.cases.of('ada')).erasure?.state).toBe('erased');
    expect(await rig.named('other', { email: 'ada@example.com' })).toBe('suppressed');
  });

  test('leaves no hash in her versions by which her address could be told', async () => {
    await rig.named('hashed', { email: 'hashed@example.com' });
    const hash = await rig.seals.hash('email', 'hashed@example.com');
    await rig.erase('hashed');
    const { Items = [] } = await engine.client.send(new ScanCommand({ TableName: 'records' }));
    const holding = Items.filter((item) => JSON.stringify(item).includes(hash));
    expect(holding.map(({ pk }) => pk?.S)).toEqual([`X#email#${hash}`]);
  });

  test('does nothing at all where a hold was placed, or a version stored, after all was read', async () => {
    await rig.named('held', { email: 'held@example.com' });
    await rig.cases.write(aCase('held', 1, 'telling'));
    const erasing = await rig.erasingOf('held', aCase('held', 2, 'erased'));
    const by = { client: 'desk' };
    await rig.cases.write({ ...aCase('held', 2, 'telling'), holds: [{ action: 'place', at: AT, by }] });
    expect(await rig.cases.erase(erasing)).toBe(false);
    const late = await rig.erasingOf('held', aCase('held', 3, 'erased'));
    await rig.named('held', { phone: '+4587654321' });
    expect(await rig.cases.erase(late)).toBe(false);
    expect(await keyOf('held')).toBeDefined();
    expect(await rig.isSuppressed('held@example.com')).toBe(false);
    expect(await rig.holdersOf('held@example.com')).toEqual(['held']);
  });

  test('of one who shares an address leaves her counted there, so that her stop holds for whoever goes by it', async () => {
    await rig.named('mother', { email: 'family@example.com' });
    await rig.named('child', { email: 'family@example.com' });
    await rig.erase('mother');
    expect(await rig.holdersOf('family@example.com')).toEqual(['child', 'mother']);
    const confirmed = await rig.confirmedBy('child', 'family@example.com');
    expect(confirmed).toBe('recorded');
    expect(await rig.isSuppressed('family@example.com')).toBe(false);
    expect(await rig.holdersOf('family@example.com')).toEqual(['child']);
    await rig.named('child', { email: null });
    expect(await rig.holdersOf('family@example.com')).toEqual([]);
  });
});

/** What an erasure needs beside the table. */
function asking(more: Partial<AskPorts> = {}): AskPorts {
  const { archive, bus, signer } = rightsInMemory(memory());
  const tables = { deliveries: 'deliveries', records: 'records' };
  return {
    ...{
      ...rig.ports,
      cases: rig.cases,
      archive,
      bus,
      signer,
      destinations: [],
      rest: 0,
      withinHours: 24,
    },
    ...{ log: logOn(engine.client, 'deliveries'), newId: () => 'case-1' },
    trails: trailsOn(engine.client, tables),
    ledger: ledgerOn(engine.client, { ...tables, seals: rig.seals }),
    ...more,
  };
}

describe('a broken version', () => {
  test('makes nobody free who brought an address that was erased: a grant still needs her confirmation', async () => {
    const value = 'suppressed@example.com';
    await rig.named('former', { email: value });
    await rig.erase('former');
    expect(await rig.askedBy('asking', value)).toBe('recorded');
    await rig.break('asking');
    expect(await rig.grantedBy('asking')).toBe('suppressed');
    expect(await rig.confirmedBy('asking')).toBe('recorded');
    expect(await rig.grantedBy('asking')).toBe('recorded');
  });

  test('at the end of an erasure that is done does not begin it anew', async () => {
    await rig.named('ended', { email: 'ended@example.com' });
    const all = asking();
    await askErasure(all)({ subject: 'ended', by: { client: 'desk' } });
    expect((await rig.cases.of('ended')).erasure?.state).toBe('done');
    await rig.break('ended');
    expect(await rig.grantedBy('ended')).toBe('recorded');
  });

  test('in the middle of an erasure is put right, and the erasure goes on', async () => {
    await rig.named('middle', { email: 'middle@example.com' });
    const interest = { topics: 'all', channels: 'all' } as const;
    const all = asking({ destinations: [{ id: 'crm', title: 'CRM', kind: 'state', interest }] });
    await askErasure(all)({ subject: 'middle', by: { client: 'desk' } });
    await rig.break('middle');
    expect((await advance(all)('middle')).erasure?.state).toBe('telling');
    expect(await rig.grantedBy('middle')).toBe('erasing');
    expect((await advance({ ...all, destinations: [] })('middle')).erasure?.state).toBe('done');
    expect((await rig.ports.records.newest('middle'))?.version.standing?.destroyed).toHaveLength(1);
  });
});

test('a stop that was kept for her address alone, before she was known by it, is erased with her', async () => {
  const all = asking();
  const value = 'kept@example.com';
  const stranger = strangerOf({ kind: 'email', hash: await rig.seals.hash('email', value) });
  await rig.named(stranger, { email: value });
  await rig.named('known', { email: value });
  await askErasure(all)({ subject: 'known', by: { client: 'desk' } });
  expect(await rig.cases.open()).toContain(stranger);
  for (const subject of [stranger, 'known']) await advance(all)(subject);
  for (const subject of [stranger, 'known']) {
    expect((await rig.cases.of(subject)).erasure?.state).toBe('done');
    expect(await keyOf(subject)).toBeUndefined();
  }
  expect(await rig.holdersOf(value)).toEqual([]);
  expect(await rig.isSuppressed(value)).toBe(true);
});

test('a hold on her stops the erasure of what was kept for her address too, also in the last moment', async () => {
  const interest = { topics: 'all', channels: 'all' } as const;
  const all = asking({ destinations: [{ id: 'crm', title: 'CRM', kind: 'state', interest }] });
  const email = 'litigious@example.com';
  const stranger = strangerOf(await rig.nameOf(email));
  await rig.named(stranger, { email });
  await rig.named('litigious', { email });
  await askErasure(all)({ subject: 'litigious', by: { client: 'desk' } });
  expect((await advance(all)(stranger)).erasure?.state).toBe('telling');
  const owner = await rig.cases.of('litigious');
  const erasing = await rig.erasingOf(stranger, aCase(stranger, 9, 'erased'));
  const hold = { subject: 'litigious', by: { client: 'desk' }, reason: 'litigation' };
  await setHold(all)({ ...hold, action: 'place' });
  const { revision } = await rig.cases.of(stranger);
  const rightsCase = aCase(stranger, revision + 1, 'erased');
  expect(await rig.cases.erase({ ...erasing, owner, rightsCase })).toBe(false);
  const ready = { ...all, destinations: [] };
  expect((await advance(ready)(stranger)).erasure?.state).toBe('stopped');
  expect(await keyOf(stranger)).toBeDefined();
  await setHold(all)({ ...hold, action: 'release' });
  await askErasure(asking({ newId: () => 'case-2' }))({ subject: 'litigious', by: { client: 'desk' } });
  for (const subject of [stranger, 'litigious']) await advance(ready)(subject);
  expect(await keyOf(stranger)).toBeUndefined();
  expect(await rig.holdersOf(email)).toEqual([]);
});
