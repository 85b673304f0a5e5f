import type { EventType } from './domain/event.ts';
import type { Interest } from './domain/interest.ts';
import type { Health } from './domain/lane-standing.ts';
import type { Answered } from './domain/outcome.ts';
import type { Named } from './record-ports.ts';

export type {
  Findable,
  HashedName,
  Identifiers,
  IdentifiersItem,
  IdentifiersMove,
  Page,
  Recorded,
  Records,
  SealedIdentifier,
  Stored,
  StoredRaw,
  Suppressed,
} from './record-ports.ts';
export type { Request, Sent, Vendor } from './vendor-ports.ts';

/** Time and chance, passed in so that tests own them. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly chance: () => number;
}

/** Personal fields: AES-256-GCM under a key per subject, and keyed hashes for looking up. */
export interface Seals {
  /** Makes the subject's key on first use. */
  readonly seal: (subject: string, text: string) => Promise<string>;
  /** Undefined where the subject's key has been destroyed. */
  readonly open: (subject: string, sealed: string) => Promise<string | undefined>;
  /** Keyed hash of a normalised identifier, hex: one for everybody, what identifiers are found by. */
  readonly hash: (kind: string, value: string) => Promise<string>;
  /** The same under the subject's own key: what versions hold, and nothing once that key is destroyed. */
  readonly ownHash: (subject: string, kind: string, value: string) => Promise<string>;
  /** Id of the key that sealed it. */
  readonly keyOf: (sealed: string) => string;
  /** Drops the subject's key from this process: it has been destroyed. */
  readonly forget: (subject: string) => void;
}

/** What guards the service key: KMS on AWS, a file locally. */
export interface Wrapping {
  /** A new 256-bit key, plain and wrapped. */
  readonly generate: () => Promise<{ readonly plain: Uint8Array; readonly wrapped: Uint8Array }>;
  readonly unwrap: (wrapped: Uint8Array) => Promise<Uint8Array>;
}

/** Secrets by name, as parsed JSON; undefined where there is none. Kept for five minutes. */
export interface Secrets {
  readonly read: (name: string) => Promise<unknown>;
  /** Reads again at once: the secret kept was refused. */
  readonly refresh: (name: string) => Promise<unknown>;
}

export interface TrailEntry {
  readonly version: number;
  readonly at: string;
  /** In which a request may have left Heed; 0 where none has. */
  readonly attempts: number;
  readonly outcome: Answered['kind'];
  readonly reason?: string;
  readonly reference?: string;
}

/** What one destination has of one subject, and what was answered. */
export interface DeliveryItem {
  readonly subject: string;
  readonly destination: string;
  /** Highest version delivered; 0 for none. */
  readonly version: number;
  /** Counts settles: the compare-and-set that makes delivery converge. */
  readonly revision: number;
  readonly answered?: {
    readonly version: number;
    readonly outcome: Answered['kind'];
    readonly reason?: string;
    readonly at: string;
  };
  /** Newest 8; older ones are moved to items of their own. */
  readonly trail: readonly TrailEntry[];
  /** Somebody is at it: not a gap to be filled before `until`. */
  readonly retrying?: Retrying;
  /** The next message must send whatever it finds here: an attempt may have died after sending. */
  readonly open?: boolean;
  /** The newest version with which it was asked to erase her, and did; others told it that everything is withdrawn. */
  readonly erased?: number;
  /**
   * Somebody else goes by one of its addresses, or did. Identifiers that say nobody does are older than this item, for
   * one request reads both in no order: they are read again.
   */
  readonly shared?: boolean;
}

export interface Retrying {
  readonly version: number;
  /** In which a request may have left Heed. */
  readonly attempts: number;
  readonly reason: string;
  /** When it was last tried; with no attempts, when it was noted. */
  readonly at: string;
  readonly until: string;
}

/** An opened address of a subject. */
export interface OpenIdentifier {
  readonly kind: string;
  readonly value: string;
  readonly hash: string;
  /** Other subjects go by it too. */
  readonly shared: boolean;
  /** Set on an address the person no longer uses: the version that retired it. */
  readonly retiredSince?: number;
}

/** Answers that are listed by destination: what was not done, whoever has to act on it. */
export type StuckOutcome = Exclude<Answered['kind'], 'delivered'>;

