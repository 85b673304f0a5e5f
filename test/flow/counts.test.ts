import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../lib/domain/checkpoint.ts';
import { type Counts, countText, hashOfCount } from '../../lib/domain/count.ts';
import { provenRoot } from '../../lib/domain/merkle.ts';
import { DAY, HOUR, MINUTE, toIso } from '../../lib/domain/time.ts';
import { type CheckpointPorts, checkpoint } from '../../lib/flow/checkpoint.ts';
import { provenCounts } from '../../lib/flow/count-pages.ts';
import { COUNTS } from '../../lib/flow/counts.ts';
import { leafHash, rootOf } from '../verify/rfc6962.ts';
import { OPTIONS, type ProvenLog, provenLog } from './proven-log.ts';

/** Counts that are renewed by every checkpoint. */
const ALWAYS = { ...OPTIONS, firstLook: 6 * HOUR, counting: { ...COUNTS, every: 0 } };

const run = (log: ProvenLog, over: Partial<typeof OPTIONS> = {}, ports: CheckpointPorts = log.ports) =>
  checkpoint(ports, { ...ALWAYS, ...over })();

const chainOf = async (log: ProvenLog): Promise<readonly Checkpoint[]> =>
  (await log.ports.checkpoints.list({ limit: 1_000 })).toReversed().map((one) => one.checkpoint);

const newestCounts = async (log: ProvenLog): Promise<Counts> => {
  const counts = (await chainOf(log)).at(-1)?.counts;
  if (!counts) throw new Error('the newest checkpoint has no counts');
  return counts;
};

/** What is to be counted, found in the simplest way. */
async function countsIn(log: ProvenLog, upTo: number): Promise<readonly (readonly [string, number])[]> {
  const found = new Map<string, number>();
  for (const { subject } of (await log.leaves()).slice(0, upTo).flat())
    found.set(subject, (found.get(subject) ?? 0) + 1);
  return [...found].sort(([one], [next]) => Buffer.compare(Buffer.from(one), Buffer.from(next)));
}

const rootOver = (counts: readonly (readonly [string, number])[]): string =>
  rootOf(counts.map(([subject, versions]) => leafHash(countText({ subject, versions })))).toString('hex');

const known = (subjects: readonly (string | undefined)[]): readonly string[] =>
  subjects.flatMap((subject) => subject ?? []);

/** Everybody's count is proved, and of somebody without one that nobody is there. */
async function isProven(log: ProvenLog, counts: Counts): Promise<void> {
  const all = await countsIn(log, counts.upTo);
  expect(counts).toMatchObject({ size: all.length, root: rootOver(all) });
  const subjects = all.map(([subject]) => subject);
  for (const [index, [subject, versions]] of all.entries())
    expect(await asked(log, counts, subject)).toMatchObject([{ subject, versions, index }]);
  for (const other of subjects.flatMap((subject) => [`${subject}!`, ` ${subject}`])) {
    const rising = [...subjects, other].sort();
    const at = rising.indexOf(other);
    const near = await asked(log, counts, other);
    expect(near.map(({ subject }) => subject)).toEqual(known([rising[at - 1], rising[at + 1]]));
  }
}

/** What is said of a subject, once its proofs lead to the root. */
async function asked(log: ProvenLog, counts: Counts, subject: string) {
  const found = await provenCounts(log.ports.archive, counts, subject);
  for (const { index, path, ...count } of found) {
    const nodes = path.map((node) => Buffer.from(node, 'base64'));
    const root = provenRoot({ leaf: hashOfCount(count), index, size: counts.size, path: nodes });
    expect(root?.toString('hex')).toBe(counts.root);
  }
  return found;
}

const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('record' as const), who: fc.nat(6), late: fc.nat(14) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 100, max: 500 }) }),
    fc.record({ kind: fc.constant('run' as const) }),
    fc.record({ kind: fc.constant('race' as const) }),
  ),
  { maxLength: 25 },
);

type Event = Parameters<Parameters<typeof events.map>[0]>[0][number];

