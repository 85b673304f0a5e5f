import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../lib/domain/decide.ts';
import { canonical, sha256 } from '../../lib/domain/digest.ts';
import type { Change } from '../../lib/domain/vocabulary.ts';
import { aGrant, aStop } from '../api/rig.ts';
import { post } from '../api/steps.ts';
import { anyChange, CATALOGUE } from '../domain/arbitraries.ts';
import { filesIn, MAKE, type PackRig, packIn, packRig } from './pack-rig.ts';

async function history(one: PackRig): Promise<void> {
  await post(one.on, { ...aGrant(), identifiers: { email: 'alice@example.com', phone: '+4532123456' } });
  one.on.clock.advance(1_000);
  await post(one.on, aStop());
  await one.prove();
  await post(one.on, {
    ...aGrant(),
    evidence: { ...aGrant().evidence, occurredAt: '2026-05-01T10:30:00Z' },
  });
}

const made = async (one: PackRig, subject = 'alice') => packIn(await one.ask(MAKE, { path: { subject } }));

describe('an evidence pack of one person', () => {
  test('is valid to the verifier that shares nothing with it, and shows what there is', async () => {
    const one = packRig();
    await history(one);
    const pack = await made(one);
    expect(await one.judged(pack)).toBe('valid');
    const files = filesIn(pack);
    expect([...files.keys()]).toEqual([
      'README.txt',
      'index.html',
      'record.json',
      'history.json',
      'deliveries.json',
      'recipients.json',
      'notices/marketing/3/en.txt',
      'consent-record.json',
      'consent-receipts.json',
      'kantara-receipts.json',
      'keys.json',
      'versions.jsonl',
      'checkpoints.jsonl',
      'proofs.jsonl',
      'manifest.json',
      'manifest.jws',
    ]);
    expect(files.get('proofs.jsonl')?.trimEnd().split('\n')).toHaveLength(2);
    expect(JSON.parse(files.get('history.json') ?? '').versions).toHaveLength(3);
    const text = files.get('notices/marketing/3/en.txt') ?? '';
    expect(sha256(text)).toBe(one.on.catalogue.notices['marketing/3/en']);
  });

  test('has the text that was shown, and not one that stands in its place by now', async () => {
    const one = packRig();
    await history(one);
    Object.assign(one.app, { texts: { ...one.app.texts, 'marketing/3/en': 'Something else.' } });
    const pack = await made(one);
    expect(await one.judged(pack)).toBe('valid');
    const files = filesIn(pack);
    expect([...files.keys()].filter((name) => name.startsWith('notices/'))).toEqual([]);
    expect([...files.values()].join()).not.toContain('Something else.');
    expect(files.get('index.html')).toContain('Heed has its digest.');
  });

  test('says what became of each version at a destination that is not enabled any more', async () => {
    const one = packRig();
    await history(one);
    const entry = { version: 1, at: '2026-05-01T12:00:01.000Z', attempts: 1, outcome: 'delivered' as const };
    one.on.store.deliveries.push({
      ...{ subject: 'alice', destination: 'former', version: 1, revision: 1 },
      ...{ answered: entry, trail: [entry] },
    });
    const { deliveries, versions } = JSON.parse(filesIn(await made(one)).get('deliveries.json') ?? '');
    expect(deliveries).toEqual([]);
    expect(versions.at(-1)).toMatchObject({
      version: 1,
      deliveries: [{ destination: 'former', outcome: 'delivered', at: entry.at }],
    });
  });

  test('opens addresses for whoever reads it, and nowhere in what is proved', async () => {
    const one = packRig();
    await history(one);
    const files = filesIn(await made(one));
    const holding = [...files].filter(([, text]) => text.includes('alice@example.com')).map(([name]) => name);
    expect(holding).toEqual(['index.html', 'record.json']);
  });

  test('names one that somebody wrote into the table with a date to come, and she is heard all the same', async () => {
    const one = packRig();
    await history(one);
    const { records } = one.on.store;
    const newest = await records.newest('alice');
    if (!newest) throw new Error('she has no version');
    const recordedAt = '2099-01-01T00:00:00.000Z';
    const version = { ...newest.version, version: 4, previous: newest.digest, recordedAt };
    const document = canonical(version);
    const about = { topics: [], channels: [], preferences: [], identifiersChanged: [] };
    await records.append({ version, document, digest: sha256(document), remembered: [] }, { about });
    await post(one.on, aStop('*', '*'));
    expect((await records.newest('alice'))?.version).toMatchObject({
      ...{ version: 5, recordedAt: '2099-01-01T00:00:00.001Z' },
      changed: expect.arrayContaining([expect.objectContaining({ topic: 'orbit/events', to: 'withdrawn' })]),
    });
    expect(await one.judged(await made(one))).toMatch(
      /^alice version 4: says that it was recorded at 2099-01-01T00:00:00.000Z, .*: it was dated forward/,
    );
  });

  test('still works after the key is gone, and shows what remains', async () => {
    const one = packRig();
    await history(one);
    one.on.store.seals.destroyKey('alice');
    const pack = await made(one);
    expect(await one.judged(pack)).toBe('valid');
    const whole = [...filesIn(pack).values()].join('\n');
    expect(whole).not.toMatch(/alice@example|32123456/);
    expect(whole).toContain('acme/newsletter');
  });

  test('of nobody is a pack too, without a version', async () => {
    const one = packRig();
    const pack = await made(one, 'nobody');
    expect(await one.judged(pack)).toBe('valid');
    expect(JSON.parse(filesIn(pack).get('manifest.json') ?? '')).toMatchObject({ versions: 0 });
  });

  test('that was made is on record, with how many versions it held', async () => {
    const one = packRig();
    await history(one);
    await made(one);
    expect(one.on.store.audits.at(-1)).toMatchObject({
      ...{ operation: 'evidence', subject: 'alice', rows: 3, status: 200 },
      who: { client: 'staff', person: 'bob' },
    });
  });

  test('is for auditors alone', async () => {
    const one = packRig();
    const answer = await one.ask(MAKE, { path: { subject: 'alice' }, scope: 'preferences:read' });
    expect(answer.statusCode).toBe(403);
  });

  test('lists every file with its digest', async () => {
    const one = packRig();
    await history(one);
    const files = filesIn(await made(one));
    const listed = JSON.parse(files.get('manifest.json') ?? '').files;
    expect(listed.map(({ name }: { name: string }) => name)).toEqual([...files.keys()].slice(0, -2));
    for (const { name, sha256: digest } of listed) expect(sha256(files.get(name) ?? ''), name).toBe(digest);
  });

  test('that is too large for an answer says how to get it', async () => {
    const one = packRig();
    const raw = async () => [{ version: 30_000, broken: true }];
    Object.assign(one.app, { records: { ...one.app.records, raw } });
    const answer = await one.ask(MAKE, { path: { subject: 'alice' } });
    expect(answer.statusCode).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({
      type: '/problems/pack-too-large',
      detail: expect.stringContaining('/v1/evidence-packs'),
    });
  });

  test('that is too large by its bytes says so before all of them are read', async () => {
    const one = packRig();
    let asked = 0;
    const document = 'x'.repeat(1024 * 1024);
    const raw = async (_: string, { below = 5_001, limit }: { below?: number; limit: number }) => {
      asked += 1;
      return Array.from({ length: Math.min(limit, below - 1) }, (_, i) => {
        const version = below - 1 - i;
        return { version, broken: true, ...(version % 10 === 0 && { document }) };
      });
    };
    Object.assign(one.app, { records: { ...one.app.records, raw } });
    expect((await one.ask(MAKE, { path: { subject: 'alice' } })).statusCode).toBe(413);
    expect(asked).toBe(2);
  });

  test.each([
    [1, 1_000, 200],
    [9, 1_000, 413],
    [1, 11_000, 413],
  ])(
    'says one thing of her, where she speaks %i times while it is made, each %i ms',
    async (times, ms, status) => {
      const one = packRig();
      await history(one);
      const { raw } = one.app.records;
      let left = times;
      const speaking = async (...of: Parameters<typeof raw>) => {
        const found = await raw(...of);
        if (left-- > 0) {
          one.on.clock.advance(ms);
          await post(one.on, { ...aGrant(), identifiers: { email: `word-${left}@example.com` } });
        }
        return found;
      };
      Object.assign(one.app, { records: { ...one.app.records, raw: speaking } });
      const answer = await one.ask(MAKE, { path: { subject: 'alice' } });
      expect(answer.statusCode).toBe(status);
      if (status !== 200) return;
      const files = filesIn(packIn(answer));
      const { newest } = JSON.parse(files.get('manifest.json') ?? '');
      expect(JSON.parse(files.get('record.json') ?? '').version).toBe(newest.version);
    },
  );

  test('names a version that is not what its digest says, and the verifier does too', async () => {
    const one = packRig();
    await history(one);
    const { raw } = one.app.records;
    const spoiled = async (...asked: Parameters<typeof raw>) =>
      (await raw(...asked)).map(({ stored, ...version }) =>
        version.version === 2
          ? { ...version, broken: true, document: version.document?.replace('withdrawn', 'granted') ?? '' }
          : { ...version, ...(stored && { stored }) },
      );
    Object.assign(one.app, { records: { ...one.app.records, raw: spoiled } });
    const pack = await made(one);
    expect(await one.judged(pack)).toMatch(/alice version 2/);
    expect(filesIn(pack).get('index.html')).toContain('Not what its digest says');
  });
});

