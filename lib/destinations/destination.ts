import type * as z from 'zod';
import type { PreferencesChanged } from '../domain/event.ts';
import type { Answered, Outcome } from '../domain/outcome.ts';
import type { ChoiceState, Preference, StateRow } from '../domain/vocabulary.ts';

/** What `translate` is given: one subject's whole state, at one address where the destination keys by address. */
export interface Delivery {
  readonly subject: string;
  readonly version: number;
  readonly recordedAt: string;
  /** Values of the kinds in `identifiedBy` that the subject has; a retired address comes alone. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** True when the address is one the person no longer uses: its rows say withdrawn. */
  readonly retired: boolean;
  /** Only rows the destination cares about, only granted or withdrawn: silence is left out. */
  readonly choices: readonly DeliveryRow[];
  readonly preferences: readonly Preference[];
  /**
   * Channels on which the person's newest words are a withdrawal of everything (`*`) and nothing was granted since;
   * union over the subjects that share the address, empty for a retired one. A vendor's global stop may rest on
   * nothing less: topics withdrawn one by one never add up to it.
   */
  readonly stoppedAll: readonly string[];
  /** The event itself; what a `log` destination sends. */
  readonly event: PreferencesChanged;
}

export type DeliveryRow = StateRow & { readonly state: Exclude<ChoiceState, 'pending'> };

/** A vendor's answer. `body` is parsed JSON where the vendor said so, text otherwise. Header names are lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface CallBase {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the destination's endpoint, with its query. Percent-encoded. Never logged. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request for one subject. `next` turns its reply into the calls that follow (a lookup, then a write). */
export interface SingleCall extends CallBase {
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown;
  readonly next?: (reply: Reply) => readonly Call[];
}

/**
 * Items that may share a request with other subjects' items: calls of the same method and path are joined, at most
 * `limits.batch` items a request. `split` gives each item its own outcome, in order; undefined where the shared
 * reading of the reply (status, `interpret`) holds for all.
 */
export interface BatchCall extends CallBase {
  readonly items: readonly unknown[];
  readonly wrap: (items: readonly unknown[]) => unknown;
  readonly split: (reply: Reply, items: readonly unknown[]) => readonly Outcome[] | undefined;
}

/** No request: an outcome that is known without one, such as a lookup that found nobody. Counts like a call's. */
export interface KnownOutcome {
  readonly outcome: Answered;
}

/** Data, safe to repeat. No I/O happens where calls are made. Sent in the order given. */
export type Call = SingleCall | BatchCall | KnownOutcome;

/**
 * How a request proves who sends it. Data and pure functions; `lib/http` carries it out and caches tokens.
 * Written as methods, here and below, so that one registry holds destinations of every settings and secret type:
 * what is passed in is always what the destination's own schema parsed.
 */
export type Auth<K> =
  | { readonly kind: 'bearer'; token(secret: K): string }
  | {
      readonly kind: 'basic';
      credentials(secret: K): { readonly user: string; readonly password: string };
    }
  | {
      readonly kind: 'header';
      header(secret: K): { readonly name: string; readonly value: string };
    }
  | {
      readonly kind: 'oauth-client-credentials';
      /** `url`: absolute, or below the endpoint where it starts with a slash. */
      token(secret: K): {
        readonly url: string;
        readonly form: Readonly<Record<string, string>>;
      };
      /** Seconds a token is trusted where the reply has no `expires_in`. */
      readonly lifetime: number;
    }
  | {
      readonly kind: 'signed';
      sign(request: SignedRequest, secret: K): Readonly<Record<string, string>>;
    };

/** What a signature covers. `id` is the same over all retries of one delivery; `timestamp` is in seconds. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly id: string;
  readonly timestamp: number;
}

/** A vendor's webhook as it came in. Header names are lower case; `url` is the public one the vendor called. */
export interface InboundNotice {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One thing a vendor's notice says about one person. */
export interface ReportedChoice {
  readonly identifier: { readonly kind: string; readonly value: string };
  readonly topic: string;
  readonly channel: string;
  readonly state: 'granted' | 'withdrawn';
  /** The vendor's time. */
  readonly occurredAt: string;
  readonly method: string;
}

/** How a vendor's own unsubscribes come in: how the signature is checked, and what a notice means. */
export interface Receive<S, K> {
  /** HMAC-SHA256 over `signed`, compared in constant time by shared code. */
  readonly signature: {
    readonly header: string;
    readonly encoding: 'base64' | 'hex';
    keys(secret: K): readonly string[];
    signed(notice: InboundNotice): string;
    /** Header with the sending time in ms and how old it may be, in seconds. */
    readonly timestamp: { readonly header: string; readonly tolerance: number };
  };
  /** Choices, or a message of what is wrong with the body. Facts that mean nothing to Heed are left out. */
  changes(body: unknown, settings: S): readonly ReportedChoice[] | { readonly invalid: string };
}

/** A destination: what it is, what it cares about, how it is told. Data and pure functions only. */
export interface Destination<S = unknown, K = unknown> {
  /** File name = construct id = ledger key. */
  readonly id: string;
  readonly title: string;
  /** `state`: told the newest whole state. `log`: told every version, each once with effect. */
  readonly kind: 'state' | 'log';
  /** Kinds of identifier it can be addressed by; one is enough. Empty: it needs none. */
  readonly identifiedBy: readonly string[];
  /** Channels it has, or `all`. */
  readonly channels: readonly string[] | 'all';
  readonly limits: {
    readonly perSecond: number;
    /** Workers at once, at least 2. */
    readonly concurrency: number;
    /** Items in one request. */
    readonly batch: number;
    /** Seconds after which an accepted or timed-out request has certainly taken effect or never will. */
    readonly settleAfter: number;
  };
  /** What breaks for people while this destination is not told; the alarm's text. */
  readonly impact: string;
  readonly settings: z.ZodType<S>;
  readonly secret: z.ZodType<K>;
  /** Catalogue topics the settings map, or `all`. What is not mapped is left alone at the vendor. */
  topics(settings: S): readonly string[] | 'all';
  /** Base URL; a call's path is appended to it as it is. */
  endpoint(settings: S, secret: K): string;
  readonly auth: Auth<NoInfer<K>>;
  translate(delivery: Delivery, settings: S): readonly Call[];
  /** Where 2xx is not success or 4xx not failure; undefined leaves it to the status. */
  readonly interpret?: (reply: Reply) => Outcome | undefined;
  readonly receive?: Receive<S, K>;
}

/** Gives a definition its types: `settings` and `secret` flow into the functions. */
export const defineDestination = <S, K>(destination: Destination<S, K>): Destination<S, K> => destination;

/** A choice's evidence in one line, for a vendor's free-text field: it holds no contact data. */
export function evidenceLine({ subject, version }: Delivery, row: DeliveryRow): string {
  const { source, method, occurredAt, notice } = row;
  const shown = notice ? [`notice ${notice.id} ${notice.version} ${notice.language}`] : [];
  return [source, method, occurredAt, ...shown, `${subject}:${version}`].join('; ');
}

/** A vendor's error code as a reason; anything that is not plainly a code (it may quote an address) is replaced. */
export const reasonOf = (code: unknown, otherwise: string): string =>
  typeof code === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(code) ? code : otherwise;

export type { Answered, Outcome };
