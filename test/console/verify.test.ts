import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listTexts } from '../../browser/audit/list-texts.ts';
import { keysIn, keysOf } from '../../browser/audit/public-keys.ts';
import { type Finding, type Proven, verify } from '../../browser/audit/verify.ts';
import { type Made, made, other, signed } from './signed.fixture.ts';

const why = listTexts.proofs.faults;

const ASKED_AT = '2026-03-03T00:30:00.000Z';

const judged = async (one: Made, newest = one.versions.length, askedAt = ASKED_AT): Promise<Finding> =>
  verify({ ...one, newest, newestCheckpoint: 2, askedAt, keys: await keysOf([one.jwk]) });

const whole = made([3, 4], 2);

/** The same with one of its versions changed. */
const changedIn = (version: number, change: (one: Proven) => Proven): Made => ({
  ...whole,
  versions: whole.versions.map((one) => (one.version === version ? change(one) : one)),
});

const document = (change: (text: string) => string) => (one: Proven) => ({
  ...one,
  document: change(one.document ?? ''),
});

/** Another byte in place of the one at an index. */
const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

describe('what a browser finds of a subject’s versions', () => {
  test('is that all is well, how many a checkpoint holds and since when', async () => {
    expect(await judged(whole)).toEqual({
      ...{ versions: 9, covered: 7, provenUpTo: JSON.parse(payloadOf(2)).at },
    });
  });

  test('is that what no checkpoint held within an hour was held back', async () => {
    const first = whole.versions.findIndex(({ proof }) => proof === null) + 1;
    const found = await judged(whole, whole.versions.length, '2026-03-03T01:30:00.000Z');
    expect(found.fault).toEqual({ version: first, why: why.heldBack });
  });

  test.each([
    ['zzzz', why.unreadable],
    ['2026-03-03T00:09:00Z', why.unreadable],
    ['2099-01-01T00:00:00.000Z', why.datedForward],
    ['2026-03-03T01:30:00.001Z', why.datedForward],
    ['2026-03-03T01:30:00.000Z', undefined],
    ['2026-03-03T00:31:00.000Z', undefined],
  ])('is that what says it was recorded at %s is of no time that can be: %s', async (time, reason) => {
    const last = whole.versions.find(({ version }) => version === 9);
    const said: object = JSON.parse(last?.document ?? '');
    const anew = await digested({
      ...{ version: 9, proof: null },
      document: JSON.stringify({ ...said, recordedAt: time }),
    });
    const { fault } = await judged(changedIn(9, () => anew));
    expect(fault).toEqual(reason && { version: 9, why: reason });
  });

  test('is that no clock which is behind makes what was recorded after a checkpoint one of a time to come', async () => {
    expect((await judged(whole, 9, '2026-03-02T00:00:00.000Z')).fault).toBeUndefined();
  });

  test('is that a log which ends more than a day ago was cut off', async () => {
    const proven = { ...whole, versions: whole.versions.slice(0, 7) };
    expect((await judged(proven, 7, '2026-03-04T00:30:00.000Z')).fault).toBeUndefined();
    const found = await judged(proven, 7, '2026-03-04T02:00:00.000Z');
    expect(found.fault).toEqual({ checkpoint: 3, why: why.cutOff });
  });

  test('holds for trees of every size', async () => {
    for (let size = 1; size <= 20; size += 1)
      expect(await judged(made([size]))).toMatchObject({ covered: size });
  });

  test.each<[string, Made, { readonly version?: number; readonly why: string }]>([
    [
      'a state',
      changedIn(
        2,
        document((text) => text.replace('granted', 'pending')),
      ),
      { version: 2, why: why.digest },
    ],
    [
      'a time',
      changedIn(
        5,
        document((text) => text.replace('2026', '2025')),
      ),
      { version: 5, why: why.digest },
    ],
    [
      'a digest',
      changedIn(4, (one) => ({ ...one, digest: '0'.repeat(64) })),
      { version: 4, why: why.digest },
    ],
    [
      'a place in the tree',
      changedIn(4, (one) => ({ ...one, proof: one.proof && { ...one.proof, index: 2 } })),
      { version: 4, why: why.root },
    ],
    [
      'a node of a proof',
      changedIn(6, (one) => ({
        ...one,
        proof: one.proof && { ...one.proof, path: one.proof.path.map((node) => flipped(node, 3)) },
      })),
      { version: 6, why: why.root },
    ],
    [
      'another version in its place',
      { ...whole, versions: [...whole.versions.slice(0, 3), ...whole.versions.slice(4)] },
      { version: 4, why: why.missing },
    ],
    [
      'a version twice',
      { ...whole, versions: [...whole.versions, ...whole.versions.slice(1, 2)] },
      { version: 3, why: why.missing },
    ],
    ['no version 1', { ...whole, versions: whole.versions.slice(1) }, { version: 1, why: why.missing }],
    [
      'a version that was left out of what is readable',
      changedIn(3, ({ version, proof }) => ({ version, proof })),
      { version: 3, why: why.unreadable },
    ],
    [
      'a checkpoint that is not there',
      { ...whole, checkpoints: whole.checkpoints.slice(0, 1) },
      { version: 4, why: why.noCheckpoint },
    ],
    [
      'a checkpoint signed by somebody else',
      {
        ...whole,
        checkpoints: [
          { number: 1, jws: signed(JSON.parse(payloadOf(1)), other.privateKey) },
          ...whole.checkpoints.slice(1),
        ],
      },
      { version: 1, why: why.unknownKey },
    ],
    [
      'a checkpoint that names another before it',
      {
        ...whole,
        checkpoints: [
          ...whole.checkpoints.slice(0, 1),
          { number: 2, jws: signed({ ...JSON.parse(payloadOf(2)), previous: '0'.repeat(64) }) },
        ],
      },
      { version: 4, why: why.chain },
    ],
    [
      'a checkpoint of an earlier time',
      {
        ...whole,
        checkpoints: [
          { number: 1, jws: signed({ ...JSON.parse(payloadOf(1)), to: '2026-03-03T00:02:30.000Z' }) },
        ],
      },
      { version: 3, why: why.outside },
    ],
  ])('names the first that does not fit: %s', async (_, one, fault) => {
    expect((await judged(one)).fault).toMatchObject(fault);
  });

  test('names a version whose bytes and digest were both made anew, by the next one', async () => {
    const [, second] = changedIn(
      2,
      document((text) => text.replace('granted', 'pending')),
    ).versions;
    if (!second) throw new Error('there is no version 2');
    const anew = await digested(second);
    expect((await judged(changedIn(2, () => ({ ...anew, proof: null })))).fault).toEqual({
      version: 2,
      why: why.unheld,
    });
    expect(
      (await judged({ ...changedIn(2, () => ({ ...anew, proof: null })), checkpoints: [] })).fault,
    ).toMatchObject({ version: 1, why: why.noCheckpoint });
    expect((await judged(changedIn(2, () => anew))).fault).toMatchObject({ version: 2, why: why.root });
  });

  test('names the newest one that was made anew, of a time that a checkpoint holds', async () => {
    const held = made([3, 4]);
    const versions = held.versions.map((one) => (one.version === 7 ? { ...one, proof: null } : one));
    expect((await judged({ ...held, versions })).fault).toEqual({ version: 7, why: why.unheld });
    const [first, ...others] = made([3, 4]).checkpoints;
    const later = { ...JSON.parse(payloadOf(1)), from: '2026-03-04T00:00:00.000Z' };
    const begun = [{ number: 1, jws: signed(later) }, ...others];
    const older = held.versions.slice(0, 3).map((one) => ({ ...one, proof: null }));
    const late = { ...held, versions: [...older, ...held.versions.slice(3)], checkpoints: begun };
    expect(first && (await judged(late)).fault).toMatchObject({ version: 4, why: why.chain });
    expect(
      (await judged({ ...late, versions: older, checkpoints: begun.slice(0, 1) }, 3)).fault,
    ).toBeUndefined();
  });

  test('names one that is in a checkpoint of long after it', async () => {
    const [first, ...others] = whole.checkpoints;
    const later = { ...JSON.parse(payloadOf(1)), from: '2026-03-03T01:02:00.000Z' };
    const checkpoints = [{ number: 1, jws: signed(later) }, ...others];
    expect(first && (await judged({ ...whole, checkpoints })).fault).toMatchObject({
      version: 1,
      why: why.datedBack,
    });
  });

  test('misses the newest ones that were cut off', async () => {
    const cut = { ...whole, versions: whole.versions.slice(0, 8) };
    expect((await judged(cut, 9)).fault).toEqual({ version: 9, why: why.missing });
    /** Only whoever knows how many there are can tell. */
    expect((await judged(cut, 8)).fault).toBeUndefined();
  });

  test('names any byte of a checkpoint that is not as it was signed', async () => {
    const jws = whole.checkpoints[0]?.jws ?? '';
    await fc.assert(
      fc.asyncProperty(fc.nat(jws.length - 1), async (at) => {
        const checkpoints = [{ number: 1, jws: flipped(jws, at) }, ...whole.checkpoints.slice(1)];
        expect((await judged({ ...whole, checkpoints })).fault).toMatchObject({ version: 1 });
      }),
      { numRuns: 60 },
    );
  });

  test('names the version of any byte of any document', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat(400), async (version, somewhere) => {
        const spoilt = changedIn(
          version,
          document((text) => flipped(text, somewhere % text.length)),
        );
        expect((await judged(spoilt)).fault).toEqual({ version, why: why.digest });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a key that an auditor pastes', () => {
  const { jwk, pem } = whole;

  test.each([
    ['a JWK', JSON.stringify(jwk)],
    ['a JWK set', JSON.stringify({ keys: [{ kty: 'RSA', n: 'x' }, jwk] })],
    ['PEM', pem],
  ])('may be %s', async (_, text) => {
    const keys = await keysIn(text);
    expect([...keys.keys()]).toEqual([...(await keysOf([jwk])).keys()]);
    expect(
      (await verify({ ...whole, newest: 9, newestCheckpoint: 2, askedAt: ASKED_AT, keys })).fault,
    ).toBeUndefined();
  });

  test.each([
    '',
    'nonsense',
    '{}',
    '{"keys":[]}',
    pem.replace('M', 'N'),
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
  ])('is none: %s', async (text) => expect((await keysIn(text)).size).toBe(0));

  test('of somebody else proves nothing', async () => {
    const keys = await keysOf([made([1], 0, other.privateKey).jwk]);
    expect(
      (await verify({ ...whole, newestCheckpoint: 2, askedAt: ASKED_AT, newest: 9, keys })).fault,
    ).toMatchObject({
      version: 1,
      why: why.unknownKey,
    });
  });
});

function payloadOf(checkpoint: number): string {
  const [, body = ''] = (whole.checkpoints[checkpoint - 1]?.jws ?? '').split('.');
  return Buffer.from(body, 'base64url').toString();
}

async function digested(one: Proven): Promise<Proven> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(one.document ?? ''));
  return { ...one, digest: Buffer.from(bytes).toString('hex') };
}
