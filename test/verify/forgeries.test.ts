import { describe, expect, test } from 'vitest';
import { bringing, judge, said } from './judge.ts';
import {
  aHistory,
  aKey,
  aLog,
  at,
  canonical,
  filesOf,
  manifestOf,
  mirrored,
  type Parts,
  periodParts,
  proofLine,
  seal,
  signed,
  stored,
  subjectParts,
} from './pack.ts';
import { zip } from './zip.ts';

/** One key signs manifests, another checkpoints: a forger may have either. */
const [manifestKey, logKey, ownKey] = [aKey(), aKey(), aKey()];
const brought = { keys: bringing(manifestKey, logKey) };

const docs = aHistory('alice', { count: 6 });
const alice = stored(docs);
const bob = stored(aHistory('bob', { count: 3, from: 5 }));
const periods = [
  { from: at(0), to: at(15) },
  { from: at(15), to: at(35) },
];
const log = aLog([...alice, ...bob], { periods, key: logKey });
const honest = subjectParts('alice', alice, log);

/** What is said of the honest parts after a change to them, with a manifest that somebody signed over the result. */
const forged = (change: Partial<Parts>, by = manifestKey): Promise<string> =>
  said(seal({ ...honest, ...change }, by), brought);

const headWith = (change: object): Pick<Parts, 'head'> => ({ head: { ...honest.head, ...change } });

const without = <T>(list: readonly T[], place: number): readonly T[] => list.filter((_, at) => at !== place);
const swapped = <T>(list: readonly T[], place: number): readonly T[] => [
  ...list.slice(0, place),
  ...list.slice(place, place + 2).reverse(),
  ...list.slice(place + 2),
];

const NOT_THERE = (version: number, checkpoint: number): string =>
  `alice version ${version}: is not in checkpoint ${checkpoint}, as its proof says: it was changed after that, or never was there`;

test('an honest pack is valid, and says what vouches for what', async () => {
  const { valid, checked } = await judge(seal(honest, manifestKey), brought);
  expect(valid).toBe(true);
  expect(checked).toMatchObject({ versions: 6, proved: 4, checkpoints: { count: 2, to: at(35) } });
  expect(checked?.unproved).toEqual({ count: 2, first: 'alice version 5' });
});

describe('a forger without a key', () => {
  test('who signs with another is found by it', async () => {
    expect(await forged({}, ownKey)).toBe(
      `manifest.jws: is signed with the key ${ownKey.kid}, which is none of those you brought (${manifestKey.kid}, ${logKey.kid})`,
    );
  });

  test('who names a key that was brought is found by the signature', async () => {
    expect(await forged({}, { ...ownKey, kid: manifestKey.kid })).toBe(
      `manifest.jws: its signature does not hold: the key ${manifestKey.kid} has not signed this`,
    );
  });

  test('who keeps the signature and writes another manifest is found by the first byte that differs', async () => {
    const files = filesOf(honest);
    const signature = signed(manifestOf(honest.head, files), 'heed-manifest', manifestKey);
    const manifest = manifestOf({ ...honest.head, subject: 'alicf' }, files);
    const pack = zip([
      ...files,
      ['manifest.json', Buffer.from(manifest)],
      ['manifest.jws', Buffer.from(signature)],
    ]);
    const byte = pack.indexOf(manifest) + manifest.indexOf('alicf') + 4;
    expect(await said(pack, brought)).toBe(
      `manifest.json (byte ${byte} of the pack): is not what manifest.jws signs`,
    );
  });

  test('who writes the other signature that holds for the same is found by its form', async () => {
    const files = filesOf(honest);
    const manifest = manifestOf(honest.head, files);
    const jws = signed(manifest, 'heed-manifest', manifestKey);
    const [header, payload, signature = ''] = jws.split('.');
    const other = mirrored(Buffer.from(signature, 'base64url')).toString('base64url');
    const sealedBy = (text: string): Promise<string> => {
      const last = [
        ['manifest.json', Buffer.from(manifest)],
        ['manifest.jws', Buffer.from(text)],
      ] as const;
      return said(zip([...files, ...last]), brought);
    };
    expect(await sealedBy(jws)).toBe('valid');
    expect(await sealedBy(`${header}.${payload}.${other}`)).toBe(
      'manifest.jws: its signature is not in the one form that Heed writes: it was changed',
    );
  });

  test('who exchanges a file under the old manifest is found in that file', async () => {
    const files = filesOf(honest);
    const manifest = manifestOf(honest.head, files);
    const rest = [
      ['manifest.json', Buffer.from(manifest)],
      ['manifest.jws', Buffer.from(signed(manifest, 'heed-manifest', manifestKey))],
    ] as const;
    const withFiles = (change: Partial<Parts>) => zip([...filesOf({ ...honest, ...change }), ...rest]);
    const readme = withFiles({ others: { 'README.txt': Buffer.from('Another.\n') } });
    expect(await said(readme, brought)).toBe('README.txt: is not what it was when it was signed');
    const shorter = withFiles({ versions: honest.versions.slice(0, 3) });
    const { fault, altered } = await judge(shorter, brought);
    expect(fault?.message).toBe('alice version 4: is missing: the newest is version 6, as the manifest says');
    expect(altered).toBe('versions.jsonl');
    const added = zip([...files, ['more.txt', Buffer.from('')], ...rest]);
    expect(await said(added, brought)).toBe('more.txt: is no file of the manifest');
    const fewer = zip([...files.slice(0, -1), ...rest]);
    expect(await said(fewer, brought)).toBe('README.txt: is missing');
    const moved = zip([...swapped(files, 1), ...rest]);
    expect(await said(moved, brought)).toBe(
      'proofs.jsonl: stands where the manifest has checkpoints.jsonl: one is missing, added or moved',
    );
  });
});

