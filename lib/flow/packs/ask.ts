import { toIso, toMs } from '../../domain/time.ts';
import type { Clock } from '../../ports.ts';
import type { PackFiles, PackJob, PackJobs, Wanted } from './job.ts';

export interface AskPorts {
  readonly jobs: Pick<PackJobs, 'add' | 'read'>;
  readonly files: Pick<PackFiles, 'link'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: () => string;
  /** What was recorded at the very end of a period is listed so much later, ms. */
  readonly settles: number;
}

/** How a bulk pack stands. */
export interface PackView {
  readonly id: string;
  readonly state: PackJob['state'];
  /** Whose it is, where it is of one. */
  readonly subject?: string;
  /** Versions and bytes written so far. */
  readonly versions: number;
  readonly bytes: number;
  readonly parts: number;
  /** How many versions there will be, where that is known. */
  readonly of?: number;
  /** Recorded up to then, of those there will be. */
  readonly through?: string;
  /** Where it can be fetched, for a quarter of an hour. */
  readonly file?: string;
  readonly reason?: string;
}

/** Puts a bulk pack on the list. */
export const askForPack =
  ({ jobs, clock, newId, settles }: AskPorts) =>
  async (wanted: Wanted): Promise<PackView> => {
    const now = clock.now();
    const job: PackJob = {
      ...{ id: newId(), createdAt: toIso(now), wanted, state: 'waiting' },
      notBefore: wanted.kind === 'period' ? toMs(wanted.to) + settles : 0,
      ...{ revision: 0, leasedUntil: 0, tries: 0, parts: 0, entries: 0, bytes: 0, versions: 0 },
      cursor: { phase: 'versions', pieces: 0, proofs: 0 },
    };
    await jobs.add(job);
    return viewOf(job);
  };

/** How it stands; undefined where there is none of that id (any more). */
export const readPack =
  ({ jobs, files }: Pick<AskPorts, 'jobs' | 'files'>) =>
  async (id: string): Promise<PackView | undefined> => {
    const job = await jobs.read(id);
    if (job?.state !== 'done') return job && viewOf(job);
    const file = await files.link(id);
    return { ...viewOf(job), ...(file === undefined ? { reason: 'gone: kept for a week' } : { file }) };
  };

function viewOf({ id, state, reason, wanted, versions, bytes, parts, cursor }: PackJob): PackView {
  const of = wanted.kind === 'subject' ? wanted.newest?.version : undefined;
  const through = cursor.phase === 'versions' ? cursor.after?.recordedAt : undefined;
  return {
    ...{ id, state, versions, bytes, parts },
    ...(wanted.kind === 'subject' && { subject: wanted.subject }),
    ...(of !== undefined && { of }),
    ...(through !== undefined && { through }),
    ...(reason !== undefined && { reason }),
  };
}
