import type { Archive, Signer } from '../audit-ports.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { type Checkpoint, checkpointDigest, LOOK_BACK, type SignedCheckpoint } from '../domain/checkpoint.ts';
import { canonical } from '../domain/digest.ts';
import { type Seen, seenSince, withSeen } from '../domain/seen.ts';
import { DAY, MINUTE, toIso, toMs } from '../domain/time.ts';
import type { Bus, Clock } from '../ports.ts';
import type { Checkpoints } from './checkpoints.ts';
import { commit, newestOf } from './commit-checkpoint.ts';
import { COUNTS, type Counted, type CountOptions, counted } from './counts.ts';
import { indexFile, type LeafIndex, type LeafWriter, leafWriter } from './leaf-files.ts';
import { leavesIn } from './leaves.ts';
import { minutesOf, type Period, type PeriodPorts } from './period.ts';
import type { Asleep } from './reconcile.ts';

export interface CheckpointPorts extends Omit<PeriodPorts, 'archive' | 'checkpoints'> {
  readonly signer: Signer;
  readonly archive: Archive;
  readonly checkpoints: Checkpoints;
  readonly bus: Bus;
  readonly clock: Pick<Clock, 'now'>;
  readonly catalogue: Catalogue;
  /** Nothing was recorded before that, ms; undefined where it is not known. Asked for the first checkpoint alone. */
  readonly begunAt: () => Promise<number | undefined>;
}

/** Times in ms. */
export interface CheckpointOptions {
  /** Names the log, from its first checkpoint on. */
  readonly origin: string;
  /** What is younger may not be shown yet. */
  readonly settle: number;
  /** Periods end at multiples of this. */
  readonly grain: number;
  /** So far back it is looked again for what was shown late. */
  readonly lookBack: number;
  /** So far back a log begins at least, however young the record is. */
  readonly firstLook: number;
  /** A run that takes longer ends with what it has, and the next goes on. */
  readonly longest: number;
  /** Leaves after which a checkpoint ends with the minute. */
  readonly most: number;
  readonly counting: CountOptions;
  /** Nothing can have been recorded then: the only process was not running. */
  readonly asleep?: Asleep | undefined;
}

/** On AWS: the index by time lags by milliseconds, and whoever writes a version may take seconds. */
export const CHECKPOINTS = {
  settle: 2 * MINUTE,
  grain: MINUTE,
  lookBack: LOOK_BACK,
  firstLook: DAY,
  longest: 4 * MINUTE,
  most: 2 ** 20,
  counting: COUNTS,
} as const;

/** In one process, whose index shows at once what was written. */
export const LOCAL_CHECKPOINTS = {
  ...CHECKPOINTS,
  settle: 1_000,
  grain: 1,
  lookBack: MINUTE,
  firstLook: 10 * MINUTE,
  counting: { ...COUNTS, every: MINUTE },
} as const;

/** Where nothing is recorded a checkpoint says so, so often. */
const QUIET = DAY;

export interface CheckpointReport {
  readonly checkpoints: number;
  readonly leaves: number;
  /** How far behind what could have been proved this run ended, ms. */
  readonly behind: number;
  /** Why versions were not counted where it was time to; missing where they were. */
  readonly uncounted?: readonly Error[];
}

/** Proves what was recorded since the last checkpoint. Whatever becomes of a run, the next one goes on where it ended. */
export const checkpoint =
  (ports: CheckpointPorts, options: CheckpointOptions) => async (): Promise<CheckpointReport> => {
    const begun = ports.clock.now();
    const to = Math.floor((begun - options.settle) / options.grain) * options.grain;
    const made: Checkpoint[] = [];
    const uncounted: Error[] = [];
    let before = await newestOf(ports);
    let reached: number;
    do {
      const period = await periodAfter(ports, { before, to, begun, options });
      const built = await build(ports, period, { ...options, until: begun + options.longest });
      reached = built.reached;
      if (built.fault) uncounted.push(built.fault);
      if (!built.signed) break;
      before = built.signed;
      made.push(before.checkpoint);
      reached = toMs(before.checkpoint.to);
    } while (reached < to && ports.clock.now() < begun + options.longest);
    const leaves = made.reduce((sum, { size }) => sum + size, 0);
    return {
      checkpoints: made.length,
      leaves,
      behind: Math.max(0, to - reached),
      ...(uncounted.length > 0 && { uncounted }),
    };
  };

