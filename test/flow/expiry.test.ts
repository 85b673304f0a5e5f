import { expect, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import { DAY, MINUTE, toIso } from '../../lib/domain/time.ts';
import { accept } from '../../lib/flow/accept.ts';
import { type ExpirePorts, expire } from '../../lib/flow/expire.ts';
import type { LaneMark } from '../../lib/ports.ts';
import { aBody, aCatalogue, granted, NOW } from '../builders.ts';
import { memory } from '../memory.ts';

const catalogue = aCatalogue();
const SURVEYS = 730 * DAY;

/** People who agreed to surveys, a second apart; `wait`: how long storing a version takes, ms. */
async function people(count: number, wait = 0) {
  const store = memory();
  const marks = new Map<string, LaneMark>();
  let now = NOW;
  let reads = 0;
  const ports: ExpirePorts = {
    ...store,
    catalogue,
    clock: { now: () => now, sleep: async () => undefined, chance: () => 0 },
    marks: {
      read: async (lane) => marks.get(lane),
      write: async (lane, mark) => void marks.set(lane, mark),
    },
    records: {
      ...store.records,
      newest: async (subject) => {
        reads += 1;
        return store.records.newest(subject);
      },
      append: async (...version) => {
        now += wait;
        return store.records.append(...version);
      },
    },
  };
  for (let i = 0; i < count; i++) {
    const body = aBody({
      choices: [granted('acme/surveys', 'email')],
      evidence: { occurredAt: toIso(NOW - MINUTE + i) },
    });
    await accept(ports)({ subject: `p${i}`, body, caller: { sources: ['*'] } });
  }
  const because = async (i: number) => {
    const stored = await store.records.newest(`p${i}`);
    return stored && answersOf(stored.version.record, catalogue, now)('acme/surveys', 'email').because;
  };
  return {
    ports,
    because,
    at: (ms: number) => {
      now = ms;
      reads = 0;
    },
    reads: () => reads,
  };
}

test('a grant that has run out is withdrawn once, and not looked at for ever after', async () => {
  const { ports, because, at, reads } = await people(3);
  at(NOW + SURVEYS);
  expect(await expire(ports)()).toBe(3);
  expect(await Promise.all([0, 1, 2].map(because))).toEqual(Array(3).fill('source-withdrew'));
  at(NOW + SURVEYS + 5 * MINUTE);
  expect(await expire(ports)()).toBe(0);
  at(NOW + SURVEYS + 20 * MINUTE);
  await expire(ports)();
  at(NOW + SURVEYS + 25 * MINUTE);
  await expire(ports)();
  expect(reads()).toBe(0);
});

test('a day on which very many run out is worked off over several runs, each going on where the last one ended', async () => {
  const { ports, at } = await people(600, 500);
  const written: number[] = [];
  for (let run = 0; run < 3; run++) {
    at(NOW + SURVEYS + run * 15 * MINUTE);
    written.push(await expire(ports)());
  }
  expect(written[0]).toBeLessThan(600);
  expect(written.reduce((a, b) => a + b, 0)).toBe(600);
});

test('a withdrawal that could not be stored is an error, and is tried again', async () => {
  const { ports, because, at } = await people(1);
  at(NOW + SURVEYS);
  const busy = { ...ports, records: { ...ports.records, append: async () => false } };
  const ticking = { ...ports.clock, now: ticks(ports.clock.now) };
  await expect(expire({ ...busy, clock: ticking })()).rejects.toThrow('busy');
  expect(await expire(ports)()).toBe(1);
  expect(await because(0)).toBe('source-withdrew');
});

/** A clock that moves on by a second whenever it is asked. */
function ticks(now: () => number): () => number {
  let asked = 0;
  return () => now() + 1000 * asked++;
}
