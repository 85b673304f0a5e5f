import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../verify/verify.mjs';
import { bringing, judge } from './judge.ts';
import {
  aHistory,
  aKey,
  aLog,
  at,
  type Parts,
  periodParts,
  README,
  seal,
  stored,
  subjectParts,
} from './pack.ts';

const key = aKey();
const brought = { keys: bringing(key) };
const alice = stored(aHistory('alice', { count: 2 }));
const bob = stored(aHistory('bob', { count: 1, from: 5 }));
const log = aLog([...alice, ...bob], {
  periods: [
    { from: at(0), to: at(8) },
    { from: at(8), to: at(18) },
  ],
  key,
});

/** A line of a file, what it is about, and where it lies in the pack: its line end belongs to it. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly names: object;
}

/** Where each line lies, found by its text. */
const placesOf = (
  pack: Buffer,
  lines: readonly string[],
  names: (line: number) => object,
): readonly Place[] =>
  lines.map((text, line) => {
    const start = pack.indexOf(`${text}\n`);
    return { start, end: start + text.length + 1, names: names(line) };
  });

interface Flipping {
  readonly places?: readonly Place[];
  readonly flips: (byte: number) => readonly number[];
  readonly judge?: (pack: Buffer) => Promise<Verdict>;
}

/** One bit, another in each byte: off by little. */
const oneBit = (byte: number): readonly number[] => [1 << (byte % 8)];
/** The same, and every ninth byte another altogether. */
const oneOrAll = (byte: number): readonly number[] => [...oneBit(byte), ...(byte % 9 === 0 ? [0xff] : [])];

/** Judges the pack with each of its bytes flipped; gives where nothing was named, or something else than was hit. */
async function missed(
  pack: Buffer,
  { places = [], flips, judge = asIs }: Flipping,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const all = Array.from(pack, (is, byte) => flips(byte).map((flip) => ({ byte, value: is ^ flip }))).flat();
  for (const { byte, value } of all) {
    const altered = Buffer.from(pack);
    altered.writeUInt8(value, byte);
    const hit = places.find(({ start, end }) => byte >= start && byte < end)?.names ?? {};
    const { valid, fault } = await judge(altered);
    if (valid || !names(fault?.where ?? {}, hit)) wrong.push(`${byte}: ${fault?.message ?? 'valid'}`);
  }
  return wrong;
}

const asIs = (pack: Buffer): Promise<Verdict> => judge(pack, brought);

function names(where: object, hit: object): boolean {
  const named = new Map(Object.entries(where));
  return named.size > 0 && Object.entries(hit).every(([name, value]) => named.get(name) === value);
}

const versionsOf = (pack: Buffer, { versions, checkpoints, proofs }: Parts): readonly Place[] => [
  ...placesOf(pack, versions, (line) => ({ subject: 'alice', version: line + 1 })),
  ...placesOf(pack, checkpoints, (line) => ({ file: 'checkpoints.jsonl', line: line + 1 })),
  ...placesOf(pack, proofs, (line) => ({ subject: 'alice', version: line + 1 })),
];

/** Some thousands of packs are judged in each. */
describe('a flipped byte', { timeout: 120_000 }, () => {
  test('is named anywhere in a pack of one subject: its version, its checkpoint, its file or its place', async () => {
    const parts = subjectParts('alice', alice, log);
    const pack = seal(parts, key);
    expect((await asIs(pack)).valid).toBe(true);
    expect(await missed(pack, { places: versionsOf(pack, parts), flips: oneOrAll })).toEqual([]);
  });

  test('is named anywhere in a pack of a period, gzipped pieces and leaves included', async () => {
    const pack = seal(periodParts({ from: at(0), to: at(18) }, [...alice, ...bob], log), key, { pieces: 2 });
    expect((await asIs(pack)).valid).toBe(true);
    expect(await missed(pack, { flips: oneBit })).toEqual([]);
  });

  test('would be missed by a reader who does not look at a file', async () => {
    const pack = seal(subjectParts('alice', alice, log), key);
    const start = pack.indexOf(README);
    const blind = (altered: Buffer): Promise<Verdict> => {
      pack.copy(altered, start, start, start + README.length);
      return asIs(altered);
    };
    const everyFifth = (byte: number) => (byte % 5 === 0 ? [1] : []);
    const found = await missed(pack, { flips: everyFifth, judge: blind });
    expect(found.length).toBeGreaterThan(1);
    expect(found.every((one) => one.endsWith('valid'))).toBe(true);
  });
});
