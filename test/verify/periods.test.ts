import { describe, expect, test } from 'vitest';
import { bringing, judge, said } from './judge.ts';
import {
  aHistory,
  aKey,
  aLog,
  at,
  canonical,
  edgeLine,
  inTime,
  type Parts,
  periodParts,
  type Stored,
  seal,
  stored,
  subjectParts,
} from './pack.ts';

const key = aKey();
const brought = { keys: bringing(key) };
const alice = stored(aHistory('alice', { count: 8 }));
const bob = stored(aHistory('bob', { count: 5, from: 5 }));
const all = [...alice, ...bob];
const periods = [
  { from: at(0), to: at(12) },
  { from: at(12), to: at(14) },
  { from: at(14), to: at(32) },
  { from: at(32), to: at(48) },
];
const log = aLog(all, { periods, key });
const whole = { from: at(0), to: at(80) };

/** The pack of a period, from which some versions were left out by whoever can sign manifests. */
const lacking = (gone: readonly Stored[], period: typeof whole & { source?: string } = whole): Parts => {
  const kept = all.filter((one) => !gone.includes(one));
  const own = inTime(kept).filter(({ recordedAt }) => recordedAt >= period.from && recordedAt < period.to);
  const parts = periodParts(period, all, log);
  const has = (line: string): boolean => {
    const { subject, version }: Stored = JSON.parse(line);
    return own.some((one) => one.subject === subject && one.version === version);
  };
  const [versions, proofs] = [parts.versions.filter(has), parts.proofs.filter(has)];
  return { ...parts, versions, proofs, head: { ...parts.head, versions: versions.length } };
};

const judged = (parts: Parts): Promise<string> => said(seal(parts, key), brought);
const of = (versions: readonly Stored[], ...numbers: readonly number[]): readonly Stored[] =>
  versions.filter(({ version }) => numbers.includes(version));