/** The deliveries ledger. */
export interface Ledger {
  /** Delivery items and opened identifiers of many subjects, strongly consistent, in as few requests as possible. */
  readonly read: (
    destination: string,
    subjects: readonly string[],
  ) => Promise<
    ReadonlyMap<string, { readonly item: DeliveryItem; readonly identifiers: readonly OpenIdentifier[] }>
  >;
  /** Stores the item if its predecessor's revision still stands; `archived` moves a full trail away in the same write. */
  readonly settle: (item: DeliveryItem, archived?: readonly TrailEntry[]) => Promise<boolean>;
  /** Raises the item's revision: whoever is sending for this subject must look again before it may settle. Says `shared`. */
  readonly touch: (destination: string, subject: string) => Promise<void>;
  /**
   * Notes that a delivery is being retried, and raises the revision: what it sent may have overtaken somebody. Of two
   * notes the one with the later `until` stands, but for one that says it was put back; attempts never fall. Never
   * touches version or answer.
   */
  readonly note: (destination: string, subject: string, retrying: Retrying) => Promise<void>;
  /** Notes what is about to be put back, if the item still has the revision that was read. */
  readonly putBack: (
    item: Pick<DeliveryItem, 'subject' | 'destination' | 'revision'>,
    retrying: Retrying,
  ) => Promise<boolean>;
  /** Items of many subjects without their identifiers. */
  readonly items: (
    destination: string,
    subjects: readonly string[],
  ) => Promise<ReadonlyMap<string, DeliveryItem>>;
  /** How many answers of a kind stand at this destination. */
  readonly count: (destination: string, outcome: 'held' | 'failed' | 'needs-user-action') => Promise<number>;
  /**
   * Every subject settled since (ms) or noted as being retried, at any destination. Reads the whole table: for an
   * engine whose queues died.
   */
  readonly settledSince: (since: number) => AsyncIterable<Named & { readonly destination: string }>;
  /** Everything known of one subject's deliveries: items, logged versions, older trails; or the items only, which are few. */
  readonly ofSubject: (subject: string, only?: 'items') => Promise<SubjectDeliveries>;
  /** Subjects whose answer at this destination is `outcome`, oldest first or newest, from `after` (a cursor) on. */
  readonly answeredWith: (
    destination: string,
    outcome: StuckOutcome,
    page: { readonly after?: string; readonly limit: number; readonly newestFirst?: boolean },
  ) => Promise<{
    readonly items: readonly { readonly subject: string; readonly version?: number; readonly at: string }[];
    readonly next?: string;
  }>;
}

export interface SubjectDeliveries {
  readonly items: readonly DeliveryItem[];
  readonly logged: readonly LogEntry[];
  readonly archived: readonly { readonly destination: string; readonly trail: readonly TrailEntry[] }[];
}

/** One version at one `log` destination. `retry`: somebody is at it, and `at` is when the next attempt is due. */
export interface LogEntry extends Omit<TrailEntry, 'outcome'> {
  readonly subject: string;
  readonly destination: string;
  readonly outcome: Answered['kind'] | 'retry';
  /** When a request about it first left, and last, whatever was answered since. */
  readonly sent?: { readonly first: string; readonly last: string };
  /** Of an answer that is being tried again: when the next attempt is due. */
  readonly until?: string;
}

/** The ledger of destinations (and of the bus) that are told every version. */
export interface Log {
  /** Entries of the given versions that exist, by `<subject>:<version>`. Strongly consistent. */
  readonly read: (destination: string, versions: readonly Named[]) => Promise<ReadonlyMap<string, LogEntry>>;
  /** Adds entries; one that says `delivered` is never replaced. `expires`: ms after which the entry may be dropped. */
  readonly write: (entries: readonly LogEntry[], expires?: number) => Promise<void>;
  /** Puts an entry in the place of the one that was read, or of none; not if somebody else has been there since. */
  readonly replace: (entry: LogEntry, before: LogEntry | undefined) => Promise<boolean>;
}

/** Reconcile's own memory per lane. */
export interface LaneMark {
  /** Every version recorded before this (ms) is answered. */
  readonly lowWater: number;
  /** Digest of the settings and secret the lane last ran with. */
  readonly setup: string;
  /** How the lane fared when it was last looked at; missing where it has never been in trouble. */
  readonly health?: Health;
  /** What the lane is, and all it ever cared about: it may be disabled one day, or care about less. */
  readonly told?: { readonly title: string; readonly kind: 'state' | 'log'; readonly interest: Interest };
}

export interface Marks {
  readonly read: (lane: string) => Promise<LaneMark | undefined>;
  readonly write: (lane: string, mark: LaneMark) => Promise<void>;
}

/** One event for the bus, before its envelope. */
export interface BusEntry {
  readonly type: EventType;
  readonly time: string;
  readonly detail: object;
}

export interface Bus {
  /** At most ten at a time; tells which were not taken. */
  readonly put: (entries: readonly BusEntry[]) => Promise<readonly boolean[]>;
}

/** Lane queues. */
export interface Lanes {
  /**
   * Forced messages: each makes the lane send the newest record (a `log` lane: exactly that version). A confirmation
   * comes later, marked `"confirming": true`, and asks for no other.
   */
  readonly force: (
    destination: string,
    messages: readonly { readonly subject: string; readonly version: number }[],
    confirmation?: { readonly delaySeconds: number },
  ) => Promise<void>;
  /** Messages waiting to be taken, about. */
  readonly waiting: (destination: string) => Promise<number>;
  /** Hides a received message for so many seconds from now (at most 12 h from its receipt). */
  readonly delay: (destination: string, receiptHandle: string, seconds: number) => Promise<void>;
}
