import { cares } from '../domain/interest.ts';
import { HOUR, MINUTE } from '../domain/time.ts';
import type { Clock, Lanes, Ledger, Log, Marks, Recorded, Records } from '../ports.ts';
import { rememberedOf } from './ever-told.ts';
import { type Gap, logGaps, requeue, stateGaps } from './gaps.ts';
import { healthOf, reportHealth } from './health.ts';
import type { LaneFacts } from './lane.ts';
import { BUS, type PublishPorts, publishStored } from './publish.ts';
import { release } from './release.ts';

export interface ReconcilePorts extends PublishPorts {
  readonly records: Pick<Records, 'recordedIn' | 'version'>;
  readonly ledger: Pick<Ledger, 'items' | 'putBack' | 'answeredWith' | 'count'>;
  readonly log: Log;
  readonly marks: Marks;
  readonly lanes: Lanes;
  readonly clock: Clock;
}

/** While an engine was switched off. */
export interface Asleep {
  readonly from: number;
  readonly to: number;
}

export interface ReconcileOptions {
  /** What a lane runs with, as a digest: when it changes, what it held or failed is sent again. Undefined: not known now. */
  readonly setupOf: (lane: LaneFacts) => Promise<string | undefined>;
  /** Versions younger than this (ms) may still be on their way: twice the queue's visibility. 0 when queues are known to be empty. */
  readonly settleTime: number;
  /** Nobody is at anything: whatever was being retried is put back too. */
  readonly queuesLost?: boolean;
  /** Between these (ms) nothing can have been recorded: those minutes are not read. */
  readonly asleep?: Asleep;
  /** Told of each lane as soon as it has been looked at. */
  readonly report?: (report: LaneReport) => void;
}

/** What reconcile found, per lane; the numbers behind the alarms. */
export interface LaneReport {
  readonly lane: string;
  /** Versions this destination cares about and has not answered. */
  readonly gaps: number;
  /** Of those, put into the queue again now. */
  readonly requeued: number;
  readonly held: number;
  readonly failed: number;
  readonly needsUserAction: number;
}

/** A lane that was never looked at starts this far back, ms: longer than a first deployment takes. */
const FIRST_LOOK = HOUR;

/**
 * Compares what was recorded with what was answered, destination by destination, and puts what is missing into the
 * lane again. Each lane has a low-water mark below which everything is answered, so that the work is in proportion to
 * the changes since, not to the history. One that cannot be looked at keeps no other from it; the error comes when all have been looked at.
 */
