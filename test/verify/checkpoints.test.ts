import { describe, expect, test } from 'vitest';
import { collectedIn } from '../../verify/collected.mjs';
import { bringing, judge, said } from './judge.ts';
import {
  aHistory,
  aKey,
  aLog,
  at,
  canonical,
  type Made,
  type Parts,
  seal,
  sha256,
  signed,
  stored,
  subjectParts,
} from './pack.ts';

const [key, ownKey] = [aKey(), aKey()];
const brought = { keys: bringing(key) };
const docs = aHistory('alice', { count: 4 });
const alice = stored(docs);
const periods = [
  { from: at(0), to: at(15) },
  { from: at(15), to: at(25) },
  { from: at(25), to: at(35) },
];
const log = aLog(alice, { periods, key });
const honest = subjectParts('alice', alice, log);

/** What is said of the honest parts with other checkpoints, all of it signed by Heed's own key. */
const withLog = (made: readonly Made[], change: Partial<Parts> = {}): Promise<string> => {
  const checkpoints = made.map(({ number, jws }) => canonical({ number, jws }));
  return said(seal({ ...honest, checkpoints, ...change }, key), brought);
};

/** The log with one checkpoint's payload changed and signed again. */
const changed = (number: number, change: object, by = key): readonly Made[] =>
  log.map((made) => {
    if (made.number !== number) return made;
    const fields: object = JSON.parse(made.payload);
    const payload = canonical({ ...fields, ...change });
    return { ...made, payload, jws: signed(payload, 'heed-checkpoint', by) };
  });

const ROOT = sha256('another root');

describe('a checkpoint', () => {
  test('that another key has signed is named', async () => {
    expect(await withLog(changed(2, {}, ownKey))).toBe(
      `checkpoint 2: is signed with the key ${ownKey.kid}, which is none of those you brought (${key.kid})`,
    );
    expect(await withLog(changed(2, {}, { ...ownKey, kid: key.kid }))).toBe(
      `checkpoint 2: its signature does not hold: the key ${key.kid} has not signed this`,
    );
  });

  test('that is a manifest by its type is none', async () => {
    const [first, ...others] = log;
    const jws = signed(first?.payload ?? '', 'heed-manifest', key);
    const made = first ? [{ ...first, jws }, ...others] : [];
    expect(await withLog(made)).toBe(
      'checkpoint 1: its header is not that of a heed-checkpoint signed with ES256',
    );
  });

  test('that was signed again with another root is named by the one after it', async () => {
    expect(await withLog(changed(1, { root: ROOT }))).toBe(
      'checkpoint 1: is not the one that checkpoint 2 was made after: one of the two was put in its place later',
    );
  });

  test('that was signed again with another root, and is the newest, is named by the versions it holds', async () => {
    expect(await withLog(changed(3, { root: ROOT }))).toBe(
      'alice version 4: is not in checkpoint 3, as its proof says: it was changed after that, or never was there',
    );
  });

  test.each([
    [2, { number: 5 }, 'checkpoint 5: its line says that it is number 2'],
    [2, { size: 2.5 }, 'checkpoint 2: its "size" is not a whole number'],
    [2, { from: '2026-05-01' }, 'checkpoint 2: its "from" is not a time in UTC with milliseconds'],
    [2, { root: 'abc' }, 'checkpoint 2: its "root" is not a SHA-256 in lower-case hexadecimal'],
    [2, { more: 1 }, 'checkpoint 2: has a member "more", which does not belong there'],
    [2, { previous: null }, 'checkpoint 2: number 1, and no other, is the first of the chain'],
    [2, { format: 'heed-checkpoint/2' }, 'checkpoint 2: is of a format that this program does not know'],
    [
      3,
      { origin: 'else' },
      'checkpoint 3: is of another log: its origin is else, that of checkpoint 2 is heed',
    ],
    [3, { from: at(26) }, `checkpoint 3: begins at ${at(26)}; checkpoint 2 ends at ${at(25)}`],
    [3, { to: at(24) }, `checkpoint 3: its period ends (${at(24)}) before it begins (${at(25)})`],
    [
      3,
      { at: at(30) },
      `checkpoint 3: says that it was made at ${at(30)}, before its period had ended (${at(35)})`,
    ],
  ])('%i with %j is named', async (number, change, sentence) => {
    expect(await withLog(changed(number, change))).toBe(sentence);
  });

  test('whose number is used twice, or that stands out of order, is named', async () => {
    const [one, two, three] = log;
    if (!one || !two || !three) throw new Error('there are three');
    expect(await withLog([one, two, two, three])).toBe(
      'checkpoint 2: stands behind checkpoint 2: a number is used again, or the order is wrong',
    );
    expect(await withLog([two, one, three])).toBe(
      'checkpoint 1: stands behind checkpoint 2: a number is used again, or the order is wrong',
    );
  });

  test('that is left out is named by the version it holds', async () => {
    expect(await withLog(log.slice(1))).toBe(
      'alice version 1: its proof is for checkpoint 1, which is not in the pack',
    );
  });

  test('in JSON of another spelling is named', async () => {
    const spaced = signed(log[1]?.payload.replace(':', ': ') ?? '', 'heed-checkpoint', key);
    const made = log.map((one) => (one.number === 2 ? { ...one, jws: spaced } : one));
    expect(await withLog(made)).toBe(
      'checkpoint 2: its text is not in the one form that canonical JSON allows',
    );
  });
});

