import type * as z from 'zod';
import type { LaneReported, PreferencesChanged } from '../domain/event.ts';
import type { Answered, Outcome } from '../domain/outcome.ts';
import type { ChoiceState, Preference, StateRow } from '../domain/vocabulary.ts';
import type { Auth } from './auth.ts';
import type { Call, Reply } from './call.ts';
import type { Poll, Receive } from './receive.ts';

export type { Assertion, Auth, AwsCredentials, SignedRequest, Token, TokenRequest } from './auth.ts';
export type { BatchCall, Call, FollowUp, KnownOutcome, Reply, SingleCall } from './call.ts';
export type { Ask, InboundNotice, Learned, Poll, Receive, ReportedChoice, Signature } from './receive.ts';

/** What `translate` is given: one subject's whole state, at one address where the destination keys by address. */
export interface Delivery {
  readonly subject: string;
  readonly version: number;
  readonly recordedAt: string;
  /** Values of the kinds in `identifiedBy` that the subject has; a retired address comes alone. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** True when the address is one the person no longer uses: its rows say withdrawn. */
  readonly retired: boolean;
  /** She is being erased, and nobody else goes by what stands here. */
  readonly erasing?: boolean;
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

/** A destination: what it is, what it cares about, how it is told. Data and pure functions only. */
export interface Destination<S = unknown, K = unknown> {
  /** File name = construct id = ledger key. */
  readonly id: string;
  readonly title: string;
  /**
   * `state`: told the newest whole state. `log`: told every version, each once with effect. `watch`: holds no copy of
   * anything, and is told how the other lanes fare (see `watch.ts`).
   */
  readonly kind: 'state' | 'log' | 'watch';
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
  readonly auth: Auth<NoInfer<K>, NoInfer<S>>;
  translate(delivery: Delivery, settings: S): readonly Call[];
  /**
   * Where a person can be erased there: what is said in the place of `translate` once Heed erases her. Safe to repeat, and a
   * person who is not there is erased. Everything was withdrawn in the same breath: whoever has this keeps or makes it so.
   */
  erase?(delivery: Delivery, settings: S): readonly Call[];
  /** Of a `watch`: what is said of a lane that is in trouble, or was. */
  report?(reported: LaneReported, settings: S): readonly Call[];
  /** Where 2xx is not success or 4xx not failure; undefined leaves it to the status. */
  readonly interpret?: (reply: Reply) => Outcome | undefined;
  /** True where the session has ended and the vendor does not say so by 401: it logs in anew and asks once more. */
  expired?(reply: Reply): boolean;
  readonly receive?: Receive<S, K>;
  readonly poll?: Poll<S>;
  /**
   * What the lane's function must be allowed to do in AWS itself. `${AWS::Partition}`, `${AWS::Region}` and
   * `${AWS::AccountId}` stand in an ARN for those of the deployment; nothing may be a wildcard.
   */
  permissions?(
    settings: S,
  ): readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
}

/** Gives a definition its types: `settings` and `secret` flow into the functions. */
export const defineDestination = <S, K>(destination: Destination<S, K>): Destination<S, K> => destination;

/** A choice's evidence in one line, for a vendor's free-text field: it holds no contact data. */
export function evidenceLine({ subject, version }: Delivery, row: DeliveryRow): string {
  const { source, method, occurredAt, notice } = row;
  const shown = notice ? `; notice ${notice.id} ${notice.version} ${notice.language}` : '';
  return `${source}; ${method}; ${occurredAt}${shown}; ${subject}:${version}`;
}

/** A vendor's error code as a reason; anything that is not plainly a code (it may quote an address) is replaced. */
export const reasonOf = (code: unknown, otherwise: string): string =>
  typeof code === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(code) ? code : otherwise;

export type { Answered, Outcome };
