import type { Destination } from '../destinations/destination.ts';
import type { Answered, Outcome, RetryOutcome } from '../domain/outcome.ts';
import { toIso, toMs } from '../domain/time.ts';
import type { Clock, DeliveryItem, TrailEntry } from '../ports.ts';
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
 * this one began stays noted: what it sent may yet arrive, and must be sent over even if its queue is lost. The attempts
 * of a note that goes count in the answer: of whoever was sent something it must never be said that nothing was.
 */
export function settledItem(
  item: DeliveryItem,
  settlement: Settlement,
): { readonly next: DeliveryItem; readonly archived?: readonly TrailEntry[] } {
  const { version, outcome, readAt } = settlement;
  const { retrying } = item;
  const stays = retrying && toMs(retrying.until) > readAt;
  const before = stays ? 0 : (retrying?.attempts ?? 0);
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
    ...(stays && { retrying }),
    ...erasedAfter(item, settlement),
    ...(item.shared && { shared: true }),
  };
  return full ? { next, archived: item.trail } : { next };
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
