import type { Destination } from '../destinations/destination.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import type { PreferencesChanged } from '../domain/event.ts';
import type { Interest } from '../domain/interest.ts';
import { HOUR } from '../domain/time.ts';
import type { Bus, Clock, Identifiers, Lanes, Ledger, Log, Marks, Records, Vendor } from '../ports.ts';

/** What of a lane is data: all that has to be known of it by whoever does not speak with its vendor. */
export interface LaneFacts {
  readonly destination: Pick<Destination, 'id' | 'title' | 'kind' | 'impact' | 'identifiedBy'>;
  readonly settings: unknown;
  readonly interest: Interest;
  readonly paused: boolean;
  /** It can erase a person; others are told that everything is withdrawn. */
  readonly erases?: boolean;
}

/** One enabled destination with its checked settings. */
export interface Lane extends LaneFacts {
  readonly destination: Destination;
}

/**
 * One message of a lane's queue, parsed. `event` is missing on forced messages: they read the newest record. In the lane
 * of a `watch` the subject is the lane that was reported, and the version when.
 */
export interface LaneMessage {
  readonly id: string;
  readonly subject: string;
  readonly version: number;
  readonly event?: PreferencesChanged;
  /** 1 on the first attempt. */
  readonly receiveCount: number;
  /** When it was put into the queue, ms. */
  readonly sentAt: number;
  /** Put back by redrive, replay, reconcile or a restart: it always sends. */
  readonly force: boolean;
  /** A second look at what a vendor applied in its own time. */
  readonly confirming: boolean;
}

/** What becomes of a message: done, or visible again after so many seconds. */
export interface Disposition {
  readonly id: string;
  readonly again?: number;
}

export interface DeliverPorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'newest' | 'version'>;
  readonly identifiers: Pick<Identifiers, 'holders' | 'suppressed'>;
  readonly ledger: Pick<Ledger, 'read' | 'settle' | 'note' | 'touch'>;
  readonly log: Pick<Log, 'read' | 'replace'>;
  readonly marks: Pick<Marks, 'read'>;
  readonly vendor: Vendor;
  readonly bus: Bus;
  readonly lanes: Pick<Lanes, 'force'>;
  readonly clock: Clock;
  /** Takes a log line for each delivery that is not delivered. Never holds contact data. */
  readonly line?: ((line: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** After this long of retries a delivery is held, and reconcile owns it. */
export const GIVE_UP_AFTER = 6 * HOUR;

/** SQS hides a message for twelve hours at most. A longer wait is held. */
export const LONGEST_WAIT_SECONDS = 11 * 3600;

/** A timed-out request may still arrive; its message does not come back sooner. */
export const TIMED_OUT_SECONDS = 60;

/** Longest a single HTTP exchange may take, token fetch included; a function starts none it cannot finish. */
export const EXCHANGE_MS = 12_000;

/** Seconds until the next attempt: doubling, with jitter, at most a quarter of an hour. */
export const backoff = (receiveCount: number, chance: number): number =>
  Math.ceil(Math.min(900, 2 ** Math.min(receiveCount, 12)) * (0.5 + chance / 2));
