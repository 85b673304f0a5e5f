import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, toIso, toMs } from '../../lib/domain/time.ts';
import { advanceAll } from '../../lib/flow/advance-erasures.ts';
import { askErasure } from '../../lib/flow/ask-erasure.ts';
import { ADA, BY, type Person, somebody } from './erased-person.ts';

/** Somebody whose erasure waits for a destination that does not answer. */
async function waiting(withinHours = 14 * 24): Promise<Person> {
  const one = somebody();
  Object.assign(one.ports, { withinHours });
  await one.arrive();
  await one.ask();
  return one;
}

describe('an erasure that a destination keeps waiting', () => {
  test('is spoken of two days before its end, while the destination can still be told', async () => {
    const one = await waiting();
    one.clock.advance(12 * DAY - HOUR);
    expect(await advanceAll(one.ports)).toEqual({ failures: [], endingSoon: [] });
    one.clock.advance(HOUR + MINUTE);
    const until = (await one.ports.cases.of(ADA)).erasure?.until;
    expect((await advanceAll(one.ports)).endingSoon).toEqual([{ subject: ADA, until }]);
    await one.answer();
    expect((await advanceAll(one.ports)).endingSoon).toEqual([]);
    expect((await one.view())?.state).toBe('done');
  });

  test('is spoken of after a day where it may not wait for long', async () => {
    const one = await waiting(36);
    one.clock.advance(DAY - HOUR);
    expect((await advanceAll(one.ports)).endingSoon).toEqual([]);
    one.clock.advance(2 * HOUR);
    expect((await advanceAll(one.ports)).endingSoon).toHaveLength(1);
  });

  test('ends three days before she has to have her answer, however long it may wait', async () => {
    const one = somebody();
    Object.assign(one.ports, { withinHours: 720 });
    one.clock.advance(Date.UTC(2027, 0, 31) - one.clock.now());
    await one.arrive();
    await one.ask();
    const { due = '', until } = (await one.ports.cases.of(ADA)).erasure ?? {};
    expect(due.slice(0, 10)).toBe('2027-02-28');
    expect(until).toBe(toIso(toMs(due) - 3 * DAY));
  });
});

describe('a run over all open erasures', () => {
  test('takes each as far as it goes, though one of them fails', async () => {
    const one = await waiting();
    for (const subject of ['p-bob', 'p-cleo']) {
      await one.grant(subject);
      await askErasure({ ...one.ports, rest: DAY })({ subject, by: BY });
    }
    const { records } = one.ports;
    const newest = async (subject: string) => {
      if (subject === 'p-bob') throw new Error('out of reach');
      return records.newest(subject);
    };
    one.clock.advance(2 * DAY);
    const ports = { ...one.ports, destinations: [], records: { ...records, newest } };
    expect((await advanceAll(ports)).failures).toEqual([new Error('out of reach')]);
    expect(await one.ports.cases.open()).toEqual(['p-bob']);
  });

  test('begins with others each time', async () => {
    const one = await waiting();
    const subjects = Array.from({ length: 40 }, (_, i) => `p-${i}`);
    const firstAt = async (chance: number): Promise<string | undefined> => {
      const seen: string[] = [];
      const cases = {
        ...one.ports.cases,
        open: async () => subjects,
        of: async (subject: string) => {
          seen.push(subject);
          return { subject, revision: 0, holds: [] };
        },
      };
      const clock = { now: one.clock.now, sleep: one.clock.sleep, chance: () => chance };
      await advanceAll({ ...one.ports, cases, clock });
      expect([...seen].sort()).toEqual([...subjects].sort());
      return seen[0];
    };
    expect(await firstAt(0)).toBe('p-0');
    expect(await firstAt(0.5)).toBe('p-20');
  });

  test('says so where one makes no headway at all', async () => {
    const one = await waiting();
    const cases = { ...one.ports.cases, erase: async () => false };
    await one.answer();
    const { failures } = await advanceAll({ ...one.ports, cases });
    expect(failures).toEqual([new Error('an erasure made no headway')]);
  });
});