describe('checkpoints that the reader has collected', () => {
  const files = (...made: readonly Made[]) => [
    { name: 'kept', text: made.map(({ jws }) => `${jws}\n`).join('') },
  ];
  const with3 = { ...brought, collected: collectedIn(files(...log), brought.keys) };

  test('that are those of the pack are counted', async () => {
    const { valid, checked } = await judge(seal(honest, key), with3);
    expect(valid).toBe(true);
    expect(checked?.collected).toEqual({ brought: 3, matched: 3, loose: { count: 0, first: undefined } });
  });

  test('show a past that was rewritten, though every signature in the pack holds', async () => {
    const other = stored(docs.map((doc) => (doc.version === 2 ? { ...doc, state: 'granted' } : doc)));
    const otherLog = aLog(other, { periods, key });
    const pack = seal(subjectParts('alice', other, otherLog), key);
    expect(await said(pack, brought)).toBe('valid');
    const root = (made: readonly Made[]): unknown => JSON.parse(made[0]?.payload ?? '').root;
    expect(await said(pack, with3)).toBe(
      `checkpoint 1: is not the one you collected (root ${root(log)}, now ${root(otherLog)}): the past was rewritten`,
    );
  });

  test('show it by the chain as well, where the pack has the one after', async () => {
    const first = { ...brought, collected: collectedIn(files(...log.slice(0, 1)), brought.keys) };
    const other = stored(docs.map((doc) => (doc.version === 2 ? { ...doc, state: 'granted' } : doc)));
    const otherLog = aLog(other, { periods, key });
    const { versions, proofs } = subjectParts('alice', other, otherLog);
    const own = { ...subjectParts('alice', other, otherLog), versions, proofs };
    const pack = seal({ ...own, checkpoints: own.checkpoints.slice(1) }, key);
    expect(await said(pack, first)).toBe(
      'checkpoint 1: is not the one that checkpoint 2 was made after: one of the two was put in its place later',
    );
  });

  test('vouch for those from which an unbroken row leads up to them, and for no others', async () => {
    const carol = stored(aHistory('carol', { count: 2, every: 40 }));
    const five = [10, 20, 30, 40, 50].map((end) => ({ from: at(end - 10), to: at(end) }));
    const carolLog = aLog(carol, { periods: five, key });
    const looseWith = async (parts: Parts, ...kept: readonly Made[]) => {
      const collected = collectedIn(files(...kept), brought.keys);
      const { fault, checked } = await judge(seal(parts, key), { ...brought, collected });
      return fault?.message ?? checked?.collected.loose;
    };
    const gone = (docs: Parts): Parts => ({
      ...docs,
      checkpoints: docs.checkpoints.filter((line) => /"number":[15]}/.test(line)),
    });
    const own = gone(subjectParts('carol', carol, carolLog));
    expect(await looseWith(own, ...carolLog)).toEqual({ count: 0, first: undefined });
    expect(await looseWith(own, ...carolLog.slice(0, 2))).toEqual({ count: 1, first: 5 });
    expect(await looseWith(own, ...carolLog.slice(2, 3))).toEqual({ count: 2, first: 1 });
    const forged = stored(aHistory('carol', { count: 2, every: 40 }).map((doc) => ({ ...doc, source: 'x' })));
    const forgedLog = aLog(forged, { periods: five, key });
    const theirs = gone(subjectParts('carol', forged, forgedLog));
    const [third] = carolLog.slice(2, 3);
    if (!third) throw new Error('there are five');
    expect(await looseWith(theirs, third)).toEqual({ count: 2, first: 1 });
    expect(await looseWith(theirs, ...forgedLog.slice(0, 2), third)).toMatch(
      /^checkpoint 2: is not the one that checkpoint 3 was made after/,
    );
  });

  test('show that the newest was held back', async () => {
    const parts = subjectParts('alice', alice.slice(0, 3), log.slice(0, 2));
    expect(await said(seal(parts, key), brought)).toBe('valid');
    expect(await said(seal(parts, key), with3)).toBe(
      `checkpoint 3: you collected it, it was made at ${at(35)}, and the pack of 2026-05-01T10:30:00.000Z leaves it out`,
    );
    const atOnce = { ...parts, head: { ...parts.head, createdAt: at(36) } };
    expect(await said(seal(atOnce, key), with3)).toBe('valid');
  });

  test('that differ from one another show a log that was forked', () => {
    const fork = changed(2, { root: ROOT })[1];
    expect(() => collectedIn(files(...log, ...(fork ? [fork] : [])), brought.keys)).toThrow(
      /^checkpoint 2: you have collected two that differ \(root .*\); both are signed, so the log was forked$/,
    );
  });

  test('are read from events and from lines of a pack too', () => {
    const event = JSON.stringify({ type: 'checkpoint.v1', data: { number: 1, jws: log[0]?.jws } });
    const text = `${event}\n\n${honest.checkpoints[1]}\r\n`;
    expect([...collectedIn([{ name: 'kept', text }], brought.keys).keys()]).toEqual([1, 2]);
  });

  test('are not used where their signature does not hold', () => {
    expect(() => collectedIn(files(...changed(1, {}, ownKey)), brought.keys)).toThrow(
      `the checkpoint you collected in kept, line 1 cannot be used: it is signed with the key ${ownKey.kid}`,
    );
    expect(() => collectedIn([{ name: 'kept', text: 'nothing' }], brought.keys)).toThrow(
      'the checkpoint you collected in kept, line 1 cannot be used: it is not a compact JWS',
    );
  });
});
