import type { Health } from '../domain/lane-standing.ts';
import type { Outcome } from '../domain/outcome.ts';
import { MINUTE, toMs } from '../domain/time.ts';
import type { DeliveryItem } from '../ports.ts';
import { tell } from './announce.ts';
import { carryOut, type Ran } from './calls.ts';
import { again, type Concluded } from './conclude.ts';
import { reportedOf } from './health.ts';
import { attemptsOf, dispose, type Job } from './job.ts';
import type { DeliverPorts, Disposition, Lane } from './lane.ts';
import { settledItem, unknownItem } from './settle.ts';
import { reportsOf } from './translated.ts';

/** Trouble that was seen longer ago than this, ms, may be over: whoever is told of it now would be alarmed for nothing. */
const OUT_OF_DATE = 15 * MINUTE;

/** Attempts to settle against others. */
const ROUNDS = 5;

const NOT_SENT: Ran = { outcome: { kind: 'retry', reason: 'not-sent', after: 1 }, left: false };

/**
 * Tells a watcher how lanes fare: always the newest that is known of a lane, whichever report the message was about, so
 * that an old one never reopens what has been closed. It is settled as a `state` destination's delivery is; a report that
 * could not be told for a quarter of an hour is let go, because newer ones come while there is anything to tell.
 */
export async function deliverReports(
  ports: DeliverPorts,
  lane: Lane,
  jobs: readonly Job[],
  end: number,
): Promise<readonly Disposition[]> {
  const dispositions: Disposition[] = [];
  for (const job of jobs) dispositions.push(...dispose(job, await tellOf(ports, lane, job, end)));
  return dispositions;
}

/** Seconds until the next attempt; undefined where there is none. */
async function tellOf(ports: DeliverPorts, lane: Lane, job: Job, end: number): Promise<number | undefined> {
  let { sure, left } = job;
  for (let round = 0; round < ROUNDS; round++) {
    const due = await dueOf(ports, lane, { about: job.subject, sure });
    if (!due) return undefined;
    const sent = await send(ports, lane, due.health, end);
    left ||= sent.left;
    const concluded = await conclude(ports, lane, { job: { ...job, left }, due, outcome: sent.outcome });
    if (!concluded.lost) return concluded.again;
    sure = true;
  }
  return 1;
}

/** What is to be told of a lane, and what the ledger said before. */
interface Due {
  readonly health: Health;
  readonly item: DeliveryItem;
  /** ms */
  readonly readAt: number;
}

async function dueOf(
  { marks, ledger, clock }: DeliverPorts,
  { destination: { id }, paused }: Lane,
  { about, sure }: { readonly about: string; readonly sure: boolean },
): Promise<Due | undefined> {
  const health = (await marks.read(about))?.health;
  const readAt = clock.now();
  if (!health || paused || isOutOfDate(health, readAt)) return undefined;
  const item = (await ledger.read(id, [about])).get(about)?.item ?? unknownItem(about, id);
  const isTold = Math.max(item.version, item.answered?.version ?? 0) >= toMs(health.at);
  return isTold && !sure ? undefined : { health, item, readAt };
}

const isOutOfDate = ({ at, standing }: Health, now: number): boolean =>
  standing.state !== 'healthy' && now - toMs(at) > OUT_OF_DATE;

async function send(
  ports: DeliverPorts,
  { destination, settings }: Lane,
  health: Health,
  end: number,
): Promise<Ran> {
  const event = reportedOf(ports.catalogue, health);
  const calls = reportsOf(destination, event, settings);
  const [ran = NOT_SENT] = await carryOut(ports, destination, [{ id: event.id, calls }], end);
  return ran;
}

interface Told {
  readonly job: Job;
  readonly due: Due;
  readonly outcome: Outcome;
}

async function conclude(ports: DeliverPorts, lane: Lane, { job, due, outcome }: Told): Promise<Concluded> {
  const { subject, newest } = job;
  const at = ports.clock.now();
  const version = toMs(due.health.at);
  tell(ports, lane.destination.id, { subject, version, outcome, attempts: newest.receiveCount });
  if (outcome.kind === 'retry') {
    if (at - newest.sentAt > OUT_OF_DATE) return {};
    return again(ports, lane, { job, version, outcome, noted: due.item.retrying });
  }
  const attempts = attemptsOf(job.messages, job.left);
  const settlement = { version, outcome, at, readAt: due.readAt, attempts, left: job.left };
  const { next, archived } = settledItem(due.item, settlement);
  return { lost: !(await ports.ledger.settle(next, archived)) };
}
