/**
 * The words of Heed, one line each. Every other file uses these and no synonyms.
 * Times are ISO 8601 in UTC with milliseconds (`2026-05-01T10:00:00.000Z`), so that they compare as strings.
 */

/** What a person (or a system for them) said about one topic on one channel. */
export type ChoiceState = 'granted' | 'withdrawn' | 'pending';

/** The answer Heed gives: a choice state, or `none` when nobody has spoken. Only `granted` permits. */
export type AnswerState = ChoiceState | 'none';

/** Who acted: the person, an agent on the person's word, a system by itself, or a file of old consents. */
export type ActorKind = 'subject' | 'agent' | 'system' | 'import';

/** `topic × channel → state`. A topic may be a prefix (`acme/*`, `*`) and a channel `*`. */
export interface Choice {
  readonly topic: string;
  readonly channel: string;
  readonly state: ChoiceState;
}

/** A declared key with one of its declared values. */
export interface Preference {
  readonly key: string;
  readonly value: string;
}

/** The text that was shown: which, in what language, and the SHA-256 (lower-case hex) of its exact bytes. */
export interface Notice {
  readonly id: string;
  readonly version: string;
  readonly language: string;
  readonly sha256: string;
}

/** Strings of the IAB's frameworks, checked by their own library when they came in. */
export interface ConsentStrings {
  /** Transparency and Consent Framework 2.3. */
  readonly tcf?: string;
  /** Global Privacy Platform. */
  readonly gpp?: string;
}

/** Proof of one change. Never contact data: personal parts are sealed (`personal`). */
export interface Evidence {
  readonly source: string;
  readonly actor: { readonly kind: ActorKind; readonly id?: string };
  readonly method: string;
  /** When the person chose, clamped to the time of receipt if the claim lay in the future. */
  readonly occurredAt: string;
  /** The caller's time, kept when it was clamped. */
  readonly claimedAt?: string;
  readonly legalBasis?: string;
  readonly jurisdiction?: string;
  readonly notice?: Notice;
  /** SHA-256 (lower-case hex) of what a vendor sent: the body of its notice, or of its reply to a poll. */
  readonly receivedDigest?: string;
  /** Of a grant that confirms a request (double opt-in): the id of the change that asked for it. */
  readonly confirms?: string;
  /** Of a rectification: the version whose words it puts right. */
  readonly corrects?: number;
  /** Consent strings a site showed beside the choice, as they came: evidence, and never a choice. */
  readonly consentStrings?: ConsentStrings;
  /** Ciphertext of IP, user agent and comment, where the configuration keeps them, and of what a person herself is called. */
  readonly personal?: string;
}

/** One identifier as a change states it: sealed, or null where it was removed. */
export interface IdentifierChange {
  readonly kind: string;
  /** Hash of the normalised value under the subject's own key (hex), which dies with that key; null for a removal. */
  readonly hash: string | null;
  /** AES-256-GCM ciphertext under the subject's key, or null for a removal. */
  readonly sealed: string | null;
}

/** A change after the edge: validated, normalised, sealed, with its evidence complete. */
export interface Change {
  readonly choices: readonly Choice[];
  readonly preferences: readonly Preference[];
  readonly identifiers: readonly IdentifierChange[];
  /** Restriction of processing (GDPR 18) asked for, or lifted. */
  readonly restricted?: boolean;
  readonly evidence: Evidence;
}

/** What became of one choice of a change. `unchanged`: no answer moved (its evidence is kept all the same). */
export interface ChoiceOutcome extends Choice {
  readonly outcome: 'applied' | 'unchanged' | 'superseded' | 'refused';
  readonly reason?: string;
}

/** An answer that moved with a version. */
export interface AnswerChange {
  readonly topic: string;
  readonly channel: string;
  readonly from: AnswerState;
  readonly to: AnswerState;
}

/**
 * `person` (subject or agent) · `system:<source>` (system or import) · `pending`.
 * Each speaker has registers of its own; nobody overwrites another's words.
 */
export type Speaker = 'person' | 'pending' | `system:${string}`;

/** The newest thing a speaker said under this key. Two stand side by side only where two changes said them at one instant. */
export interface ChoiceEntry extends Choice {
  readonly speaker: Speaker;
  readonly occurredAt: string;
  /** Id of the change that said it; `record.evidence[change]` holds its evidence. */
  readonly change: string;
}

export interface PreferenceEntry extends Preference {
  readonly speaker: Speaker;
  readonly occurredAt: string;
  readonly change: string;
}

export interface IdentifierEntry extends IdentifierChange {
  readonly occurredAt: string;
  readonly change: string;
}

/** Whether what is known of a person may be used: the newest word counts, and of two at one instant the restriction. */
export interface RestrictionEntry {
  readonly restricted: boolean;
  readonly occurredAt: string;
  readonly change: string;
}

/** Everything a subject's versions add up to, independent of the order they arrived in. Arrays are sorted. */
export interface HeedRecord {
  readonly choices: readonly ChoiceEntry[];
  readonly preferences: readonly PreferenceEntry[];
  readonly identifiers: readonly IdentifierEntry[];
  /** Missing where nobody has asked for any. */
  readonly restriction?: RestrictionEntry;
  /** Evidence of the changes that the entries above refer to, by change id. */
  readonly evidence: Readonly<Record<string, Evidence>>;
}

/**
 * What an erasure leaves on the newest version, so that whoever writes next knows it without another read. It is no part of
 * the record. `erasing`: only stops are taken. `unconfirmed`: an address that had been erased came back and is suppressed
 * until she confirms it, and so is every grant; or a broken version may have brought one, and the next grant looks. `open`:
 * nothing stands in the way (any more).
 */
export interface Standing {
  readonly state: 'erasing' | 'unconfirmed' | 'open';
  /** Ids of keys that erasures destroyed, the newest four: what a process still seals with one of them is sealed anew. */
  readonly destroyed?: readonly string[];
}

/** One stored version: the record, its history and its outbox in one document. */
export interface Version {
  readonly subject: string;
  readonly version: number;
  /** When Heed stored it: max(now, previous version's + 1 ms). */
  readonly recordedAt: string;
  readonly change: Change;
  readonly outcomes: readonly ChoiceOutcome[];
  readonly changed: readonly AnswerChange[];
  readonly record: HeedRecord;
  /** By the id of each change that the record's evidence holds: the version that brought it. */
  readonly origins: Readonly<Record<string, number>>;
  /** Missing on a subject whose erasure nobody ever asked for. */
  readonly standing?: Standing;
  /** SHA-256 (hex) of the predecessor's canonical document, null for version 1. */
  readonly previous: string | null;
}

/** One row of the resolved state: a catalogue topic × channel that has an answer, with where it came from. */
export interface StateRow {
  readonly topic: string;
  readonly channel: string;
  readonly state: ChoiceState;
  readonly occurredAt: string;
  readonly source: string;
  readonly actor: ActorKind;
  readonly method: string;
  readonly legalBasis?: string;
  readonly notice?: { readonly id: string; readonly version: string; readonly language: string };
  /** Set on a grant that will run out, on the withdrawal that its running out amounts to, and on a request that will lapse. */
  readonly expiresAt?: string;
}

/** The whole resolved state: what every destination is told. */
export interface ResolvedState {
  readonly choices: readonly StateRow[];
  /** Channels on which one word of the person's has withdrawn every topic there is. */
  readonly stopped: readonly string[];
  readonly preferences: readonly Preference[];
}