interface Before {
  readonly before: SignedCheckpoint | undefined;
  readonly to: number;
  readonly begun: number;
  readonly options: CheckpointOptions;
}

async function periodAfter(ports: CheckpointPorts, { before, to, begun, options }: Before): Promise<Period> {
  const { asleep } = options;
  const quiet = await ports.checkpoints.quietUpTo();
  if (!before) {
    const oldest = Math.min((await ports.begunAt()) ?? begun, begun - options.firstLook, quiet ?? begun);
    const from = Math.floor(oldest / MINUTE) * MINUTE;
    return {
      before,
      to,
      from,
      asleep,
      seen: {},
      lookFrom: Math.max(from, (quiet ?? from) - options.lookBack),
    };
  }
  const from = toMs(before.checkpoint.to);
  const { seen } = await leavesIn(ports.archive).index(before.checkpoint);
  return { before, to, from, asleep, seen, lookFrom: Math.max(from, quiet ?? from) - options.lookBack };
}

interface Bounds extends CheckpointOptions {
  readonly until: number;
}

interface Built {
  /** Missing where there is nothing to prove yet. */
  readonly signed?: SignedCheckpoint;
  readonly reached: number;
  readonly fault?: Error | undefined;
}

async function build(ports: CheckpointPorts, period: Period, bounds: Bounds): Promise<Built> {
  const { before, from, to } = period;
  if (to <= from) return { reached: from };
  const number = (before?.checkpoint.number ?? 0) + 1;
  const writer = leafWriter(ports.archive, number);
  const { reached, seen } = await gather(ports, { period, writer, bounds });
  if (writer.size() === 0 && reached - from < QUIET) {
    await ports.checkpoints.noteQuiet(reached);
    return { reached };
  }
  const { root, ...index } = await writer.finish();
  const { counts, fault } = await counted(ports, before?.checkpoint, bounds.counting);
  const ending = { to: reached, at: ports.clock.now(), origin: bounds.origin, counts };
  const payload = payloadOf({ period, number, root, size: writer.size() }, ending);
  await archiveIndex(ports.archive, payload, { ...index, seen });
  return { signed: await commit(ports, before, payload), reached, fault };
}

interface Gathering {
  readonly period: Period;
  readonly writer: LeafWriter;
  readonly bounds: Bounds;
}

/** Writes what the period holds, minute by minute, until it is enough. */
async function gather(
  ports: CheckpointPorts,
  { period, writer, bounds }: Gathering,
): Promise<{ readonly reached: number; readonly seen: Seen }> {
  let { seen, from: reached } = period;
  for await (const { minute, leaves, upTo } of minutesOf(ports, period)) {
    for (const leaf of leaves) await writer.add(leaf);
    seen = seenSince(withSeen(seen, minute, leaves), upTo - bounds.lookBack);
    reached = upTo;
    const enough = writer.size() >= bounds.most || ports.clock.now() >= bounds.until;
    if (reached > period.from && enough) break;
  }
  return { reached, seen };
}

interface Tree {
  readonly period: Period;
  readonly number: number;
  readonly root: string;
  readonly size: number;
}

interface Ending extends Pick<Counted, 'counts'> {
  readonly to: number;
  readonly at: number;
  readonly origin: string;
}

const payloadOf = (
  { period: { before, from }, number, root, size }: Tree,
  { to, at, origin, counts }: Ending,
): Checkpoint => ({
  format: 'heed-checkpoint/1',
  origin: before?.checkpoint.origin ?? origin,
  ...{ number, root, size },
  from: toIso(from),
  to: toIso(to),
  at: toIso(Math.max(at, to)),
  previous: before ? checkpointDigest(before.checkpoint) : null,
  ...(counts && { counts }),
});

const archiveIndex = (archive: Archive, payload: Checkpoint, index: LeafIndex): Promise<boolean> =>
  archive.put(indexFile(payload), Buffer.from(canonical(index)));
