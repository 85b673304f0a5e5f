import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packJobsOn } from '../../lib/aws/pack-jobs.ts';
import type { PackJob, PackJobs, PackNote } from '../../lib/flow/packs/job.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
let jobs: PackJobs;
beforeAll(async () => {
  engine = await startEngine();
  jobs = packJobsOn(engine.client, 'audit');
});
afterAll(() => engine.stop());

const aJob = (id: string, more: Partial<PackJob> = {}): PackJob => ({
  ...{
    id,
    createdAt: '2026-05-01T12:00:00.000Z',
    wanted: { kind: 'subject', subject: 'p-1' },
    state: 'waiting',
  },
  ...{ notBefore: 0, revision: 0, leasedUntil: 0, tries: 0, parts: 0, entries: 0, bytes: 0, versions: 0 },
  cursor: { phase: 'versions', pieces: 0, proofs: 0 },
  ...more,
});

const aNote = (files: number, checkpoints: readonly number[] = []): PackNote => ({
  tag: `tag of ${files}`,
  entries: Array.from({ length: files }, (_, at) => ({
    ...{ name: `leaves/${at}.bin`, bytes: 32, sha256: 'a'.repeat(64), crc: 4_000_000_000, at },
  })),
  checkpoints,
});

describe('jobs of bulk packs', () => {
  test('come back as they were saved, and are listed while they are open', async () => {
    const later = aJob('later', { createdAt: '2026-05-01T13:00:00.000Z' });
    await jobs.add(later);
    await jobs.add(aJob('first'));
    expect(await jobs.open()).toEqual(['first', 'later']);
    const after = { recordedAt: '2026-05-01T11:00:00.000Z', subject: 'p-1', version: 3 };
    const moved = aJob('first', {
      ...{ revision: 1, state: 'running', upload: 'u', newestCheckpoint: 4, bytes: 12, parts: 1 },
      cursor: { phase: 'versions', pieces: 1, proofs: 1, after },
    });
    expect(await jobs.save(moved)).toBe(true);
    expect(await jobs.read('first')).toEqual(moved);
    expect(await jobs.save({ ...moved, revision: 2, state: 'done', cursor: { phase: 'joining' } })).toBe(
      true,
    );
    expect(await jobs.save({ ...later, revision: 1, state: 'failed', reason: 'unexpected' })).toBe(true);
    expect(await jobs.open()).toEqual([]);
    expect(await jobs.read('nobody asked')).toBeUndefined();
  });

  test('are saved by one of two who read the same', async () => {
    await jobs.add(aJob('raced'));
    const both = await Promise.all([1, 2].map((bytes) => jobs.save(aJob('raced', { revision: 1, bytes }))));
    expect(both.toSorted()).toEqual([false, true]);
  });

  test('keep notes of thousands of files, and forget what a part held before it was made again', async () => {
    const job = aJob('noted');
    await jobs.note(job, 1, aNote(2_500, [1, 2, 3]));
    await jobs.note(job, 2, aNote(3));
    await jobs.note(job, 3, aNote(1));
    expect(await jobs.notes('noted', 2)).toEqual([aNote(2_500, [1, 2, 3]), aNote(3)]);
    await jobs.note(job, 1, aNote(10, [7]));
    expect(await jobs.notes('noted', 1)).toEqual([aNote(10, [7])]);
    expect(await jobs.notes('noted', 0)).toEqual([]);
  });
});
