import { isObject } from '../objects.ts';
import type { Is } from './session.ts';

/** What Heed answers, as far as the console shows it: the API's description says all of it. */

export interface Choice {
  readonly topic: string;
  readonly channel: string;
  readonly state: string;
}

export interface Evidence {
  readonly source: string;
  readonly actor: { readonly kind: string; readonly id?: string };
  readonly method: string;
  readonly occurredAt: string;
  readonly claimedAt?: string;
  readonly legalBasis?: string;
  readonly jurisdiction?: string;
  readonly notice?: {
    readonly id: string;
    readonly version: string;
    readonly language: string;
    readonly sha256?: string;
    /** Where its text is kept, if it is. */
    readonly text?: string;
  };
  readonly receivedDigest?: string;
  readonly confirms?: string;
  /** The version whose words this puts right. */
  readonly corrects?: number;
  readonly consentStrings?: { readonly tcf?: string; readonly gpp?: string };
  readonly personal?: Readonly<Record<string, string>>;
}

export interface Row extends Choice {
  readonly because: string;
  readonly occurredAt: string;
  readonly source: string;
  readonly actor: string;
  readonly method: string;
  readonly expiresAt?: string;
  /** The version that brought the word which decided. */
  readonly change?: { readonly version: number };
}

export interface RecordAnswer {
  readonly subject: string;
  readonly version: number;
  readonly recordedAt: string | null;
  readonly choices: readonly Row[];
  readonly stopped: readonly string[];
  readonly preferences: readonly { readonly key: string; readonly value: string }[];
  readonly identifiers: Readonly<Record<string, string>>;
  /** The newest version, where it is not what was stored. */
  readonly broken?: number;
}

