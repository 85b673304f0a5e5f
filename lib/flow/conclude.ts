import type { Answered, Outcome, RetryOutcome } from '../domain/outcome.ts';
import { toIso } from '../domain/time.ts';
import type { Retrying } from '../ports.ts';
import { NOBODY, retiredToNow } from './address.ts';
import { type Settled, tell } from './announce.ts';
import type { Ran } from './calls.ts';
import { attemptsOf, type Job } from './job.ts';
import type { DeliverPorts, Lane } from './lane.ts';
import type { Sending } from './prepare.ts';
import { answeredOrRetry, settledItem, waitOf } from './settle.ts';

export interface Concluded {
  /** Somebody else has been there since the ledger was read: look again, send again. */
  readonly lost?: boolean;
  /** Seconds until the next attempt. */
  readonly again?: number;
  readonly announcement?: Settled;
}

/** Puts the outcome into the ledger, unless somebody else has been there since it was read. */
export async function conclude(
  ports: DeliverPorts,
  lane: Lane,
  sending: Sending,
  sent: Ran,
): Promise<Concluded> {
  const at = ports.clock.now();
  const { job, item, told } = sending;
  const left = job.left || sent.left;
  const outcome = mayStillArrive(sent.outcome) ? sent.outcome : answeredOrRetry(sent.outcome, job.newest, at);
  const { version } = told.event.data;
  tell(ports, lane.destination.id, {
    subject: job.subject,
    version,
    outcome,
    attempts: job.newest.receiveCount,
  });
  if (outcome.kind !== 'retry') return settle(ports, lane, { sending, outcome, at, left });
  return again(ports, lane, { job: { ...job, left }, version, outcome, noted: item.retrying });
}

/** Nothing is answered while a request is under way: a later delivery's could be overtaken by it, and nobody would look. */
const mayStillArrive = (outcome: Outcome): boolean => outcome.kind === 'retry' && outcome.timedOut === true;

interface Again {
  readonly job: Job;
  readonly version: number;
  readonly outcome: RetryOutcome;
  /** What was noted before, if it was read. */
  readonly noted?: Retrying | undefined;
}

/** Puts a job's messages back, and notes it: a queue that dies forgets them. */
export async function again(
  ports: DeliverPorts,
  lane: Lane,
  { job, version, outcome, noted }: Again,
): Promise<Concluded> {
  const at = ports.clock.now();
  const triedAt = !job.left && noted && noted.attempts > 0 ? noted.at : toIso(at);
  const wait = waitOf(outcome, job.newest, lane.destination, ports.clock);
  await ports.ledger.note(lane.destination.id, job.subject, {
    version,
    attempts: attemptsOf(job.messages, job.left, noted?.attempts),
    reason: outcome.reason,
    at: triedAt,
    until: toIso(at + wait * 1000),
  });
  return { again: wait };
}

interface Answer {
  readonly sending: Sending;
  readonly outcome: Answered;
  readonly at: number;
  readonly left: boolean;
}

async function settle(
  ports: DeliverPorts,
  lane: Lane,
  { sending, outcome, at, left }: Answer,
): Promise<Concluded> {
  const { job, item, readAt, told, address } = sending;
  const { version } = told.event.data;
  const { retiredTo } = address;
  if (retiredTo !== NOBODY && (await retiredToNow(ports, lane, told)) !== retiredTo) return { lost: true };
  const attempts = attemptsOf(job.messages, left);
  const erasing = address.erasing && lane.destination.erase !== undefined;
  const { next, archived } = settledItem(item, { version, outcome, at, readAt, attempts, left, erasing });
  if (!(await ports.ledger.settle(next, archived))) return { lost: true };
  await confirmLater(ports, lane, job, outcome);
  return { announcement: { subject: job.subject, version, outcome, attempts: job.newest.receiveCount, at } };
}

/**
 * What a vendor applies in its own time is sent once more when that time has passed. A confirmation that was neither
 * interrupted nor overtaken asks for no other: nothing it sent can be old.
 */
async function confirmLater(ports: DeliverPorts, lane: Lane, job: Job, outcome: Answered): Promise<void> {
  const { id, limits } = lane.destination;
  if (outcome.kind !== 'delivered' || !outcome.appliedLater || limits.settleAfter === 0) return;
  const { confirming, receiveCount, subject, version } = job.newest;
  if (confirming && receiveCount === 1 && !job.overtaken) return;
  await ports.lanes.force(id, [{ subject, version }], { delaySeconds: Math.min(limits.settleAfter, 900) });
}
