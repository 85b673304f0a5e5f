import type { About } from './domain/event.ts';
import type { Facts } from './domain/facts.ts';
import type { Version } from './domain/vocabulary.ts';

/** A version as the store keeps it. */
export interface Stored {
  readonly version: Version;
  /** The version's RFC 8785 canonical JSON: stored as it is, so that anybody can check the digest. */
  readonly document: string;
  /** SHA-256 (hex) of `document`. */
  readonly digest: string;
  /** Digests of the newest 64 idempotency keys, see `domain/idempotency.ts`. */
  readonly remembered: readonly string[];
}

/** What a version is found by later. */
export interface Findable {
  readonly about: About;
  /** When the first of its grants will run out, if one will: what `expiringOn` lists it under. */
  readonly expiresAt?: string;
}

/** What a version goes by. */
export type Named = { readonly subject: string; readonly version: number };

/** A version as the index by time lists it. */
export interface Recorded extends Named {
  readonly recordedAt: string;
  readonly about: About;
  /** Missing where the item is not as Heed writes it. */
  readonly digest?: string;
  readonly facts?: Facts;
}

/** A version item as it is found, whether or not it can be relied on. */
export interface StoredRaw {
  readonly version: number;
  /** As its document says; of one that is broken, as its item says. */
  readonly recordedAt?: string;
  readonly document?: string;
  readonly digest?: string;
  /** The document is not what the digest says, or is no version of this subject and number. */
  readonly broken: boolean;
  /** Only of one that is not broken. */
  readonly stored?: Stored;
}

export interface Page {
  /** Only versions below this one. */
  readonly below?: number;
  readonly limit: number;
}

/** Versions: the record, its history and its outbox. */
export interface Records {
  /** The newest version, strongly consistent; undefined for a subject nobody has spoken of. */
  readonly newest: (subject: string) => Promise<Stored | undefined>;
  readonly version: (subject: string, version: number) => Promise<Stored | undefined>;
  /** Stores a version, with the identifiers it moves in the same transaction. False: another writer took the number. */
  readonly append: (stored: Stored, findable: Findable, identifiers?: IdentifiersMove) => Promise<boolean>;
  /** Newest first, at most `limit`, only versions below `below`. */
  readonly history: (subject: string, page: Page) => Promise<readonly Stored[]>;
  /** The same for whoever must see broken versions too: as they are stored, whatever became of them. */
  readonly raw: (subject: string, page: Page) => Promise<readonly StoredRaw[]>;
  /** Of these versions those that there are, as they are stored, in no order. Strongly consistent. */
  readonly several: (subject: string, versions: readonly number[]) => Promise<readonly StoredRaw[]>;
  /**
   * Numbers of the versions that were recorded late (`domain/late.ts`) and tell of `moment` (ISO) or earlier. Strongly
   * consistent.
   */
  readonly late: (subject: string, moment: string) => Promise<readonly number[]>;
  /** Versions recorded in one minute (ms of its start), all shards, in no order. Eventually consistent. */
  readonly recordedIn: (minute: number) => Promise<readonly Recorded[]>;
  /** Subjects whose earliest grant runs out on that day (ms of its start), with the time. May list some no longer true. */
  readonly expiringOn: (
    day: number,
  ) => Promise<readonly { readonly subject: string; readonly expiresAt: string }[]>;
}

/** An identifier as stored: the value is ciphertext under the subject's key. */
export interface SealedIdentifier {
  readonly kind: string;
  readonly hash: string;
  readonly sealed: string;
}

/** What one subject goes by now, and what destinations must still be told is no longer theirs. */
export interface IdentifiersItem {
  /** 0 for a subject without any; each move raises it by one. */
  readonly revision: number;
  readonly current: readonly (SealedIdentifier & { readonly shared: boolean })[];
  /** `since`: the version that retired it; forgotten once every destination has answered that version. */
  readonly retired: readonly (SealedIdentifier & { readonly since: number })[];
}

/** What an identifier goes by in the store. */
export interface HashedName {
  readonly kind: string;
  readonly hash: string;
}

/** An identifier that was erased, and may be told nothing until its owner has confirmed it. */
export interface Suppressed extends HashedName {
  /** Erased subjects still counted among those who go by it, because others did when they were: their stop holds for all. */
  readonly kept: readonly string[];
  /** The same value under other kinds of its type: suppressed with it, and lifted with it. */
  readonly also?: readonly HashedName[];
}

/**
 * How a version moves identifiers: the new item (its revision is the one read + 1) and what the index gains and loses,
 * compared with `current` as read. Whether a gained one is shared is found out by the store.
 */
export interface IdentifiersMove {
  readonly item: IdentifiersItem;
  readonly gained: readonly HashedName[];
  readonly lost: readonly HashedName[];
  /** Suppressed ones that are gained all the same. What was suppressed since they were admitted is not gained. */
  readonly admitted?: readonly HashedName[];
  /** Suppressed until now, and confirmed with this version. */
  readonly lifted?: readonly HashedName[];
  /** Lost by the last living one who went by it: whoever was still counted there no longer is. */
  readonly ended?: readonly HashedName[];
  /** Of somebody who was erased once: at what she loses and is still suppressed she stays counted, if others go by it. */
  readonly stops?: boolean;
}

/** Who goes by what. */
export interface Identifiers {
  readonly of: (subject: string) => Promise<IdentifiersItem>;
  /** Subjects that go by this identifier now, at most `limit`. */
  readonly holders: (kind: string, hash: string, limit: number) => Promise<readonly string[]>;
  /** Those of these that are suppressed. Strongly consistent. */
  readonly suppressed: (names: readonly HashedName[]) => Promise<readonly Suppressed[]>;
}
