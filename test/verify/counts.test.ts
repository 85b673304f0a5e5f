import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bringing, judge, said } from './judge.ts';
import {
  aHistory,
  aKey,
  aLog,
  at,
  canonical,
  countedIn,
  countLine,
  countLines,
  type Doc,
  linesFile,
  type Made,
  type Parts,
  type Stored,
  seal,
  signed,
  stored,
  subjectParts,
} from './pack.ts';
import { people } from './people.ts';

const key = aKey();
const brought = { keys: bringing(key) };
const periods = [0, 15, 35, 70, 90]
  .map((from, place, all) => ({ from: at(from), to: at(all[place + 1] ?? 0) }))
  .slice(0, -1);
/** Each counts what is in those before it. */
const counting = (number: number): number => number - 1;

const docs = aHistory('alice', { count: 6 });
const alice = stored(docs);
const [bob, carol] = [stored(aHistory('bob', { from: 5 })), stored(aHistory('carol', { count: 2, from: 7 }))];
const others = [...bob, ...carol];
const log = aLog([...alice, ...others], { periods, key, counting });

const judged = (parts: Parts): Promise<string> => said(seal(parts, key), brought);
const packOf = (versions: readonly Stored[], of: readonly Made[] = log): Promise<string> =>
  judged(subjectParts('alice', versions, of));
const withCounts = (lines: readonly string[]): Promise<string> => {
  const parts = subjectParts('alice', alice, log);
  return judged({ ...parts, others: { ...parts.others, 'counts.jsonl': linesFile(lines) } });
};

const COUNTS = 'checkpoint 4 counts 6 of alice up to checkpoint 3';
const UNSHOWN = 'counts.jsonl: does not show how many versions of alice checkpoint 4 counts';
const counts = countedIn(log.slice(0, 3));

test('a pack with as many versions as are counted is valid, and says up to when they are', async () => {
  const { valid, checked } = await judge(seal(subjectParts('alice', alice, log), key), brought);
  expect(valid).toBe(true);
  expect(checked?.counted).toEqual({ checkpoint: 4, upTo: 3, to: at(70), versions: 6 });
});

test('a pack of somebody of whom nothing is counted shows that nobody is there', async () => {
  for (const subject of ['aaron', 'alice2', 'bobby', 'zoe'])
    expect(await judged(subjectParts(subject, [], log))).toBe('valid');
});

describe('whoever changes the table, and lets Heed sign a pack of what is left', () => {
  test.each([
    ['the newest version', 5],
    ['the two newest', 4],
    ['all of them', 0],
  ])('and takes away %s is found by the first that is missing', async (_, left) => {
    expect(await packOf(alice.slice(0, left))).toBe(
      `alice version ${left + 1}: is missing: ${COUNTS}, and ${left} of them are here`,
    );
  });

  test.each([
    ['dates it later', { recordedAt: at(80) }],
    ['records another in its place', { recordedAt: at(81), state: 'granted' }],
  ])('and %s is found by it, though a checkpoint proves it', async (_, change) => {
    const other = stored(docs.map((doc) => (doc.version === 6 ? { ...doc, ...change } : doc)));
    const later = aLog([...alice, ...others, ...other.slice(5)], { periods, key, counting });
    expect(await packOf([...alice.slice(0, 5), ...other.slice(5)], later)).toBe(
      `alice version 6: is not as it was recorded first: ${COUNTS}, and of what is here those hold 5. It was taken away and another recorded, or given another time`,
    );
  });

  test('and dates a whole history before the log is found by its first version', async () => {
    const before = stored(docs.map((doc, place) => ({ ...doc, recordedAt: at(place - 100) })));
    const parts = subjectParts('alice', before, log);
    const first = canonical({ number: 1, jws: log[0]?.jws });
    expect(await judged({ ...parts, checkpoints: [first, ...parts.checkpoints] })).toMatch(
      /^alice version 1: is not as it was recorded first: checkpoint 4 counts 6 of alice up to checkpoint 3, and of what is here those hold 0\./,
    );
  });

  test('and what was taken away after the last count is not found', async () => {
    const early = aLog([...alice, ...others], {
      periods,
      key,
      counting: (number) => Math.min(2, number - 1),
    });
    expect(await packOf(alice.slice(0, 5), early)).toBe('valid');
    expect(await packOf(alice.slice(0, 3), early)).toMatch(
      /^alice version 4: is missing: checkpoint 4 counts 4/,
    );
  });
});