export const reconcile =
  (ports: ReconcilePorts, lanes: readonly LaneFacts[]) =>
  async (options: ReconcileOptions): Promise<readonly LaneReport[]> => {
    const to = ports.clock.now() - options.settleTime;
    const minutes = minuteReader(ports.records, options.asleep);
    const looks = [
      () => reconcileBus(ports, minutes, to),
      ...lanes.map((lane) => () => reconcileLane(ports, lane, { ...options, to, minutes })),
    ];
    const reports: LaneReport[] = [];
    const errors: unknown[] = [];
    for (const look of looks) {
      try {
        const report = await look();
        options.report?.(report);
        reports.push(report);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} lanes could not be reconciled`);
    return reports;
  };

type MinuteReader = (minute: number) => Promise<readonly Recorded[]>;

/** Every lane walks the same minutes: each is read once a run. */
function minuteReader(records: Pick<Records, 'recordedIn'>, asleep?: Asleep): MinuteReader {
  const read = new Map<number, Promise<readonly Recorded[]>>();
  return async (minute) => {
    if (asleep && asleep.from <= minute && minute + MINUTE <= asleep.to) return [];
    const known = read.get(minute) ?? records.recordedIn(minute);
    read.set(minute, known);
    return known;
  };
}

interface Walk {
  /** Gives the versions of one minute that nobody has answered. */
  readonly gapsIn: (recorded: readonly Recorded[]) => Promise<readonly Gap[]>;
  readonly from: number;
  readonly to: number;
  readonly minutes: MinuteReader;
}

const WIDTH = 8;

/**
 * Walks the minutes since the mark; the new mark is the first minute that still has a gap. Where the clock was set back
 * the mark goes back with it: what is recorded from then on must not lie below it.
 */
async function walk({
  gapsIn,
  from,
  to,
  minutes,
}: Walk): Promise<{ readonly gaps: readonly Gap[]; readonly lowWater: number }> {
  const gaps: Gap[] = [];
  let lowWater: number | undefined;
  const first = Math.min(from, to);
  for (let start = Math.floor(first / MINUTE) * MINUTE; start <= to; start += WIDTH * MINUTE) {
    const chunk = Array.from({ length: WIDTH }, (_, i) => start + i * MINUTE).filter(
      (minute) => minute <= to,
    );
    const found = await Promise.all(
      chunk.map(async (minute) =>
        gapsIn((await minutes(minute)).filter(({ recordedAt }) => Date.parse(recordedAt) <= to)),
      ),
    );
    gaps.push(...found.flat());
    const open = found.findIndex((list) => list.length > 0);
    if (lowWater === undefined && open >= 0) lowWater = chunk[open];
  }
  return { gaps, lowWater: lowWater ?? to };
}

async function reconcileBus(ports: ReconcilePorts, minutes: MinuteReader, to: number): Promise<LaneReport> {
  const mark = await ports.marks.read(BUS);
  const from = mark?.lowWater ?? ports.clock.now() - FIRST_LOOK;
  const { gaps, lowWater } = await walk({
    gapsIn: (recorded) => logGaps(ports.log, BUS, recorded),
    from,
    to,
    minutes,
  });
  const requeued = await publishStored(ports)(gaps);
  await ports.marks.write(BUS, { lowWater, setup: '' });
  return {
    lane: BUS,
    gaps: gaps.length,
    requeued: requeued.filter(Boolean).length,
    held: 0,
    failed: await ports.ledger.count(BUS, 'failed'),
    needsUserAction: 0,
  };
}

interface LaneOptions extends ReconcileOptions {
  readonly to: number;
  readonly minutes: MinuteReader;
}

async function reconcileLane(
  ports: ReconcilePorts,
  lane: LaneFacts,
  options: LaneOptions,
): Promise<LaneReport> {
  const { id, kind } = lane.destination;
  const now = ports.clock.now();
  const mark = await ports.marks.read(id);
  const known = await options.setupOf(lane);
  const setup = known ?? mark?.setup ?? '';
  const { gaps, lowWater } = await walk({
    gapsIn: (recorded) => {
      const mine = recorded.filter(({ about }) => cares(lane.interest, about));
      return kind === 'log' ? logGaps(ports.log, id, mine) : stateGaps(ports.ledger, id, mine);
    },
    from: mark?.lowWater ?? now - FIRST_LOOK,
    to: options.to,
    minutes: options.minutes,
  });
  const requeued = await requeue(
    ports,
    lane,
    gaps,
    options.queuesLost ? Number.NEGATIVE_INFINITY : options.settleTime,
  );
  await release(ports, lane, {
    setupChanged: mark !== undefined && mark.setup !== setup,
    grace: options.settleTime,
  });
  const [held, failed, needsUserAction] = await Promise.all([
    ports.ledger.count(id, 'held'),
    ports.ledger.count(id, 'failed'),
    ports.ledger.count(id, 'needs-user-action'),
  ]);
  const counts = { gaps: gaps.length, held, failed, needsUserAction };
  const health = healthOf(lane, counts, { before: mark?.health, now: ports.clock.now() });
  await ports.marks.write(id, { lowWater, setup, ...(health && { health }), ...rememberedOf(lane, mark) });
  await reportHealth(ports, health);
  return { lane: id, requeued, ...counts };
}
