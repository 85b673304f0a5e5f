import type { Answered, Outcome } from '../domain/outcome.ts';

/** A vendor's answer. `body` is parsed JSON where the vendor said so, text otherwise. Header names are lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface CallBase {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Below the destination's endpoint, with its query; absolute where the vendor has a second host, out of settings alone.
   * Percent-encoded. Never logged.
   */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What follows is said even where this finds nobody: a person who is known by two keys may be missing under one. */
  readonly goesOn?: boolean;
  /** A look-up that the vendor takes by another method than `GET`: alone it tells nobody anything either. */
  readonly lookup?: true;
  /**
   * Where the vendor takes the work and tells later how it went: the request that asks. Its reply takes the place of the
   * one before, until this gives undefined; the last one is interpreted, split, and handed to `next`.
   */
  readonly follow?: (reply: Reply) => FollowUp | undefined;
}

export interface FollowUp extends Omit<CallBase, 'follow' | 'lookup' | 'goesOn'> {
  readonly body?: unknown;
  /** Milliseconds to wait before it is sent. */
  readonly pause?: number;
}

/** One request for one subject. `next` turns its reply into the calls that follow (a lookup, then a write). */
export interface SingleCall extends CallBase {
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown;
  /**
   * Reads this call's own reply, before the destination's `interpret`: what a 404 means hangs on what was asked. Of a
   * reading that is `delivered`, `next` goes on.
   */
  readonly interpret?: (reply: Reply) => Outcome | undefined;
  readonly next?: (reply: Reply) => readonly Call[];
}

/**
 * Items that may share a request with other subjects' items: calls of the same method, path, headers and group are joined, at most
 * `limits.batch` items a request. `split` gives each item its own outcome, in order; undefined where the shared
 * reading of the reply (status, `interpret`) holds for all.
 */
export interface BatchCall extends CallBase {
  readonly items: readonly unknown[];
  /** Keeps calls apart that share a path and wrap their items differently. */
  readonly group?: string;
  readonly wrap: (items: readonly unknown[]) => unknown;
  readonly split: (reply: Reply, items: readonly unknown[]) => readonly Outcome[] | undefined;
}

/** No request: an outcome that is known without one, such as a lookup that found nobody. Counts like a call's. */
export interface KnownOutcome {
  readonly outcome: Answered;
}

/** Data, safe to repeat. No I/O happens where calls are made. Sent in the order given. */
export type Call = SingleCall | BatchCall | KnownOutcome;