describe('whoever gives other counts', () => {
  test('is found where there are none, or more than belong there', async () => {
    expect(await withCounts([])).toBe(UNSHOWN);
    expect(await withCounts([0, 1, 2].map((place) => countLine(counts, place)))).toBe(
      'counts.jsonl, line 3: is more than one count and its neighbours',
    );
    expect(await withCounts([0, 1].map((place) => countLine(counts, place)))).toBe(UNSHOWN);
  });

  test('is found with those of a neighbour', async () => {
    const [, line = ''] = counts.map((_, place) => countLine(counts, place));
    expect(await withCounts([line])).toBe(UNSHOWN);
    const hers: object = JSON.parse(line);
    expect(await withCounts([canonical({ ...hers, subject: 'alice' })])).toBe(
      'counts.jsonl, line 1: is not what checkpoint 4 counts of alice',
    );
  });

  test('is found with those of an older checkpoint', async () => {
    expect(await withCounts(countLines(log[2]?.counts ?? [], 'alice'))).toBe(
      'counts.jsonl, line 1: is not what checkpoint 4 counts of alice',
    );
  });

  test.each([{ versions: 5 }, { index: 1 }, { index: 9 }, { path: [] }])(
    'is found with %j',
    async (change) => {
      const own: object = JSON.parse(countLine(counts, 0));
      expect(await withCounts([canonical({ ...own, ...change })])).toBe(
        'counts.jsonl, line 1: is not what checkpoint 4 counts of alice',
      );
    },
  );

  test('is found with neighbours between whom there are others, or who are none', async () => {
    const parts = subjectParts('bob2', [], log);
    const given = (...places: readonly number[]): Promise<string> => {
      const lines = places.map((place) => countLine(counts, place));
      return judged({ ...parts, others: { ...parts.others, 'counts.jsonl': linesFile(lines) } });
    };
    const unshown = UNSHOWN.replace('alice', 'bob2');
    expect(await given(1, 2)).toBe('valid');
    for (const places of [[0, 2], [0, 1], [2, 1], [1], [2], [0], []])
      expect(await given(...places)).toBe(unshown);
  });

  test('is found where no checkpoint of the pack counts', async () => {
    const plain = aLog([...alice, ...others], { periods, key });
    const parts = subjectParts('alice', alice, plain);
    const lines = linesFile(countLines(counts, 'alice'));
    expect(await judged(parts)).toBe('valid');
    expect(await judged({ ...parts, others: { ...parts.others, 'counts.jsonl': lines } })).toBe(
      'counts.jsonl, line 1: is a count that no checkpoint of the pack is to be held to',
    );
  });
});

describe('a checkpoint', () => {
  /** The last one as somebody who can sign would have it. */
  const lastWith = (change: object): Promise<string> => {
    const last: object = JSON.parse(log[3]?.payload ?? '');
    const { checkpoints, ...parts } = subjectParts('alice', alice, log);
    const jws = signed(canonical({ ...last, ...change }), 'heed-checkpoint', key);
    return judged({ ...parts, checkpoints: [...checkpoints.slice(0, -1), canonical({ jws, number: 4 })] });
  };
  const own: { readonly counts: object } = JSON.parse(log[3]?.payload ?? '');
  const older: { readonly counts: object } = JSON.parse(log[2]?.payload ?? '');

  test.each([
    [{ counts: { ...own.counts, upTo: 4 } }, 'counts what is in checkpoint 4, which is not before it'],
    [{ counts: { ...own.counts, upTo: 1 } }, 'counts up to checkpoint 1, and number 3 up to 2'],
    [{ counts: { ...own.counts, upTo: 2 } }, 'counts otherwise than checkpoint 3 what is up to 2'],
    [{ counts: { ...own.counts, to: at(71) } }, 'counts what is in checkpoint 3, which is not before it'],
    [{ counts: { ...own.counts, to: at(69) } }, `counts up to ${at(69)}; checkpoint 3 ends at ${at(70)}`],
    [{ counts: { ...own.counts, more: 1 } }, 'has a member "more", which does not belong there'],
  ])('that says %j is named', async (change, sentence) => {
    expect(await lastWith(change)).toBe(`checkpoint 4: ${sentence}`);
  });

  test('that counts no more after one that did is named', async () => {
    const { counts: _, ...last } = { ...JSON.parse(log[3]?.payload ?? '') };
    const parts = subjectParts('alice', alice, log);
    const jws = signed(canonical(last), 'heed-checkpoint', key);
    const checkpoints = [...parts.checkpoints.slice(0, -1), canonical({ jws, number: 4 })];
    expect(await judged({ ...parts, checkpoints })).toBe(
      'checkpoint 4: counts no versions any more, as checkpoint 3 did',
    );
    expect(await lastWith({ counts: older.counts })).toMatch(
      /^counts.jsonl, line 1: is not what checkpoint 4 counts/,
    );
  });

  test('that counts fewer than are proved is named', async () => {
    const fewer = aLog([...alice.slice(0, 5), ...others], { periods, key, counting });
    const forged = log.map((made, place) => (place === 3 ? { ...made, ...fewer[3], number: 4 } : made));
    const previous = canonical({
      ...JSON.parse(fewer[3]?.payload ?? ''),
      previous: JSON.parse(log[3]?.payload ?? '').previous,
    });
    const jws = signed(previous, 'heed-checkpoint', key);
    const parts = subjectParts(
      'alice',
      alice,
      forged.map((made, place) => (place === 3 ? { ...made, jws } : made)),
    );
    expect(await judged(parts)).toBe('checkpoint 4: counts 5 of alice up to checkpoint 3; these hold 6');
  });
});

