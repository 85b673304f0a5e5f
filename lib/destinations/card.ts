/**
 * What people must know of a destination before they use it, for `docs/destinations.md`. It stands beside the definition,
 * in `lib/destinations/<id>/card.ts`, and is in no bundle. Whole sentences; facts with the page they come from.
 */
export interface Card {
  /** What the system is, in a sentence, and anything to know before choosing it, such as an announced end of life. */
  readonly about: string;
  /** Choices it has objects of its own for. */
  readonly native: readonly string[];
  /** Choices it holds only in fields that somebody must add. */
  readonly custom: readonly string[];
  /** What cannot be said to it at all. */
  readonly cannot: readonly string[];
  /** Credentials and scopes to ask its administrator for, and what to set up there. */
  readonly access: readonly string[];
  /** Limits it publishes. */
  readonly limits: readonly string[];
  /** Its fields, and what evidence goes into them; empty where it has none. */
  readonly evidence: readonly string[];
  /** How it reports its own unsubscribes, and what to set up for that. */
  readonly reports: readonly string[];
  /** Of one that can erase: what is done there, what stays, and what to ask for. */
  readonly erased?: readonly string[];
  readonly confirmed: readonly { readonly fact: string; readonly source: string }[];
  /** What nobody confirmed, and the setting that decides it. */
  readonly unconfirmed: readonly { readonly doubt: string; readonly setting?: string }[];
}
