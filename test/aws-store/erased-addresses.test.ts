import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { lookUp } from '../../lib/flow/read.ts';
import { type Engine, startEngine } from './engine.ts';
import { type ErasingRig, erasingOn } from './erasing.ts';

let engine: Engine;
let rig: ErasingRig;

beforeAll(async () => {
  engine = await startEngine();
  rig = erasingOn(engine);
});
afterAll(() => engine.stop());

describe('an address of several people', () => {
  test('leads to nobody once the last of them is erased', async () => {
    await rig.named('first', { email: 'couple@example.com' });
    await rig.named('second', { email: 'couple@example.com' });
    await rig.erase('first');
    await rig.erase('second');
    expect(await rig.holdersOf('couple@example.com')).toEqual([]);
    expect(await rig.isSuppressed('couple@example.com')).toBe(true);
    expect(await rig.confirmedBy('third', 'couple@example.com')).toBe('recorded');
    expect(await rig.holdersOf('couple@example.com')).toEqual(['third']);
  });

  test('finds those who live, and not whom it was erased of', async () => {
    await rig.named('gone', { email: 'flat@example.com' });
    await rig.named('here', { email: 'flat@example.com' });
    await rig.erase('gone');
    const looking = rig.ports;
    expect((await lookUp(looking)('email', 'flat@example.com')).subjects).toEqual(['here']);
  });

  test('is had again by the same subject, when she confirms', async () => {
    await rig.named('back', { email: 'both@example.com' });
    await rig.named('stays', { email: 'both@example.com' });
    await rig.erase('back');
    expect(await rig.confirmedBy('back', 'both@example.com')).toBe('recorded');
    expect(await rig.holdersOf('both@example.com')).toEqual(['back', 'stays']);
    expect((await rig.ports.identifiers.of('back')).current).toMatchObject([{ shared: true }]);
  });

  test('is had again by the same subject, when she asks first and confirms then', async () => {
    const value = 'asked-first@example.com';
    await rig.named('asks', { email: value });
    await rig.named('waits', { email: value });
    await rig.erase('asks');
    expect(await rig.askedBy('asks', value)).toBe('recorded');
    expect(await rig.confirmedBy('asks')).toBe('recorded');
    expect(await rig.isSuppressed(value)).toBe(false);
    expect(await rig.holdersOf(value)).toEqual(['asks', 'waits']);
    const looking = rig.ports;
    expect((await lookUp(looking)('email', value)).subjects).toEqual(['asks', 'waits']);
    expect(await rig.named('asks', { email: null })).toBe('recorded');
    expect(await rig.holdersOf(value)).toEqual(['waits']);
    expect(await rig.erase('waits')).toBe(true);
    expect(await rig.holdersOf(value)).toEqual([]);
  });

  test('is given up by one who came back to it and never confirmed, and whose stop holds for the other as before', async () => {
    const value = 'given-up@example.com';
    await rig.named('gives', { email: value });
    await rig.named('keeps', { email: value });
    await rig.erase('gives');
    expect(await rig.askedBy('gives', value)).toBe('recorded');
    expect(await rig.named('gives', { email: null })).toBe('recorded');
    expect(await rig.isSuppressed(value)).toBe(true);
    const [suppressed] = await rig.ports.identifiers.suppressed([await rig.nameOf(value)]);
    expect(suppressed?.kept).toEqual(['gives']);
    expect((await lookUp(rig.ports)('email', value)).subjects).toEqual(['keeps']);
    expect(await rig.erase('keeps')).toBe(true);
    expect(await rig.holdersOf(value)).toEqual([]);
  });

  test('comes back by a request of anybody’s once nobody living goes by it', async () => {
    const value = 'left@example.com';
    await rig.named('parent', { email: value });
    await rig.named('leaver', { email: value });
    await rig.erase('parent');
    expect(await rig.named('leaver', { email: null })).toBe('recorded');
    expect(await rig.askedBy('newcomer', value)).toBe('recorded');
    expect((await rig.ports.identifiers.of('newcomer')).current).toMatchObject([{ shared: false }]);
    expect(await rig.confirmedBy('newcomer')).toBe('recorded');
    expect(await rig.holdersOf(value)).toEqual(['newcomer']);
  });

  test('keeps the stops of so many who were erased as one transaction can take away', async () => {
    const value = 'crowd@example.com';
    const crowd = Array.from({ length: 12 }, (_, i) => `crowd-${String(i).padStart(2, '0')}`);
    for (const subject of [...crowd, 'lasts']) await rig.named(subject, { email: value });
    for (const subject of crowd) expect(await rig.erase(subject)).toBe(true);
    expect(await rig.holdersOf(value)).toEqual([...crowd.slice(0, 10), 'lasts']);
    expect(await rig.erase('lasts')).toBe(true);
    expect(await rig.holdersOf(value)).toEqual([]);
  });
});