describe('a pack of a period', () => {
  test('is valid, in one piece, in pieces, and of one source', async () => {
    for (const pieces of [0, 3]) {
      const { valid, checked } = await judge(seal(lacking([]), key, { pieces }), brought);
      expect(valid).toBe(true);
      expect(checked).toMatchObject({ versions: 13, proved: 10, unproved: { first: 'alice version 6' } });
    }
    const source = 'crm-import';
    expect(await judged(periodParts({ ...whole, source }, all, log))).toBe('valid');
  });

  test.each([
    [
      'in the middle of a person’s history',
      of(alice, 7),
      'alice version 7: is missing: version 8 stands in its place',
    ],
    [
      'with all that is known of a person',
      bob,
      `checkpoint 1: holds 1 version that the pack leaves out, before alice version 2, recorded at ${at(10)}`,
    ],
    [
      'at the beginning',
      of(alice, 1),
      `checkpoint 1: holds 1 version that the pack leaves out, before bob version 1, recorded at ${at(5)}`,
    ],
    [
      'at the end',
      [...of(alice, 6, 7, 8), ...of(bob, 5)],
      `checkpoint 4: holds 1 version that the pack leaves out, up to ${at(48)}`,
    ],
    [
      'with a whole checkpoint',
      [...of(alice, 5, 6, 7, 8), ...of(bob, 4, 5)],
      `checkpoint 4: holds 3 versions that the pack leaves out, up to ${at(48)}`,
    ],
  ])('that leaves versions out %s is named', async (_, gone, sentence) => {
    expect(await judged(lacking(gone))).toBe(sentence);
  });

  test('of which one checkpoint alone lies in the period is judged by that one', async () => {
    expect(await judged(lacking([], { from: at(7), to: at(40) }))).toBe('valid');
    expect(await judged(lacking(of(bob, 2), { from: at(7), to: at(40) }))).toMatch(
      /^bob version 2: is missing|^checkpoint 3: holds 1 version/,
    );
  });

  test('in another order is named', async () => {
    const parts = lacking([]);
    const [one = '', two = '', ...others] = parts.versions;
    expect(await judged({ ...parts, versions: [two, one, ...others] })).toMatch(
      /^bob version 1: says that it was recorded at .*, but no checkpoint holds it/,
    );
    expect(await judged({ ...parts, versions: [one, one, two, ...others] })).toBe(
      'alice version 1: is out of order: it stands behind alice version 1',
    );
  });

  test('with a version that is not of the period, or of another source, is named', async () => {
    const parts = lacking([]);
    const head = { ...parts.head, from: at(3) };
    expect(await judged({ ...parts, head })).toBe(
      `alice version 1: was recorded at ${at(0)}, which is not in the period`,
    );
    expect(await judged({ ...parts, head: { ...parts.head, source: 'crm-import' } })).toBe(
      'alice version 1: came from preference-center; the pack is of crm-import',
    );
  });

  test('without one of its checkpoints, an empty one too, is named', async () => {
    const parts = lacking([]);
    const checkpoints = parts.checkpoints.filter((_, place) => place !== 1);
    expect(await judged({ ...parts, checkpoints })).toBe(
      'checkpoint 2: is missing: checkpoint 3 follows checkpoint 1',
    );
    expect(await judged({ ...parts, checkpoints: parts.checkpoints.slice(1) })).toBe(
      `checkpoint 1: is missing: the period begins at ${at(0)}, checkpoint 2 at ${at(12)}`,
    );
  });

  test('with other leaves, without them, or with those of no checkpoint is named', async () => {
    const parts = lacking([]);
    const { 'leaves/1.bin': first = Buffer.alloc(0), ...others } = parts.others;
    const named = (leaves: Record<string, Buffer>) => judged({ ...parts, others: { ...leaves, ...others } });
    const flipped = Buffer.from(first);
    flipped.writeUInt8(flipped.readUInt8(40) ^ 1, 40);
    expect(await named({ 'leaves/1.bin': flipped })).toBe(
      'leaves/1.bin: its leaves do not make the root of checkpoint 1',
    );
    expect(await named({ 'leaves/1.bin': first.subarray(32) })).toBe(
      'leaves/1.bin: has 2 leaves; checkpoint 1 has 3',
    );
    expect(await named({})).toBe('alice version 1: checkpoint 1 holds it, whose leaves are not in the pack');
    expect(await named({ 'leaves/1.bin': first, 'leaves/9.bin': first })).toBe(
      'leaves/9.bin: is of checkpoint 9, which is not in the pack',
    );
  });

  test('with a proof for another leaf is named by its version', async () => {
    const parts = lacking([]);
    const proofs = parts.proofs.map((line, place) =>
      place === 1 ? line.replace('"index":1', '"index":0') : line,
    );
    expect(await judged({ ...parts, proofs })).toBe(
      "bob version 1: its proof is for leaf 0 of checkpoint 1, which was another version's or out of order",
    );
  });

  test('whose pieces are not counted from one is named', async () => {
    const parts = lacking([]);
    const piece = Buffer.from(parts.versions.map((line) => `${line}\n`).join(''));
    const others = { ...parts.others, 'versions-000002.jsonl': piece };
    expect(await judged({ ...parts, versions: [], others })).toBe(
      'versions.jsonl: stands where versions-000001.jsonl has to',
    );
  });

  test('says which versions were shown late, and is valid', async () => {
    const late = (one: Stored) => (one === alice[1] ? 3 : undefined);
    const lateLog = aLog(all, { periods, key, late });
    const { valid, checked } = await judge(seal(periodParts(whole, all, lateLog), key), brought);
    expect(valid).toBe(true);
    expect(checked?.late).toEqual({ count: 1, first: 'alice version 2', mostMs: 4000 });
  });

  describe('with leaves next to it', () => {
    const late = (one: Stored) => (one === alice[1] ? 3 : undefined);
    const lateLog = aLog(all, { periods, key, late });
    const edge = (number: number, index: number): string => {
      const made = lateLog[number - 1];
      if (!made) throw new Error('there is no such checkpoint');
      return edgeLine(made, index);
    };
    const withEdges = (parts: Parts, ...lines: readonly string[]): Promise<string> => {
      const others = {
        ...parts.others,
        'edges.jsonl': Buffer.from(lines.map((line) => `${line}\n`).join('')),
      };
      return judged({ ...parts, others });
    };

    test('tells a version that was recorded before it and shown late from a missing one', async () => {
      const parts = periodParts({ from: at(13), to: at(80) }, all, lateLog);
      expect(await withEdges(parts)).toBe(
        `checkpoint 3: holds 1 version that the pack leaves out, before bob version 2, recorded at ${at(15)}`,
      );
      expect(await withEdges(parts, edge(3, 0))).toBe('valid');
    });

    test('shows that nothing is missing where a checkpoint begins before it or ends after it', async () => {
      const period = { from: at(3), to: at(29) };
      const parts = periodParts(period, all, lateLog);
      const edges = [edge(1, 0), edge(3, 4), edge(4, 0)];
      expect(await judged(parts)).toBe('valid');
      expect(await withEdges(parts, ...edges)).toBe('valid');
      const lacking = periodParts({ ...period, from: at(6) }, all, lateLog);
      const own = { ...lacking, head: { ...lacking.head, from: period.from } };
      expect(await withEdges(own, ...edges)).toMatch(
        /^checkpoint 1: holds 1 version that the pack leaves out/,
      );
    });

    test('are not left out to hide the versions next to them, at the beginning or at the end', async () => {
      const period = { from: at(3), to: at(29) };
      const [late, early] = [
        periodParts({ ...period, from: at(6) }, all, lateLog),
        periodParts({ ...period, to: at(20) }, all, lateLog),
      ];
      const ends = [edge(3, 4), edge(4, 0)];
      expect(await withEdges({ ...late, head: { ...late.head, from: period.from } }, ...ends)).toBe(
        'checkpoint 1: holds 2 versions that the pack leaves out, up to 2026-05-01T10:00:12.000Z',
      );
      const before = [edge(1, 0), edge(4, 0)];
      expect(await withEdges({ ...early, head: { ...early.head, to: period.to } }, ...before)).toMatch(
        /^checkpoint 3: holds 3 versions that the pack leaves out, up to/,
      );
    });

    test('that are not what they say is named', async () => {
      const parts = periodParts({ from: at(13), to: at(80) }, all, lateLog);
      const [moved, other] = [
        edge(3, 0).replace('"index":0', '"index":1'),
        edge(3, 0).replace('alice', 'alicf'),
      ];
      expect(await withEdges(parts, moved)).toBe(
        'edges.jsonl, line 1: is not leaf 1 of checkpoint 3, as it says',
      );
      expect(await withEdges(parts, other)).toMatch(/: is not leaf 0 of checkpoint 3, as it says$/);
      expect(await withEdges(parts, edge(3, 1))).toMatch(
        /: shows a version recorded at .*, which is in the period$/,
      );
    });
  });

  test.each([
    [899, 'valid'],
    [900, 'valid'],
    [
      901,
      `carol version 1: says that it was recorded at ${at(60)}, but checkpoint 3, the first to hold it, began at ${at(961)}: it was dated back`,
    ],
  ])('with a version in a checkpoint that began %i s after it: %s', async (late, sentence) => {
    const carol = stored(aHistory('carol', { count: 1, from: 60 }));
    const begun = 60 + late;
    const times = [
      { from: at(0), to: at(12) },
      { from: at(12), to: at(begun) },
      { from: at(begun), to: at(2_000) },
    ];
    const lateLog = aLog([...all, ...carol], {
      ...{ periods: times, key },
      late: (one) => (one.subject === 'carol' ? 3 : undefined),
    });
    const period = { from: at(0), to: at(1_500) };
    expect(await judged(periodParts(period, [...all, ...carol], lateLog))).toBe(sentence);
  });

  test('without the checkpoint after it, in which its last version was shown late, is named by that', async () => {
    const carol = stored(aHistory('carol', { count: 1, from: 47 }));
    const people = [...all, ...carol];
    const longer = aLog(people, {
      periods: [...periods, { from: at(48), to: at(100_000) }],
      key,
      late: (one) => (one.subject === 'carol' ? 5 : undefined),
    });
    const own = periodParts({ from: at(0), to: at(48) }, people, longer);
    expect(await judged(own)).toBe('valid');
    const old = { ...own.head, createdAt: at(100_000) };
    const hidden = {
      ...own,
      versions: own.versions.slice(0, -1),
      proofs: own.proofs.slice(0, -1),
    };
    expect(own.versions.at(-1)).toContain('carol');
    const head = { ...old, versions: hidden.versions.length };
    expect(await judged({ ...hidden, head })).toMatch(
      /^checkpoint 5: holds 1 version that the pack leaves out/,
    );
    const { 'leaves/5.bin': _, 'edges.jsonl': __, ...others } = hidden.others;
    const checkpoints = hidden.checkpoints.slice(0, -1);
    expect(await judged({ ...hidden, head, checkpoints, others })).toMatch(/^checkpoint 5: is missing/);
  });

  test('that is old and of a time before the log began is valid by the first checkpoint, and not without it', async () => {
    const laterLog = aLog(all, { periods: [{ from: at(40), to: at(90) }], key });
    const parts = periodParts({ from: at(0), to: at(30) }, all, laterLog);
    const head = { ...parts.head, createdAt: at(90_000) };
    expect(await judged({ ...parts, head })).toBe('valid');
    expect(await judged({ ...parts, head, checkpoints: [], others: {} })).toMatch(
      /^alice version 1: says that it was recorded at .*, and no checkpoint holds it, although the pack was made at/,
    );
  });

  describe('with a version that Heed calls broken', () => {
    /** Her item says another time than it is listed by: the line has the listed one. */
    const spoiled = (parts: Parts, version: number, recordedAt: string): Parts => ({
      ...parts,
      versions: parts.versions.map((line) => {
        const { document: _, ...rest }: { document: string; version: number; subject: string } =
          JSON.parse(line);
        const own = rest.subject === 'alice' && rest.version === version;
        return own ? canonical({ ...rest, broken: true, document: null, recordedAt }) : line;
      }),
    });
    const day = 86_400;

    test.each([at(25), at(31), at(90), at(-day), at(day)])(
      'of a spoiled time (%s) is named itself, and no other',
      async (recordedAt) => {
        for (const parts of [periodParts(whole, all, log), subjectParts('alice', alice, log)])
          expect(await judged(spoiled(parts, 4, recordedAt))).toMatch(/^alice version 4: is broken/);
      },
    );

    test('is named itself where the one put on top of it names none, as it had lost its digest', async () => {
      const rest = aHistory('alice', { count: 8 });
      const repaired = [...stored(rest.slice(0, 4)), ...stored(rest.slice(4))];
      const log2 = aLog(repaired, { periods, key });
      const one = periodParts(whole, repaired, log2);
      expect(await judged(spoiled(one, 4, at(30)))).toMatch(/^alice version 4: is broken/);
      expect(await judged(one)).toBe('alice version 5: version 1, and no other, has none before it');
      const next = periodParts({ from: at(40), to: at(80) }, repaired, log2);
      expect(await judged(next)).toBe('valid');
    });

    test('is named itself where its digest was overwritten with what is none', async () => {
      const rest = aHistory('alice', { count: 8 });
      const repaired = [...stored(rest.slice(0, 4)), ...stored(rest.slice(4))];
      const log2 = aLog(repaired, { periods, key });
      const digest = 'xyz';
      const overwritten = (parts: Parts): Parts => {
        const own = spoiled(parts, 4, at(30));
        return {
          ...own,
          versions: own.versions.map((line) => line.replace(repaired[3]?.digest ?? 'none', digest)),
        };
      };
      for (const parts of [periodParts(whole, repaired, log2), subjectParts('alice', repaired, log2)]) {
        const one = overwritten(parts);
        expect(one.versions.join()).toContain(digest);
        expect(await judged(one)).toMatch(/^alice version 4: is broken/);
      }
    });
  });

  test('that begins before the log says which versions no checkpoint can hold', async () => {
    const laterLog = aLog(all, { periods: [{ from: at(14), to: at(90) }], key });
    const { valid, checked } = await judge(seal(periodParts(whole, all, laterLog), key), brought);
    expect(valid).toBe(true);
    expect(checked?.older).toEqual({ count: 3, first: 'alice version 1' });
    expect(checked?.proved).toBe(10);
  });
});
