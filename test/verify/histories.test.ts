import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bringing, judge, said } from './judge.ts';
import {
  aHistory,
  aKey,
  aLog,
  at,
  type Doc,
  type Made,
  type Parts,
  periodParts,
  type Stored,
  seal,
  stored,
  subjectParts,
} from './pack.ts';
import { people } from './people.ts';

const key = aKey();
const brought = { keys: bringing(key) };

/** People with histories that begin at any second and go on at any pace, and checkpoints at any time. */
const past = fc.record({
  people: people(6),
  ends: fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
});

interface Recorded {
  readonly histories: readonly (readonly Stored[])[];
  readonly log: readonly Made[];
}

const recorded = ({ people, ends }: { people: readonly object[]; ends: readonly number[] }): Recorded => {
  const histories = people.map((how, person) => stored(aHistory(`person-${person}`, how)));
  const rising = [0, ...ends].sort((one, other) => one - other);
  const periods = rising.slice(1).map((end, place) => ({ from: at(rising[place] ?? 0), to: at(end) }));
  return { histories, log: aLog(histories.flat(), { periods, key }) };
};

const whole = { from: at(0), to: at(300) };

/** One version changed, and all digests after it made to fit. */
const changed = (history: readonly Stored[], version: number, change: Partial<Doc>): readonly Stored[] =>
  stored(history.map((one) => (one.version === version ? { ...one, ...change } : one)));

describe('any history', () => {
  test('makes packs that are valid, of each person and of the period', async () => {
    const property = fc.asyncProperty(past, async (how) => {
      const { histories, log } = recorded(how);
      for (const [person, history] of histories.entries())
        expect(await said(seal(subjectParts(`person-${person}`, history, log), key), brought)).toBe('valid');
      const pieces = how.ends.length % 3;
      const { valid, checked } = await judge(
        seal(periodParts(whole, histories.flat(), log), key, { pieces }),
        brought,
      );
      expect(valid).toBe(true);
      expect(checked?.versions).toBe(histories.flat().length);
      expect(checked?.proved).toBe(log.reduce((sum, { leaves }) => sum + leaves.length, 0));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  /** What a forger who can sign manifests makes of it: everything fits but what was signed before. */
  const rewriting = (how: Parameters<typeof recorded>[0], pick: number) => {
    const { histories, log } = recorded(how);
    const person = pick % histories.length;
    const history = histories[person] ?? [];
    const version = 1 + (pick % history.length);
    const isProved = log.some(({ versions }) =>
      versions.some(({ digest }) => digest === history[version - 1]?.digest),
    );
    const proofs = subjectParts(`person-${person}`, history, log).proofs;
    const rewritten = changed(history, version, { state: 'forged' });
    const parts: Parts = { ...subjectParts(`person-${person}`, rewritten, log), proofs };
    const { checkpoints } = subjectParts(`person-${person}`, history, log);
    return { version, isProved, pack: seal({ ...parts, checkpoints }, key), name: `person-${person}` };
  };

  test('that is rewritten from a proved version on is named there, however well all digests fit', async () => {
    const property = fc.asyncProperty(past, fc.nat(), async (how, pick) => {
      const { version, isProved, pack, name } = rewriting(how, pick);
      fc.pre(isProved);
      const { fault } = await judge(pack, brought);
      expect(fault?.where).toMatchObject({ subject: name, version });
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test('could be rewritten where no checkpoint holds it yet (so it is the checkpoints that show it)', async () => {
    const property = fc.asyncProperty(past, fc.nat(), async (how, pick) => {
      const { isProved, pack } = rewriting(how, pick);
      fc.pre(!isProved);
      expect((await judge(pack, brought)).valid).toBe(false);
    });
    expect((await fc.check(property, { numRuns: 60, seed: 20_260_501 })).failed).toBe(true);
  });
});