describe('an address that goes by two kinds', () => {
  const LOGIN = { ...config.catalogue.identifiers, login: { type: 'email', lowerCase: 'all' } } as const;
  const both = () => erasingOn(engine, { ...config.catalogue, identifiers: LOGIN });

  test('is suppressed under both, and free under both once one of them is confirmed', async () => {
    const two = both();
    const value = 'two-kinds@example.com';
    await two.named('has-email', { email: value });
    await two.erase('has-email');
    expect(await two.named('has-login', { login: value })).toBe('suppressed');
    expect(await two.confirmedBy('has-email', value)).toBe('recorded');
    expect(await two.isSuppressed(value)).toBe(false);
    expect(await two.named('has-login', { login: value })).toBe('recorded');
  });

  test('is suppressed under both also where she gave it up many addresses ago', async () => {
    const two = both();
    const values = Array.from({ length: 13 }, (_, i) => `moves-${i}@example.com`);
    for (const email of values) await two.named('moves', { email });
    expect(await two.erase('moves')).toBe(true);
    for (const kind of ['email', 'login']) {
      const names = values.map(async (value) => ({ kind, hash: await two.seals.hash(kind, value) }));
      expect(await two.ports.identifiers.suppressed(await Promise.all(names))).toHaveLength(values.length);
    }
  });

  test('or by eight, each with another, is suppressed under its own in one transaction, and with what she gave up', async () => {
    const kinds = Array.from({ length: 8 }, (_, i) => `mail-${i}`);
    const rules = kinds.map((kind) => [kind, { type: 'email', lowerCase: 'all' } as const] as const);
    const many = erasingOn(engine, { ...config.catalogue, identifiers: Object.fromEntries(rules) });
    const named = (time: number) => kinds.map((kind) => [kind, `${kind}-${time}@example.com`] as const);
    for (const time of [0, 1, 2, 3])
      expect(await many.named('many', Object.fromEntries(named(time)))).toBe('recorded');
    expect(await many.erase('many')).toBe(true);
    const names = await Promise.all(
      [1, 2, 3]
        .flatMap(named)
        .map(async ([kind, value]) => ({ kind, hash: await many.seals.hash(kind, value) })),
    );
    expect(await many.ports.identifiers.suppressed(names)).toHaveLength(names.length);
  });

  test('leaves nobody counted where she was kept under the other, which she has not named again', async () => {
    const two = both();
    const value = 'two-kept@example.com';
    const login = { kind: 'login', hash: await two.seals.hash('login', value) };
    await two.named('kept-twice', { email: value, login: value });
    await two.named('sister', { email: value, login: value });
    await two.erase('kept-twice');
    expect(await two.ports.identifiers.suppressed([login])).toMatchObject([{ kept: ['kept-twice'] }]);
    expect(await two.confirmedBy('kept-twice', value)).toBe('recorded');
    expect(await two.holdersOf(value)).toEqual(['kept-twice', 'sister']);
    expect(await two.ports.identifiers.holders('login', login.hash, 10)).toEqual(['sister']);
    expect(await two.ports.identifiers.suppressed([login])).toEqual([]);
    expect(await two.erase('sister')).toBe(true);
    expect(await two.ports.identifiers.holders('login', login.hash, 10)).toEqual([]);
  });
});

test('an address that is suppressed in the moment in which a change brings it is not taken up', async () => {
  const value = 'former@example.com';
  await rig.named('moved', { email: value });
  await rig.named('moved', { email: 'moved@example.com' });
  let erasing: Promise<boolean> | undefined;
  const client = new Proxy(engine.client, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (name !== 'send' || typeof member !== 'function') return member;
      return async (...args: readonly unknown[]) => {
        if (args[0] instanceof TransactWriteItemsCommand) {
          erasing ??= rig.erase('moved');
          await erasing;
        }
        return Reflect.apply(member, target, args);
      };
    },
  });
  const behind = { ...rig.ports, records: recordsOn(client, 'records') };
  expect(await rig.named('import', { email: value }, behind)).toBe('suppressed');
  expect(await erasing).toBe(true);
  expect(await rig.holdersOf(value)).toEqual([]);
});
