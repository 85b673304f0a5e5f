import { randomBytes } from 'node:crypto';
import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cacheOf } from '../../lib/aws/cache.ts';
import { decrypt, encrypt } from '../../lib/aws/sealing.ts';
import { sealsOn } from '../../lib/aws/seals.ts';
import type { Wrapping } from '../../lib/ports.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  await engine.client.send(new DeleteItemCommand({ TableName: 'keys', Key: { pk: { S: 'SERVICE' } } }));
  engine.requests.clear();
});

/** KMS with one key, counting what is asked of it. */
function aWrapping() {
  const key = randomBytes(32);
  const asked = { generate: 0, unwrap: 0 };
  const wrapping: Wrapping = {
    generate: async () => {
      asked.generate++;
      const plain = randomBytes(32);
      return { plain, wrapped: encrypt({ key, bound: 'service' }, plain) };
    },
    unwrap: async (wrapped) => {
      asked.unwrap++;
      return decrypt({ key, bound: 'service' }, wrapped);
    },
  };
  return { wrapping, asked };
}

const ADDRESS = 'alice@example.com';
const destroyKey = (subject: string) =>
  engine.client.send(new DeleteItemCommand({ TableName: 'keys', Key: { pk: { S: `S#${subject}` } } }));

describe('seals', () => {
  test('what one process seals another opens', async () => {
    const { wrapping } = aWrapping();
    const sealed = await sealsOn(engine.client, 'keys', wrapping).seal('s1', ADDRESS);
    expect(await sealsOn(engine.client, 'keys', wrapping).open('s1', sealed)).toBe(ADDRESS);
  });

  test('the same text is never sealed to the same ciphertext, and shows in none', async () => {
    const seals = sealsOn(engine.client, 'keys', aWrapping().wrapping);
    const [one, other] = [await seals.seal('s2', ADDRESS), await seals.seal('s2', ADDRESS)];
    expect(one).not.toBe(other);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('alice');
  });

  test('a ciphertext moved to another subject does not open', async () => {
    const seals = sealsOn(engine.client, 'keys', aWrapping().wrapping);
    const sealed = await seals.seal('s3', ADDRESS);
    await seals.seal('s3-other', ADDRESS);
    expect(await seals.open('s3-other', sealed)).toBeUndefined();
  });

  test('a damaged ciphertext is an error and not an absence', async () => {
    const seals = sealsOn(engine.client, 'keys', aWrapping().wrapping);
    const bytes = Buffer.from(await seals.seal('s4', ADDRESS), 'base64url');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await expect(seals.open('s4', bytes.toString('base64url'))).rejects.toThrow();
  });

  test('nothing opens once the key is destroyed, even when the subject has been given another', async () => {
    const { wrapping } = aWrapping();
    const sealed = await sealsOn(engine.client, 'keys', wrapping).seal('s5', ADDRESS);
    await destroyKey('s5');
    expect(await sealsOn(engine.client, 'keys', wrapping).open('s5', sealed)).toBeUndefined();
    await sealsOn(engine.client, 'keys', wrapping).seal('s5', 'bob@example.com');
    expect(await sealsOn(engine.client, 'keys', wrapping).open('s5', sealed)).toBeUndefined();
  });

  test('a hash is the same in every process, and differs by kind and by value', async () => {
    const { wrapping } = aWrapping();
    const [one, other] = [1, 2].map(() => sealsOn(engine.client, 'keys', wrapping));
    const hash = await one?.hash('email', ADDRESS);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await other?.hash('email', ADDRESS)).toBe(hash);
    expect(await one?.hash('login', ADDRESS)).not.toBe(hash);
    expect(await one?.hash('email', 'bob@example.com')).not.toBe(hash);
  });

  test('no key lies in the table unwrapped', async () => {
    const { wrapping } = aWrapping();
    let plain: Uint8Array = new Uint8Array();
    const watched: Wrapping = {
      ...wrapping,
      generate: async () => {
        const made = await wrapping.generate();
        plain = made.plain;
        return made;
      },
    };
    await sealsOn(engine.client, 'keys', watched).seal('s6', ADDRESS);
    const { Item } = await engine.client.send(
      new GetItemCommand({ TableName: 'keys', Key: { pk: { S: 'SERVICE' } } }),
    );
    expect(plain).toHaveLength(32);
    expect(Buffer.from(Item?.['wrapped']?.B ?? []).includes(Buffer.from(plain))).toBe(false);
  });
});

describe('the service key', () => {
  test('is asked for once per process, however much is sealed', async () => {
    const { wrapping, asked } = aWrapping();
    const seals = sealsOn(engine.client, 'keys', wrapping);
    await Promise.all(Array.from({ length: 20 }, (_, i) => seals.seal(`many-${i}`, ADDRESS)));
    expect(asked).toEqual({ generate: 1, unwrap: 0 });
  });

  test('is one and the same for processes that start at the same moment', async () => {
    const { wrapping } = aWrapping();
    const processes = Array.from({ length: 8 }, () => sealsOn(engine.client, 'keys', wrapping));
    const hashes = await Promise.all(processes.map((seals) => seals.hash('email', ADDRESS)));
    expect(new Set(hashes).size).toBe(1);
  });

  test('is asked for again after KMS was away', async () => {
    const { wrapping } = aWrapping();
    let away = true;
    const flaky: Wrapping = {
      ...wrapping,
      generate: () => (away ? Promise.reject(new Error('away')) : wrapping.generate()),
    };
    const seals = sealsOn(engine.client, 'keys', flaky);
    await expect(seals.hash('email', ADDRESS)).rejects.toThrow('away');
    away = false;
    expect(await seals.hash('email', ADDRESS)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('subject keys', () => {
  test('processes that seal for a new subject at once agree on one key', async () => {
    const { wrapping } = aWrapping();
    const processes = Array.from({ length: 8 }, () => sealsOn(engine.client, 'keys', wrapping));
    const sealed = await Promise.all(processes.map((seals, i) => seals.seal('fresh', `text ${i}`)));
    const reader = sealsOn(engine.client, 'keys', wrapping);
    const opened = await Promise.all(sealed.map((text) => reader.open('fresh', text)));
    expect(opened).toEqual(processes.map((_, i) => `text ${i}`));
  });

  test('are read once while at hand', async () => {
    const { wrapping } = aWrapping();
    const sealed = await sealsOn(engine.client, 'keys', wrapping).seal('held', ADDRESS);
    const seals = sealsOn(engine.client, 'keys', wrapping);
    await seals.open('held', sealed);
    engine.requests.clear();
    expect(await seals.open('held', sealed)).toBe(ADDRESS);
    expect(engine.requests.size).toBe(0);
  });
});

describe('a cache', () => {
  test('keeps the newest entries, each for its lifetime', () => {
    let now = 0;
    const cache = cacheOf<number>({ size: 2, lifetime: 100, now: () => now });
    for (const [i, name] of ['a', 'b', 'c'].entries()) cache.set(name, i);
    expect(['a', 'b', 'c'].map(cache.get)).toEqual([undefined, 1, 2]);
    now = 99;
    cache.set('b', 3);
    now = 100;
    expect(['b', 'c'].map(cache.get)).toEqual([3, undefined]);
  });
});
