import type { Destination } from '../destinations/destination.ts';
import { type Answered, type Outcome, REQUEUED, type RetryOutcome } from '../domain/outcome.ts';
import { toIso, toMs } from '../domain/time.ts';
import type { Clock, DeliveryItem, Retrying, TrailEntry } from '../ports.ts';
import { backoff, GIVE_UP_AFTER, type LaneMessage, LONGEST_WAIT_SECONDS, TIMED_OUT_SECONDS } from './lane.ts';

/** Newest trail entries kept in the item itself, so that a settle costs one write unit. */
const TRAIL = 8;

/** An outcome, or held where retrying has gone on too long or would have to wait too long. Age decides, not count. */
export function answeredOrRetry(outcome: Outcome, message: LaneMessage, now: number): Outcome {
  if (outcome.kind !== 'retry') return outcome;
  if (now - message.sentAt > GIVE_UP_AFTER) return { kind: 'held', reason: givenUpFor(outcome.reason) };
  if ((outcome.after ?? 0) > LONGEST_WAIT_SECONDS)
    return { kind: 'held', reason: `long-wait-${outcome.reason}` };
  return outcome;
}

/** Why what is held waits, where retrying came to nothing for now. */
export const givenUpFor = (reason: string): string => `gave-up-${reason}`;

/** Whether what is held waits for nothing but its next turn, and not for somebody. */
export const isGivenUp = (reason: string | undefined): boolean =>
  /^(paused$|gave-up-|long-wait-)/.test(reason ?? '');

/** Seconds until the next attempt. A request that timed out may still arrive, and must have before the next one goes. */
export function waitOf(
  outcome: RetryOutcome,
  message: LaneMessage,
  destination: Destination,
  clock: Clock,
): number {
  const wait = outcome.after ?? backoff(message.receiveCount, clock.chance());
  const least = outcome.timedOut ? Math.max(destination.limits.settleAfter, TIMED_OUT_SECONDS) : 1;
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(wait, least));
}

/** The item of a subject that a destination was never told of. */
export const unknownItem = (subject: string, destination: string): DeliveryItem => ({
  ...{ subject, destination },
  ...{ version: 0, revision: 0, trail: [] },
});

export interface Settlement {
  readonly version: number;
  readonly outcome: Answered;
  /** ms */
  readonly at: number;
  /** When the item was read, before anything was sent, ms. */
  readonly readAt: number;
  /** Of its own messages, this one included. */
  readonly attempts: number;
  /** A request of this attempt may have left. */
  readonly left?: boolean;
  /** It was asked to erase her. */
  readonly erasing?: boolean;
}

/**
 * The item after an answer, and the trail to archive when it was full. Another message's retry that was not due when
 * this one began stays noted: what it sent may yet arrive, and must be sent over even if its queue is lost.
 */
export function settledItem(
  item: DeliveryItem,
  settlement: Settlement,
): { readonly next: DeliveryItem; readonly archived?: readonly TrailEntry[] } {
  const { version, outcome } = settlement;
  const { stays, before } = notedAfter(item, settlement);
  const entry = trailEntry({
    ...settlement,
    attempts: Math.max(settlement.attempts, before + (settlement.left ? 1 : 0)),
  });
  const full = item.trail.length >= TRAIL;
  const next: DeliveryItem = {
    subject: item.subject,
    destination: item.destination,
    version: outcome.kind === 'delivered' ? Math.max(version, item.version) : item.version,
    revision: item.revision + 1,
    answered: { version, outcome: outcome.kind, at: entry.at, ...(entry.reason && { reason: entry.reason }) },
    trail: full ? [entry] : [...item.trail, entry],
    ...(stays && { retrying: stays }),
    ...erasedAfter(item, settlement),
    ...(item.shared && { shared: true }),
  };
  return full ? { next, archived: item.trail } : { next };
}

/**
 * What stays noted, and the attempts of a note that count in the answer: all of one that goes, and of one that put the
 * version back, for those were made before. Of whoever was sent something it must never be said that nothing was.
 */
function notedAfter(
  { retrying }: DeliveryItem,
  { version, readAt }: Settlement,
): { readonly stays?: Retrying; readonly before: number } {
  if (!retrying) return { before: 0 };
  const { until, reason, attempts } = retrying;
  if (toMs(until) <= readAt) return { before: attempts };
  if (reason !== REQUEUED || retrying.version > version) return { stays: retrying, before: 0 };
  return { stays: { ...retrying, attempts: 0 }, before: attempts };
}

function erasedAfter({ erased }: DeliveryItem, { version, outcome, erasing }: Settlement) {
  const last = erasing && outcome.kind === 'delivered' ? version : erased;
  return last === undefined ? {} : { erased: last };
}

export function trailEntry({
  version,
  outcome,
  at,
  attempts,
}: Omit<Settlement, 'readAt' | 'left' | 'erasing'>): TrailEntry {
  return {
    version,
    at: toIso(at),
    attempts,
    outcome: outcome.kind,
    ...('reason' in outcome && { reason: outcome.reason }),
    ...('reference' in outcome && outcome.reference && { reference: outcome.reference }),
  };
}