describe('a forger who can sign manifests', () => {
  test('and changes a document is found by its digest', async () => {
    const versions = honest.versions.map((line, place) =>
      place === 1 ? line.replace('withdrawn', 'granted') : line,
    );
    expect(await forged({ versions })).toBe('alice version 2: its document is not what its digest says');
  });

  test.each([
    ['a state', 2, 1, { state: 'granted' }],
    ['an evidence field', 3, 2, { source: 'call-centre' }],
    ['a time', 4, 2, { recordedAt: at(31) }],
  ])(
    'and changes %s with all digests after it is found by the checkpoint',
    async (_, version, number, change) => {
      const other = stored(docs.map((doc) => (doc.version === version ? { ...doc, ...change } : doc)));
      const { versions, head } = subjectParts('alice', other, log);
      expect(await forged({ versions, head })).toBe(NOT_THERE(version, number));
    },
  );

  test('and changes a version that is not proved yet, but not the one after it, is found by that', async () => {
    const other = stored(docs.map((doc) => (doc.version === 5 ? { ...doc, state: 'withdrawn' } : doc)));
    const lines = subjectParts('alice', other, log).versions;
    const versions = honest.versions.map((line, place) => (place === 4 ? (lines[4] ?? '') : line));
    expect(await forged({ versions })).toBe(
      'alice version 5: is not the one that version 6 was recorded after: one of the two was changed later',
    );
  });

  test('and changes the order is found where it changes', async () => {
    expect(await forged({ versions: swapped(honest.versions, 1) })).toBe(
      'alice version 2: is missing: version 3 stands in its place',
    );
    const twice = [...honest.versions.slice(0, 2), ...honest.versions.slice(1)];
    expect(await forged({ versions: twice })).toBe(
      'alice version 2: stands here a second time, or out of order',
    );
  });

  test('and leaves a version out is found where it is missing', async () => {
    const parts = { versions: without(honest.versions, 2), proofs: without(honest.proofs, 2) };
    expect(await forged({ ...parts, ...headWith({ versions: 5 }) })).toBe(
      'alice version 3: is missing: version 4 stands in its place',
    );
  });

  test('and cuts the end off is found by the manifest', async () => {
    const versions = honest.versions.slice(0, 5);
    expect(await forged({ versions })).toBe(
      'alice version 6: is missing: the newest is version 6, as the manifest says',
    );
    const newest = { version: 5, digest: alice[4]?.digest };
    expect(await forged({ versions, ...headWith({ newest }) })).toBe(
      'the pack: has 5 versions; the manifest says 6',
    );
    expect(await forged({ ...headWith({ newest: { version: 6, digest: alice[4]?.digest } }) })).toBe(
      'alice version 6: is not the newest one that the manifest says: its digest is another',
    );
  });

  test('and holds the newest checkpoints back, to rewrite what they hold, is found by the time it is made at', async () => {
    const other = stored(docs.map((doc) => (doc.version === 3 ? { ...doc, state: 'withdrawn' } : doc)));
    const hidden = log.slice(0, 1);
    const parts = subjectParts('alice', other, hidden);
    const madeAt = (createdAt: string) =>
      said(seal({ ...parts, head: { ...parts.head, createdAt } }, manifestKey), brought);
    expect(await madeAt(at(3_600 + 20))).toBe('valid');
    expect(await madeAt(at(3_600 + 21))).toBe(
      `alice version 3: says that it was recorded at ${at(20)}, and no checkpoint holds it, although the pack was made at ${at(3_621)}: checkpoints were left out of the pack, or Heed made none for so long (an outage, or a new log that is not up to date yet)`,
    );
    const cut = subjectParts('alice', alice.slice(0, 2), hidden);
    const day = 25 * 3_600 + 15;
    const cutAt = (createdAt: string) =>
      said(seal({ ...cut, head: { ...cut.head, createdAt } }, manifestKey), brought);
    expect(await cutAt(at(day))).toBe('valid');
    expect(await cutAt(at(day + 1))).toMatch(/^checkpoint 2: is missing: checkpoint 1 ends at /);
  });

  /** Here no checkpoint counts versions: then only a pack of the period shows that the last are missing. With counts: counts.test.ts. */
  test('and cuts the end off in the manifest too is not found by the pack alone', async () => {
    const newest = { version: 5, digest: alice[4]?.digest };
    const versions = honest.versions.slice(0, 5);
    expect(await forged({ versions, ...headWith({ newest, versions: 5 }) })).toBe('valid');
  });

  test('and adds a version is found by the manifest, or by the checkpoint it should be in', async () => {
    const more = subjectParts('alice', stored(aHistory('alice', { count: 7 })), log);
    expect(await forged({ versions: more.versions })).toBe(
      'alice version 7: is more than the manifest knows: its newest version is 6',
    );
    const back = stored([...docs.slice(0, 4), { ...docs[4], ...BACK }]);
    const { versions, head } = subjectParts('alice', back, log);
    expect(await forged({ versions, head })).toBe(
      `alice version 5: says that it was recorded at ${at(34)}, but no checkpoint holds it, although number 2 holds what was recorded before ${at(35)}: it was dated back, or left out (if it was only shown late, a pack made minutes later has its proof)`,
    );
  });

  /** Alice's pack with one version more, and what was recorded after that. */
  const saidOfSeventh = (recordedAt: string, after: readonly string[] = []): Promise<string> => {
    const more = [recordedAt, ...after].map((time, place) => ({
      ...BACK,
      version: 7 + place,
      recordedAt: time,
    }));
    return said(
      seal(subjectParts('alice', [...alice, ...stored([...docs, ...more]).slice(6)], log), manifestKey),
      brought,
    );
  };
  const FORWARD = (recordedAt: string): string =>
    `alice version 7: says that it was recorded at ${recordedAt}, but the pack is of ${at(1_800)}: it was dated forward, where no checkpoint reaches, or by a clock that was wrong`;

  test('and dates one forward is found by it, and not by an honest one that was recorded after it', async () => {
    for (const time of ['2099-01-01T00:00:00.000Z', at(1_800 + 3_601)]) {
      expect(await saidOfSeventh(time)).toBe(FORWARD(time));
      const next = new Date(Date.parse(time) + 1).toISOString();
      expect(await saidOfSeventh(time, [next])).toBe(FORWARD(time));
    }
  });

  test.each([60, 3_600])(
    'and one of %i s after the pack is that of a clock which is ahead',
    async (ahead) => {
      expect(await saidOfSeventh(at(1_800 + ahead))).toBe('valid');
    },
  );

  test('and one of a time up to which the newest checkpoint reaches is of no time to come, however old the pack', async () => {
    const createdAt = at(-10_000);
    const head = { ...honest.head, createdAt };
    expect(await said(seal({ ...honest, head }, manifestKey), brought)).toBe('valid');
  });

  test('and dates one forward in a period that is not over is found by it', async () => {
    const last = { ...BACK, version: 7, recordedAt: '2099-01-01T00:00:00.000Z' };
    const whole = [...alice, ...stored([...docs, last]).slice(6), ...bob];
    const parts = periodParts({ from: at(0), to: '2100-01-01T00:00:00.000Z' }, whole, log);
    expect(await said(seal(parts, manifestKey), brought)).toBe(FORWARD(last.recordedAt));
  });

  const BACK = { subject: 'alice', version: 5, recordedAt: at(34), state: 'granted', source: 'crm-import' };

  test('and leaves a proof out is found by the time of its version', async () => {
    expect(await forged({ proofs: without(honest.proofs, 1) })).toMatch(
      /^alice version 2: says that it was recorded at .* but no checkpoint holds it/,
    );
  });

  test('and exchanges proofs is found by the first of them', async () => {
    const texts = honest.proofs.map((line, place) => {
      const other: object = JSON.parse(honest.proofs[1 - place] ?? line);
      return place < 2 ? canonical({ ...other, version: place + 1 }) : line;
    });
    expect(await forged({ proofs: texts })).toBe(NOT_THERE(1, 1));
    expect(await forged({ proofs: swapped(honest.proofs, 0) })).toMatch(
      /^alice version 1: says that it was recorded at .* but no checkpoint holds it/,
    );
    expect(await forged({ proofs: [...honest.proofs, ...honest.proofs.slice(3)] })).toBe(
      'proofs.jsonl, line 5: is a proof of no version in the pack, or stands out of order',
    );
  });

  test.each([
    [{ checkpoint: 9 }, 'its proof is for checkpoint 9, which is not in the pack'],
    [{ index: 9 }, 'its proof is for leaf 9 of checkpoint 1, which has 3'],
    [{ path: ['AAAA'] }, 'its proof has a node that is no hash'],
    [{ path: 'none' }, 'its "path" is not a list'],
    [{ path: [] }, NOT_THERE(1, 1).slice('alice version 1: '.length)],
    [{ more: 1 }, 'has a member "more", which does not belong there'],
  ])('and writes %j into a proof is found by its version', async (change, sentence) => {
    const [first = '', ...others] = honest.proofs;
    const other: object = JSON.parse(first);
    expect(await forged({ proofs: [canonical({ ...other, ...change }), ...others] })).toBe(
      `alice version 1: ${sentence}`,
    );
  });

  test('and makes the pack of one person of versions of another is found by the first', async () => {
    const { versions, proofs } = subjectParts('bob', bob, log);
    expect(await forged({ versions, proofs, ...headWith({ versions: 3 }) })).toBe(
      'alice version 1: is a version of bob; the pack is of alice',
    );
  });

  test('and proves a version by a checkpoint that was over before it is found by its time', async () => {
    const [proof = ''] = proofLine(alice[1] ?? alice[0] ?? raise(), { log, paths: true });
    const late = stored(docs.map((doc) => (doc.version === 2 ? { ...doc, recordedAt: at(16) } : doc)));
    const { versions, head } = subjectParts('alice', late, log);
    const proofs = [honest.proofs[0] ?? '', proof, ...honest.proofs.slice(2)];
    expect(await forged({ versions, head, proofs })).toBe(
      `alice version 2: says that it was recorded at ${at(16)}, but checkpoint 1 was over at ${at(15)}`,
    );
  });

  const raise = (): never => {
    throw new Error('there is no such version');
  };
});