async function happen(log: ProvenLog, event: Event): Promise<void> {
  if (event.kind === 'record') log.record(`p-${event.who}`, event.late * MINUTE);
  if (event.kind === 'wait') log.advance(event.seconds * 1_000);
  if (event.kind === 'run') await run(log);
  if (event.kind === 'race') await Promise.all([run(log), run(log)]);
}

const whateverHappens = (check: (log: ProvenLog, counts: Counts) => Promise<void>) =>
  fc.asyncProperty(events, async (all) => {
    const log = provenLog();
    for (const event of all) await happen(log, event);
    for (const { number, counts } of await chainOf(log)) {
      expect(counts?.upTo).toBe(number > 1 ? number - 1 : undefined);
      if (counts) await check(log, counts);
    }
  });

/** So many who are new. */
const people = (log: ProvenLog, many: number, name = 'p'): void => {
  for (let i = 0; i < many; i++) {
    const subject = `${name}-${String(i).padStart(5, '0')}`;
    const recordedAt = toIso(log.now());
    const about = { topics: [], channels: [], preferences: [], identifiersChanged: [] };
    log.versions.push({ subject, version: 1, recordedAt, shownAt: log.now(), about, digest: 'a'.repeat(64) });
  }
};

/** An archive that tells what it is asked. */
function watched(log: ProvenLog) {
  const asked = { get: [] as string[], put: [] as string[], atOnce: 0, most: 0 };
  const { archive } = log.ports;
  const get = async (name: string) => {
    asked.get.push(name);
    asked.atOnce += 1;
    asked.most = Math.max(asked.most, asked.atOnce);
    const bytes = await archive.get(name);
    asked.atOnce -= 1;
    return bytes;
  };
  const put = async (name: string, bytes: Uint8Array) => {
    asked.put.push(name);
    asked.atOnce += 1;
    asked.most = Math.max(asked.most, asked.atOnce);
    const first = await archive.put(name, bytes);
    asked.atOnce -= 1;
    return first;
  };
  return { asked, ports: { ...log.ports, archive: { get, put } } };
}

const ofCounts = (names: readonly string[]): readonly string[] =>
  names.filter((name) => name.startsWith('counts/'));

