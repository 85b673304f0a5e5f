import type { Auditor } from '../audit-ports.ts';
import type { Findable, IdentifiersItem, Stored, Suppressed } from '../ports.ts';
import type { Fate } from './fate.ts';

/** What one destination made of an erasure. */
export interface ErasureTold extends Pick<Fate, 'at' | 'reason' | 'reference'> {
  readonly outcome: Exclude<Fate['outcome'], 'not-told' | 'unknown'>;
  readonly destination: string;
  /** What it was asked to do: to erase the person, or to stop writing to her. Of one that has done it, what it has done. */
  readonly how: 'erase' | 'suppress';
}

/**
 * One erasure. `telling`: everything is withdrawn, and the destinations are told. `erased`: the key is destroyed; its
 * certificate is on its way. `stopped`: by a legal hold, and it has to be asked for again.
 */
export interface Erasure {
  readonly id: string;
  readonly state: 'telling' | 'erased' | 'done' | 'stopped';
  readonly requestedAt: string;
  /** When the person has to have her answer. */
  readonly due: string;
  /** So long destinations are waited for; what they have not done by then is an exception, by name. */
  readonly until: string;
  readonly by: Auditor;
  /** Of what was kept for an address alone: the subject with whom it is erased, whose holds count for it too. */
  readonly with?: string;
  readonly reason?: string;
  readonly reference?: string;
  /** The version that withdrew everything and tells the destinations; missing until it is stored. */
  readonly version?: number;
  /** What was sent before it rests from then on: from its own time, unless that is dated forward. */
  readonly since?: string;
  /** How many holds had been placed on the subject when it began: one that came after stops it, also once it is released. */
  readonly placed?: number;
  /** Said again, because somebody who shared an address of hers has given it up since a destination was told of it. */
  readonly repeated?: boolean;
  /** As it stood when the key was destroyed. */
  readonly told: readonly ErasureTold[];
  readonly erased?: {
    readonly version: number;
    /** By the clock: the version itself may be dated forward. */
    readonly at: string;
    /** Digest of that version: the end of the chain. */
    readonly digest: string;
    /** Kinds of identifier that are suppressed from now on. */
    readonly suppressed: readonly string[];
  };
  /** Compact JWS, also in the archive. */
  readonly certificate?: string;
}

/** `refused`: an erasure was asked for while a hold stood. */
export interface HoldEntry {
  readonly action: 'place' | 'release' | 'refused';
  readonly at: string;
  readonly by: Auditor;
  /** A code: what is kept here outlives an erasure, and says nothing about the person. */
  readonly reason?: string;
  readonly reference?: string;
}

/** What is under way, or was, about one person's rights. */
export interface RightsCase {
  readonly subject: string;
  /** 0 before it is written first; every write raises it by one. */
  readonly revision: number;
  readonly erasure?: Erasure;
  readonly holds: readonly HoldEntry[];
}

export const isOnHold = ({ holds }: Pick<RightsCase, 'holds'>): boolean =>
  holds.findLast(({ action }) => action !== 'refused')?.action === 'place';

export const placedOn = ({ holds }: Pick<RightsCase, 'holds'>): number =>
  holds.filter(({ action }) => action === 'place').length;

/** A hold stands, or was placed since its erasure began. */
export const isHeld = (rightsCase: RightsCase): boolean =>
  isOnHold(rightsCase) || placedOn(rightsCase) > (rightsCase.erasure?.placed ?? placedOn(rightsCase));

/** Something is still to be done. */
export const isOpen = (erasure: Erasure | undefined): erasure is Erasure =>
  erasure?.state === 'telling' || erasure?.state === 'erased';

/** All that an erasure writes, at once: the last version, nothing it goes by, the suppressions, no key, the case. */
export interface Erasing {
  readonly stored: Stored;
  readonly findable: Findable;
  /** As it was read. */
  readonly identifiers: IdentifiersItem;
  readonly suppress: readonly Omit<Suppressed, 'kept'>[];
  readonly rightsCase: RightsCase;
  /** The case of the subject with whom she is erased, as it was read: it must still stand, too. */
  readonly owner?: RightsCase | undefined;
}

export interface RightsCases {
  readonly of: (subject: string) => Promise<RightsCase>;
  /** Writes it if its predecessor still stands, and lists it among the open ones or no longer. */
  readonly write: (rightsCase: RightsCase) => Promise<boolean>;
  /** In one transaction, if version, identifiers and case still stand as they were read: no hold can have come between. */
  readonly erase: (erasing: Erasing) => Promise<boolean>;
  /** Subjects with an erasure that is not finished. */
  readonly open: () => Promise<readonly string[]>;
}
