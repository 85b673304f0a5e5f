import { describe, expect, test } from 'vitest';
import { listTexts } from '../../browser/audit/list-texts.ts';
import { keysOf } from '../../browser/audit/public-keys.ts';
import { type Finding, verify } from '../../browser/audit/verify.ts';
import { counting, type Made, made, signed } from './signed.fixture.ts';

const why = listTexts.proofs.faults;

const judged = async (one: Made): Promise<Finding> =>
  verify({
    ...one,
    newest: one.versions.length,
    newestCheckpoint: 3,
    askedAt: '2026-03-03T00:30:00.000Z',
    keys: await keysOf([one.jwk]),
  });

const ALL = [
  ['p-0999', 4],
  ['p-1001', 7],
  ['p-1002', 2],
] as const;
const whole = counting(made([3, 4]), ALL);
const only = (one: Made, ...places: readonly number[]): Made => ({
  ...one,
  counts: places.flatMap((place) => one.counts?.[place] ?? []),
});
const hers = only(whole, 1);
const upTo = (one: Made, last: number): Made => ({
  ...one,
  versions: one.versions.filter(({ version }) => version <= last),
});

describe('what a browser finds of how many versions there are', () => {
  test('is that none is missing of those that were counted, and up to when they were', async () => {
    const { fault, covered, countedUpTo } = await judged(hers);
    expect({ fault, covered }).toEqual({ fault: undefined, covered: 7 });
    expect(countedUpTo).toMatch(/^2026-/);
    const { countedUpTo: none, ...before } = await verify({
      ...{ ...made([3, 4]), newest: 7, newestCheckpoint: 2 },
      askedAt: '2026-03-03T00:30:00.000Z',
      keys: await keysOf([whole.jwk]),
    });
    expect(none).toBeUndefined();
    expect(before).not.toHaveProperty('fault');
  });

  test('is that the newest are missing', async () => {
    for (const left of [6, 5, 3, 0])
      expect((await judged(upTo(hers, left))).fault).toEqual({ version: left + 1, why: why.counted });
  });

  test.each<[string, Made]>([
    ['are left out', only(whole)],
    ['are a neighbour’s', only(whole, 0)],
    ['are her neighbours’, between whom she is', only(whole, 0, 2)],
    ['are more than belong there', only(whole, 0, 1, 2)],
    ['are a neighbour’s under her name', { ...hers, counts: [{ ...named(whole, 0), subject: 'p-1001' }] }],
    ['are others', { ...hers, counts: [{ ...named(whole, 1), versions: 6 }] }],
    ['have another place', { ...hers, counts: [{ ...named(whole, 1), index: 0 }] }],
    ['have no path', { ...hers, counts: [{ ...named(whole, 1), path: [] }] }],
  ])('is that the counts %s', async (_, one) => {
    expect((await judged(one)).fault).toEqual({ checkpoint: 3, why: why.uncounted });
  });

  function named(one: Made, place: number) {
    const count = one.counts?.[place];
    if (!count) throw new Error('there is no such count');
    return count;
  }

  test('is that nobody is counted between two neighbours, or that too few are', async () => {
    const nobody = counting({ ...made([3, 4]), versions: [] }, [
      ['p-0999', 4],
      ['p-1002', 2],
    ]);
    expect((await judged(nobody)).fault).toBeUndefined();
    expect((await judged(only(nobody, 0))).fault).toEqual({ checkpoint: 3, why: why.uncounted });
    const few = counting(made([3, 4]), [['p-1001', 6]]);
    expect((await judged(few)).fault).toEqual({ checkpoint: 3, why: why.fewer });
  });

  test('is that a checkpoint counts no more after one that did', async () => {
    const last = whole.checkpoints[2]?.jws ?? '';
    const payload: object = JSON.parse(Buffer.from(last.split('.')[1] ?? '', 'base64url').toString());
    const after = {
      ...hers,
      checkpoints: [
        ...whole.checkpoints,
        { number: 5, jws: signed({ ...payload, counts: undefined, number: 5 }) },
      ],
    };
    expect((await judged(after)).fault).toEqual({ checkpoint: 5, why: why.uncounting });
  });
});
