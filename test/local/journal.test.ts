import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Journal, openJournal } from '../../local/journal.ts';
import { aFolder, afterwards } from './cleanup.ts';
import { until } from './until.ts';

const shard = { streamArn: 'arn', shardId: 'shard-1' };

/** Opens the journal at a time (ms). */
const openAt = (
  data: string | undefined,
  time: number,
  warn: (line: string) => void = () => undefined,
): Journal => {
  const journal = openJournal({ data, now: () => time, warn });
  afterwards(journal.close);
  return journal;
};

test('a first start has nothing before it', () => {
  expect(openAt(aFolder(), 1_000).before).toBeUndefined();
  expect(openAt(undefined, 1_000).before).toBeUndefined();
});

test('after a crash it is known when the engine was last alive, and how far the stream was read', async () => {
  const data = aFolder();
  const first = openAt(data, 1_000);
  await first.checkpoint.save(shard, '17');
  first.close();
  const second = openAt(data, 2_000);
  expect(second.before).toEqual({ crashedAt: 1_000 });
  expect(await second.checkpoint.load(shard)).toBe('17');
});

test('a run that ended with its queues empty was no crash', () => {
  const data = aFolder();
  const first = openAt(data, 1_000);
  first.drained();
  expect(first.isDrained()).toBe(true);
  first.close();
  expect(openAt(data, 2_000).before).toEqual({});
});

test('a second crash before the first was worked off looks back as far as the first', () => {
  const data = aFolder();
  openAt(data, 1_000).close();
  openAt(data, 900_000).close();
  expect(openAt(data, 1_800_000).before).toEqual({ crashedAt: 1_000 });
});

test('a crash that was worked off is not looked back to', () => {
  const data = aFolder();
  openAt(data, 1_000).close();
  const second = openAt(data, 900_000);
  second.settled();
  second.close();
  expect(openAt(data, 1_800_000).before).toEqual({ crashedAt: 900_000 });
});

test('a journal that cannot be read may have lost messages at any time', () => {
  const data = aFolder();
  writeFileSync(join(data, 'journal.json'), '{"heartbeat":');
  expect(openAt(data, 1_000).before).toEqual({ crashedAt: 0 });
});

test('it says that it lives twice a second', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const data = aFolder();
  let time = 1_000;
  const journal = openJournal({ data, now: () => time, warn: () => undefined });
  const heartbeat = () => JSON.parse(readFileSync(join(data, 'journal.json'), 'utf8')).heartbeat;
  for (const second of [5_000, 6_000]) {
    time = second;
    vi.advanceTimersByTime(500);
    expect(heartbeat()).toBe(second);
  }
  journal.close();
});

test('a beat that cannot be written is one warning, and not the end', async () => {
  const data = aFolder();
  const warnings: string[] = [];
  const journal = openJournal({ data, now: () => 1_000, warn: (line) => void warnings.push(line) });
  rmSync(data, { recursive: true });
  await until('it is told', () => warnings.length > 0);
  expect(warnings).toEqual([expect.stringContaining('journal')]);
  expect(warnings[0]).not.toContain(data);
  expect(() => journal.close()).toThrow();
});
