import type { Signer } from '../../audit-ports.ts';
import { bulkFacts, sharing } from './chunks.ts';
import { MOST_BYTES, MOST_ENTRIES, type PackEntry, placed } from './container.ts';
import type { PackJob, PackJobs } from './job.ts';
import { closingOf } from './manifest.ts';
import { nextPart, type Part, type PartPorts } from './parts.ts';
import { keepRest, restName } from './rest.ts';

export interface WorkPorts extends PartPorts {
  readonly jobs: PackJobs;
  readonly signer: Signer;
}

export interface Working {
  /** Work ends soon after this moment, ms; what is made of a part by then is kept. */
  readonly until: number;
  /** Nobody else takes a job up for so long after somebody died at it, ms: longer than anybody can be at one part. */
  readonly lease: number;
}

/** A job that got nowhere in so many tries is given up. */
const MOST_TRIES = 20;

/**
 * Works on the open packs, oldest first, part by part. Whatever dies in between is done again from the last save: a part
 * that it had written and not saved is written over, and may have other bytes, as it may end elsewhere.
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
  const noted = async (error: unknown): Promise<never> => {
    const fault = error instanceof Error ? error.name : 'Error';
    if (job) await saved(ports, { ...job, fault }).catch(() => undefined);
    throw error;
  };
  while (job && isOpen(job)) {
    if (ports.clock.now() >= until) {
      await saved(ports, { ...job, leasedUntil: 0 });
      return;
    }
    job = await advanced(ports, { ...job, leasedUntil: ports.clock.now() + lease }, until).catch(noted);
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
  if (job.tries >= MOST_TRIES)
    return saved(ports, failed(job, `unexpected: ${job.fault ?? 'no run came to an end'}`));
  const tries = job.tries + 1;
  return saved(ports, {
    ...{ ...job, state: 'running', tries, leasedUntil: now + lease },
    ...(await begun(ports, job)),
  });
}

/** What is settled when work begins, and the same ever after. */
async function begun(ports: WorkPorts, job: PackJob): Promise<Partial<PackJob>> {
  const { id, upload, newestCheckpoint, wanted } = job;
  if (upload !== undefined && newestCheckpoint !== undefined) return {};
  const newest = await ports.proofs.newest();
  if (await hasTooMany(ports, job)) return failed(job, TOO_LARGE);
  return {
    newestCheckpoint: newest,
    upload: await ports.files.begin(id),
    ...(wanted.kind === 'subject' && { wanted: { ...wanted, ...(await upToNow(ports, wanted.subject)) } }),
  };
}

/** Of all sources each checkpoint of a period has a file of leaves. */
async function hasTooMany(ports: WorkPorts, { wanted }: PackJob): Promise<boolean> {
  if (wanted.kind === 'subject' || wanted.source !== undefined) return false;
  return (await sharing(ports, wanted)).length > MOST_ENTRIES - 2;
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

const TOO_LARGE = 'too-large: ask for a shorter period';

/** One part further, or joined; or as far as there was time. */
async function advanced(ports: WorkPorts, job: PackJob, until: number): Promise<PackJob | undefined> {
  if (job.cursor.phase === 'joining') return joined(ports, job);
  const part = await nextPart(ports, job, until);
  return part.isWhole ? written(ports, job, part) : setAside(ports, job, part);
}

/** Without files there is nothing but the place that was reached. */
async function setAside(ports: WorkPorts, job: PackJob, part: Part): Promise<PackJob | undefined> {
  const { rest: _, fault: __, ...further } = { ...job, cursor: part.cursor, tries: 0 };
  if (part.files.length === 0) return saved(ports, further);
  await keepRest(ports.files, job, part);
  return without(ports, job, await saved(ports, { ...further, rest: restName(job) }));
}

/** Once a save stands that no longer names what was kept before, that can go. */
async function without(
  { files }: WorkPorts,
  { id, rest }: PackJob,
  next: PackJob | undefined,
): Promise<PackJob | undefined> {
  if (next && rest !== undefined) await files.drop?.(id, rest);
  return next;
}

async function written(ports: WorkPorts, before: PackJob, part: Part): Promise<PackJob | undefined> {
  const { rest: _, fault: __, ...job } = before;
  return without(ports, before, await partWritten(ports, job, part));
}

async function partWritten(
  ports: WorkPorts,
  job: PackJob,
  { files, versions, checkpoints, cursor }: Part,
): Promise<PackJob | undefined> {
  const { entries, bytes, at } = placed(files, job.bytes);
  const reached = { versions: job.versions + versions, entries: job.entries + entries.length };
  if (at > MOST_BYTES - ROOM || reached.entries > MOST_ENTRIES - 2)
    return saved(ports, failed(job, TOO_LARGE));
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

async function joined(ports: WorkPorts, job: PackJob): Promise<PackJob | undefined> {
  const notes = await ports.jobs.notes(job.id, job.parts);
  const tags = notes.map(({ tag }) => tag);
  await ports.files.join(job.id, job.upload ?? '', tags);
  return saved(ports, { ...job, state: 'done', leasedUntil: 0 });
}