describe('a version that Heed itself calls broken', () => {
  const spoiled = honest.versions.map((line, place) => {
    const { document, ...rest }: { document: string } & object = JSON.parse(line);
    const own = { ...rest, broken: true, recordedAt: alice[place]?.recordedAt };
    return place === 1 || place === 3 ? canonical({ ...own, document: `${document} ` }) : line;
  });

  test('is named, the others are checked all the same', async () => {
    const { valid, fault, checked } = await judge(
      seal({ ...honest, versions: spoiled }, manifestKey),
      brought,
    );
    expect(valid).toBe(false);
    expect(fault?.message).toBe(
      'alice version 2: is broken: Heed itself says that what it stored is no longer what its digest says',
    );
    expect(checked?.broken).toMatchObject([{ version: 2 }, { version: 4 }]);
    expect(checked).toMatchObject({ versions: 6, proved: 4, brokenCount: 2 });
  });

  test('hides no other fault', async () => {
    const versions = spoiled.map((line, place) =>
      place === 4 ? line.replace('granted', 'withdrawn') : line,
    );
    expect(await forged({ versions })).toBe('alice version 5: its document is not what its digest says');
  });

  test('may have lost its document and its digest', async () => {
    const lost = canonical({
      broken: true,
      digest: null,
      document: null,
      recordedAt: null,
      subject: 'alice',
      version: 2,
    });
    const versions = honest.versions.map((line, place) => (place === 1 ? lost : line));
    const { checked } = await judge(seal({ ...honest, versions }, manifestKey), brought);
    expect(checked?.broken).toMatchObject([{ version: 2 }]);
  });
});