describe('a pack that a byte was changed in', () => {
  test('is not valid, wherever that byte is', async () => {
    const one = packRig();
    await history(one);
    const pack = await made(one);
    await fc.assert(
      fc.asyncProperty(fc.nat(pack.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const spoiled = Buffer.from(pack);
        spoiled[at] = (spoiled[at] ?? 0) ^ change;
        expect(await one.judged(spoiled)).not.toBe('valid');
      }),
      { numRuns: 40 },
    );
  });
});

/** Stores what a change makes of the record, as accept does. */
async function stores({ on }: PackRig, change: Change): Promise<void> {
  const { records } = on.store;
  const newest = await records.newest('alice');
  const decision = decide(newest, change, { subject: 'alice', now: on.clock.now(), catalogue: CATALOGUE });
  if (decision.kind === 'unchanged') return;
  const document = canonical(decision.version);
  const stored = { version: decision.version, document, digest: sha256(document), remembered: [] };
  const about = { topics: [], channels: [], preferences: [], identifiersChanged: [] };
  await records.append(stored, { about });
  on.clock.advance(1_000);
}

describe('whatever the history, and wherever it was proved', () => {
  /** What the verifier says of a pack in which something was spoiled on its way out of the store. */
  const saidOf = async (changes: readonly Change[], provedAfter: number, spoil = (text: string) => text) => {
    const one = packRig({ catalogue: CATALOGUE });
    for (const [i, change] of changes.entries()) {
      await stores(one, change);
      if (i === provedAfter) await one.prove();
    }
    const { raw } = one.app.records;
    const records = {
      ...one.app.records,
      raw: async (...asked: Parameters<typeof raw>) =>
        (await raw(...asked)).map((version) => ({ ...version, document: spoil(version.document ?? '') })),
    };
    Object.assign(one.app, { records });
    return one.judged(await made(one));
  };
  const histories = fc.array(anyChange, { minLength: 1, maxLength: 8 });

  test('a pack is valid', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(8), async (changes, provedAfter) => {
        expect(await saidOf(changes, provedAfter)).toBe('valid');
      }),
      { numRuns: 12 },
    );
  });

  test('one in which an actor was changed is not (so the rule can fail)', async () => {
    const forged = (text: string) => text.replace('"kind":"subject"', '"kind":"system"');
    const details = await fc.check(
      fc.asyncProperty(histories, async (changes) => {
        expect(await saidOf(changes, 0, forged)).toBe('valid');
      }),
      { numRuns: 30, seed: 20_260_501 },
    );
    expect(details.failed).toBe(true);
  });
});