describe('counts of versions', () => {
  it('are those of the leaves so far, each with its proof, whatever is shown late', async () => {
    await fc.assert(whateverHappens(isProven), { numRuns: 25 });
  });

  it('that leave the last checkpoint out are caught', async () => {
    const { failed } = await fc.check(
      whateverHappens((log, counts) => isProven(log, { ...counts, upTo: counts.upTo - 1 })),
      { numRuns: 200, seed: 20_260_501, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });

  it('are made once a day, and repeated in between', async () => {
    const log = provenLog();
    const once = { counting: COUNTS };
    for (let hour = 0; hour < 50; hour++) {
      log.record(`p-${hour}`);
      log.advance(HOUR);
      await run(log, once);
    }
    const chain = await chainOf(log);
    expect(chain[0]?.counts).toBeUndefined();
    expect(chain.slice(1).every(({ counts }) => counts !== undefined)).toBe(true);
    expect([...new Set(chain.flatMap(({ counts }) => counts?.upTo ?? []))]).toEqual([1, 24, 47]);
    await isProven(log, await newestCounts(log));
  });

  it('read and write only the files that change, few at a time', async () => {
    const log = provenLog();
    people(log, 5_000);
    log.advance(HOUR);
    await run(log);
    log.record('q');
    log.advance(HOUR);
    const begun = watched(log);
    await run(log, {}, begun.ports);
    expect(ofCounts(begun.asked.put)).toHaveLength(21);
    expect(begun.asked.most).toBeLessThanOrEqual(16);
    log.record('p-02000');
    log.advance(HOUR);
    await run(log);
    const { asked, ports } = watched(log);
    log.record('p-02000');
    log.advance(HOUR);
    await run(log, {}, ports);
    const { archive } = log.ports;
    expect(ofCounts(asked.get)).toHaveLength(2);
    expect(ofCounts(asked.put)).toHaveLength(2);
    expect((await provenCounts(archive, await newestCounts(log), 'p-02000'))[0]?.versions).toBe(2);
    people(log, 1, 'a');
    log.advance(HOUR);
    await run(log);
    log.record('p-02000');
    log.advance(HOUR);
    const after = watched(log);
    await run(log, {}, after.ports);
    expect(ofCounts(after.asked.get)).toHaveLength(21);
    expect(ofCounts(after.asked.put)).toHaveLength(21);
    expect(after.asked.most).toBeLessThanOrEqual(32);
    const counts = await newestCounts(log);
    expect(counts).toMatchObject({ size: 5_002, root: rootOver(await countsIn(log, counts.upTo)) });
    const pack = watched(log);
    await provenCounts(pack.ports.archive, counts, 'p-04999');
    expect(pack.asked.get.length).toBeLessThanOrEqual(3);
  });

  it('lag behind where there is too much for one run, and the next goes on', async () => {
    const log = provenLog();
    for (let turn = 0; turn < 4; turn++) {
      people(log, 3, `t${turn}`);
      log.advance(HOUR);
      await run(log, { counting: { ...COUNTS, every: DAY * 9 } });
    }
    const few = { counting: { ...COUNTS, every: 0, most: 4 } };
    const upTo: (number | undefined)[] = [];
    for (let turn = 0; turn < 3; turn++) {
      log.record('late');
      log.advance(HOUR);
      await run(log, few);
      const counts = await newestCounts(log);
      upTo.push(counts.upTo);
      await isProven(log, counts);
    }
    expect(upTo).toEqual([3, 5, 6]);
  });

  it('are taken up by the next run wherever one died', async () => {
    for (let step = 0; step < 10; step++) {
      const log = provenLog();
      people(log, 300);
      log.advance(HOUR);
      await run(log);
      people(log, 100, 'b');
      log.advance(HOUR);
      let left = step;
      const put = async (name: string, bytes: Uint8Array): Promise<boolean> => {
        if (left-- <= 0) throw new Error('died');
        return log.ports.archive.put(name, bytes);
      };
      const dead = { ...log.ports, archive: { ...log.ports.archive, put } };
      await run(log, {}, dead).catch(() => undefined);
      await run(log);
      log.record('p-1');
      log.advance(HOUR);
      await run(log);
      const counts = await newestCounts(log);
      expect(counts).toMatchObject({ upTo: 2, root: rootOver(await countsIn(log, 2)) });
    }
  });

  it.each([
    ['a file of counts', /^counts\/.*jsonl$/],
    ['the list of them', /^counts\/.*json$/],
    ['a file of leaves', /^leaves\/0000000002\/.*jsonl$/],
    ['a checkpoint', /^checkpoints\/0000000002/],
  ])('stay as they were where %s is spoiled, and checkpoints are made', async (_, spoiled) => {
    const log = provenLog();
    log.record('p-1');
    log.advance(HOUR);
    await run(log);
    for (let turn = 0; turn < 2; turn++) {
      log.record('p-1');
      log.advance(HOUR);
      await run(log, { counting: COUNTS });
    }
    const before = await newestCounts(log);
    const { archive } = log.ports;
    const get = async (name: string) => {
      const bytes = await archive.get(name);
      return bytes && spoiled.test(name)
        ? Buffer.from(bytes).fill(32, 3, Math.min(200, bytes.length))
        : bytes;
    };
    log.record('p-1');
    log.advance(DAY);
    const made = await run(log, { counting: COUNTS }, { ...log.ports, archive: { ...archive, get } });
    expect(made).toMatchObject({ checkpoints: 1, uncounted: [expect.any(Error)] });
    expect(await newestCounts(log)).toEqual(before);
    log.record('p-1');
    log.advance(DAY);
    expect(await run(log)).not.toHaveProperty('uncounted');
    expect((await newestCounts(log)).upTo).toBe(4);
  });
});