export interface Whole {
  readonly version: number;
  readonly broken?: false;
  readonly recordedAt: string;
  readonly change: {
    readonly choices: readonly Choice[];
    readonly preferences: readonly { readonly key: string; readonly value: string }[];
    readonly identifiers: readonly { readonly kind: string; readonly removed: boolean }[];
    /** Set where the use of what is known was restricted, or a restriction lifted. */
    readonly restricted?: boolean;
  };
  readonly evidence: Evidence;
  readonly outcomes: readonly (Choice & { readonly outcome: string; readonly reason?: string })[];
  readonly changed: readonly {
    readonly topic: string;
    readonly channel: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly digest: string;
  readonly previous: string | null;
}

/** One that is not what was stored: only that it is there can be said of it. */
export interface Broken {
  readonly version: number;
  readonly broken: true;
  readonly digest?: string;
}

export type Version = Whole | Broken;

export interface History {
  readonly versions: readonly Version[];
  readonly next?: string;
}

const has =
  <T>(...lists: readonly string[]): Is<T> =>
  (value): value is T =>
    isObject(value) && lists.every((name) => Array.isArray(value[name]));

export const isRecord: Is<RecordAnswer> = has('choices', 'preferences');
export const isHistory: Is<History> = has('versions');

export const isWhole = (version: Version): version is Whole => version.broken !== true;

export interface Found {
  readonly subjects: readonly string[];
}
export const isFound: Is<Found> = has('subjects');

/** What a destination has of a subject, or what became of one version there, or what it had by a moment. */
export interface Delivery {
  readonly destination: string;
  readonly title?: string;
  readonly outcome?: string;
  readonly version?: number;
  readonly at?: string;
  readonly since?: string;
  readonly by?: number;
  readonly reason?: string;
  readonly attempts?: number;
  readonly reference?: string;
  readonly behind?: boolean;
  /** By then it had been given neither this version nor a later one; older ones were not looked at. */
  readonly lookedDownTo?: number;
  /** When the next attempt is due. */
  readonly until?: string;
  /** Attempts that are under way, of what it has now. */
  readonly retrying?: { readonly attempts: number; readonly reason: string; readonly until: string };
}

export interface Deliveries {
  /** The newest there is, or was by then. */
  readonly version?: number;
  readonly deliveries: readonly Delivery[];
}
export const isDeliveries: Is<Deliveries> = has('deliveries');

export interface Recipient {
  readonly destination: string;
  readonly title?: string;
  readonly recipient?: Readonly<Record<string, unknown>> | null;
  readonly firstToldAt?: string | null;
  readonly lastToldAt?: string | null;
  readonly version?: number;
  readonly outcome?: string;
  readonly erases?: string;
  /** What it is told, in words. */
  readonly data?: readonly string[];
}

export interface Recipients {
  readonly recipients: readonly Recipient[];
}
export const isRecipients: Is<Recipients> = has('recipients');

export interface Hit {
  readonly subject: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly source: string;
  readonly actor: string;
  readonly import?: string;
  readonly notice?: string;
  readonly topics: readonly string[];
  readonly channels: readonly string[];
  readonly states: readonly string[];
  /** Its choices, what is sought first; missing where an older Heed listed it. */
  readonly said?: readonly { readonly topic: string; readonly channel: string; readonly state: string }[];
  readonly delivery?: {
    readonly destination: string;
    readonly outcome: string;
    readonly at?: string;
    /** The version that was told in its place. */
    readonly by?: number;
    readonly reason?: string;
  };
}

export interface Search {
  readonly versions: readonly Hit[];
  readonly next?: string;
  /** Null: nothing is indexed yet. */
  readonly indexedUpTo?: string | null;
  readonly searchedBy?: string;
}
export const isSearch: Is<Search> = has('versions');

export interface Audit {
  readonly id: string;
  readonly at: string;
  readonly who: { readonly client: string; readonly person?: string; readonly grant?: string };
  readonly operation: string;
  readonly subject?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly rows: number;
  readonly status: number;
}

export interface Audits {
  readonly audits: readonly Audit[];
  readonly next?: string;
}
export const isAudits: Is<Audits> = has('audits');

interface Act {
  readonly at: string;
  readonly by: string;
}

export interface Grant {
  readonly id: string;
  readonly person: string;
  readonly purpose: string;
  readonly reference?: string;
  readonly subject?: string;
  readonly until: string;
  readonly state: string;
  readonly proposed: Act;
  readonly approved?: Act;
  readonly revoked?: Act;
}

export interface Grants {
  readonly grants: readonly Grant[];
  readonly next?: string;
}
export const isGrants: Is<Grants> = has('grants');

export const isGrant: Is<Grant> = (value): value is Grant =>
  isObject(value) && typeof value['id'] === 'string' && isObject(value['proposed']);

export interface Pack {
  readonly id: string;
  readonly state: string;
  readonly versions: number;
  readonly of?: number;
  readonly bytes: number;
  readonly file?: string;
  readonly reason?: string;
}

export const isPack: Is<Pack> = (value): value is Pack =>
  isObject(value) && typeof value['id'] === 'string' && typeof value['state'] === 'string';

/** How an erasure stands. */
export interface Erasure {
  readonly state: string;
  readonly requestedAt: string;
  readonly due: string;
  readonly erasedAt?: string;
  readonly certificate?: string;
  readonly told: readonly {
    readonly destination: string;
    readonly how: string;
    readonly outcome: string;
    readonly at?: string;
    readonly reason?: string;
  }[];
  readonly remains: readonly { readonly what: string; readonly ground: string }[];
}
export const isErasure: Is<Erasure> = (value): value is Erasure =>
  isObject(value) && Array.isArray(value['told']) && Array.isArray(value['remains']);

/** Legal holds of a person, newest act first. */
export interface Holds {
  readonly standing: boolean;
  readonly entries: readonly {
    readonly action: string;
    readonly at: string;
    readonly by: { readonly client: string; readonly person?: string };
    readonly reason?: string;
    readonly reference?: string;
  }[];
}
export const isHolds: Is<Holds> = (value): value is Holds =>
  isObject(value) && typeof value['standing'] === 'boolean' && Array.isArray(value['entries']);