test('a broken version that has lost its proof is named as broken', async () => {
  const { versions, proofs, ...parts } = subjectParts('alice', alice, log);
  const broken = {
    broken: true,
    digest: null,
    document: null,
    recordedAt: null,
    subject: 'alice',
    version: 6,
  };
  expect(
    await judged({
      ...parts,
      versions: [...versions.slice(0, 5), canonical(broken)],
      proofs: proofs.slice(0, 5),
    }),
  ).toMatch(/^alice version 6: is broken/);
});

const past = fc.record({
  people: people(5),
  ends: fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 5 }),
  late: fc.nat(5),
  lag: fc.nat(2),
});

type Past = Parameters<Parameters<typeof past.map>[0]>[0];

const recorded = ({ people, ends, late, lag }: Past, counted: boolean) => {
  const histories = people.map((how, person) => stored(aHistory(`person-${person}`, how)));
  const rising = [0, ...ends].sort((one, other) => one - other);
  const spans = rising.slice(1).map((end, place) => ({ from: at(rising[place] ?? 0), to: at(end) }));
  const shownLate = ({ recordedAt, version }: Doc): number | undefined => {
    const place = spans.findIndex(({ from, to }) => from <= recordedAt && recordedAt < to);
    return place >= 0 && place + 1 < spans.length && version % 6 === late ? place + 2 : undefined;
  };
  const upTo = (number: number): number => Math.max(0, number - 1 - lag);
  const how = { periods: spans, key, late: shownLate, counting: counted ? upTo : () => 0 };
  const made = aLog(histories.flat(), how);
  return { histories, made, held: made.slice(0, upTo(made.length)).flatMap(({ versions }) => versions) };
};

/** Honest packs are valid; those that lack the newest version that could be counted are not. */
const heldToCounts = (counted: boolean) =>
  fc.asyncProperty(past, async (how) => {
    const { histories, made, held } = recorded(how, counted);
    expect(await judged(subjectParts('nobody', [], made))).toBe('valid');
    for (const [person, history] of histories.entries()) {
      const subject = `person-${person}`;
      expect(await judged(subjectParts(subject, history, made))).toBe('valid');
      const newest = history.findLastIndex((one) => held.includes(one));
      const cut = await judged(subjectParts(subject, history.slice(0, Math.max(0, newest)), made));
      if (newest >= 0) expect(cut).toMatch(/^person-. version \d: is (missing|not as it was recorded first)/);
    }
  });

test('any honest history is as it is counted, and without the newest that is counted it is not', async () => {
  await fc.assert(heldToCounts(true), { numRuns: 40 });
});

test('without counts, histories whose newest version is missing go through', async () => {
  expect((await fc.check(heldToCounts(false), { seed: 20_260_501, endOnFailure: true })).failed).toBe(true);
});
