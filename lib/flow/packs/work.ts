import type { Signer } from '../../audit-ports.ts';
import type { Clock } from '../../ports.ts';
import { bulkFacts, type Chunk, type ChunkPorts, chunksFrom } from './chunks.ts';
import { MOST_BYTES, MOST_ENTRIES, type PackEntry, type PackFile, placed, sizeOf } from './container.ts';
import type { PackFiles, PackJob, PackJobs } from './job.ts';
import { closingOf } from './manifest.ts';

export interface WorkPorts extends ChunkPorts {
  readonly jobs: PackJobs;
  readonly files: PackFiles;
  readonly signer: Signer;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Working {
  /** No part is begun after this moment, ms. */
  readonly until: number;
  /** Nobody else takes a job up for so long after somebody died at it, ms: longer than anybody can be at one part. */
  readonly lease: number;
}

/** A job that got nowhere in so many tries is given up. */
const MOST_TRIES = 20;

/**
 * Works on the open packs, oldest first, part by part. Whatever dies in between is done again from the last part that was
 * saved, and writes the same bytes in the same place.
 */
export const workOnPacks =
  (ports: WorkPorts) =>
  async (working: Working): Promise<void> => {
    const faults: unknown[] = [];
    for (const id of await ports.jobs.open()) {
      if (ports.clock.now() >= working.until) break;
      await workOn(ports, id, working).catch((error: unknown) => faults.push(error));
    }
    if (faults.length > 0) throw faults[0];
  };

async function workOn(ports: WorkPorts, id: string, { until, lease }: Working): Promise<void> {
  let job = await claimed(ports, id, lease);
  while (job && isOpen(job)) {
    if (ports.clock.now() >= until) {
      await saved(ports, { ...job, leasedUntil: 0 });
      return;
    }
    job = await advanced(ports, { ...job, leasedUntil: ports.clock.now() + lease });
  }
}

const isOpen = ({ state }: PackJob): boolean => state === 'waiting' || state === 'running';

/** The job as it was saved; undefined where somebody else is at it. */
async function saved({ jobs }: WorkPorts, job: PackJob): Promise<PackJob | undefined> {
  const next = { ...job, revision: job.revision + 1 };
  return (await jobs.save(next)) ? next : undefined;
}

async function claimed(ports: WorkPorts, id: string, lease: number): Promise<PackJob | undefined> {
  const now = ports.clock.now();
  const job = await ports.jobs.read(id);
  if (!job || !isOpen(job) || job.leasedUntil > now || job.notBefore > now) return undefined;
  if (job.tries >= MOST_TRIES) return saved(ports, failed(job, 'unexpected'));
  const tries = job.tries + 1;
  return saved(ports, {
    ...job,
    ...(await begun(ports, job)),
    state: 'running',
    tries,
    leasedUntil: now + lease,
  });
}

/** What is settled when work begins, and the same ever after. */
async function begun(
  ports: WorkPorts,
  { id, upload, newestCheckpoint, wanted }: PackJob,
): Promise<Partial<PackJob>> {
  if (upload !== undefined && newestCheckpoint !== undefined) return {};
  const newest = await ports.proofs.newest();
  return {
    newestCheckpoint: newest,
    upload: await ports.files.begin(id),
    ...(wanted.kind === 'subject' && { wanted: { ...wanted, ...(await upToNow(ports, wanted.subject)) } }),
  };
}

async function upToNow({ records }: WorkPorts, subject: string) {
  const [newest] = await records.raw(subject, { limit: 1 });
  return newest ? { newest: { version: newest.version, digest: newest.digest ?? '' } } : {};
}

const failed = (job: PackJob, reason: string): PackJob => ({
  ...job,
  state: 'failed',
  reason,
  leasedUntil: 0,
});

/** One part further, or joined. */
async function advanced(ports: WorkPorts, job: PackJob): Promise<PackJob | undefined> {
  if (job.cursor.phase === 'joining') return joined(ports, job);
  const { files, versions, checkpoints, cursor } = await nextPart(ports, job);
  const { entries, bytes, at } = placed(files, job.bytes);
  const reached = { versions: job.versions + versions, entries: job.entries + entries.length };
  if (at > MOST_BYTES - ROOM || reached.entries > MOST_ENTRIES - 2)
    return saved(ports, failed(job, 'too-large: ask for a shorter period'));
  const next = { ...job, ...reached, parts: job.parts + 1, cursor, tries: 0 };
  const rest = cursor.phase === 'joining' ? [await closing(ports, next, { entries, at })] : [];
  const whole = Buffer.concat([bytes, ...rest]);
  const { upload = '' } = job;
  const part = { upload, number: next.parts, at: job.bytes, bytes: whole };
  const tag = await ports.files.part(job.id, part);
  await ports.jobs.note(job, next.parts, { tag, entries, checkpoints });
  return saved(ports, { ...next, bytes: job.bytes + whole.length });
}

/** Bytes left for the manifest and the directory. */
const ROOM = 64 * 1024 * 1024;

/** The end of the pack, after the files of its last part. */
async function closing(
  { jobs, signer }: WorkPorts,
  job: PackJob,
  { entries, at }: { readonly entries: readonly PackEntry[]; readonly at: number },
): Promise<Buffer> {
  const before = await jobs.notes(job.id, job.parts - 1);
  const all = [...before.flatMap((note) => note.entries), ...entries];
  return closingOf(signer, { facts: bulkFacts(job), entries: all, at });
}

/** Chunks until there are enough bytes for a part, or everything is written. */
async function nextPart(ports: WorkPorts, job: PackJob): Promise<Chunk> {
  const files: PackFile[] = [];
  const checkpoints = new Set<number>();
  let [versions, bytes, cursor] = [0, 0, job.cursor];
  while (bytes < ports.sizes.part && cursor.phase !== 'joining') {
    const reached = { ...job, cursor, versions: job.versions + versions };
    for await (const chunk of chunksFrom(ports, reached, checkpoints)) {
      files.push(...chunk.files);
      for (const number of chunk.checkpoints) checkpoints.add(number);
      versions += chunk.versions;
      bytes += chunk.files.reduce((sum, file) => sum + sizeOf(file), 0);
      cursor = chunk.cursor;
      if (bytes >= ports.sizes.part) break;
    }
  }
  return { files, versions, checkpoints: [...checkpoints], cursor };
}

async function joined(ports: WorkPorts, job: PackJob): Promise<PackJob | undefined> {
  const notes = await ports.jobs.notes(job.id, job.parts);
  const tags = notes.map(({ tag }) => tag);
  await ports.files.join(job.id, job.upload ?? '', tags);
  return saved(ports, { ...job, state: 'done', leasedUntil: 0 });
}
