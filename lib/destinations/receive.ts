import type { FollowUp, Reply } from './call.ts';

/** A vendor's webhook as it came in. Header names are lower case; `url` is the public one the vendor called. */
export interface InboundNotice {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Last segment of the path, where the notice came to a secret one. */
  readonly key?: string;
}

/** One thing a vendor says about one person. */
export interface ReportedChoice {
  readonly identifier: { readonly kind: string; readonly value: string };
  readonly topic: string;
  readonly channel: string;
  readonly state: 'granted' | 'withdrawn';
  /** The vendor's time. */
  readonly occurredAt: string;
  readonly method: string;
  /**
   * Of a withdrawal that nobody put in words: of several things on a form this one was left out. It ends what was granted,
   * and of what nobody has ever granted it says nothing.
   */
  readonly implied?: true;
}

/** What was learned from a vendor so far, and what to ask to learn the rest. */
export interface Learned {
  readonly choices: readonly ReportedChoice[];
  /** Requests by the destination's own credentials: a profile that a notice only points to, the next page, a handshake. */
  readonly asks?: readonly Ask[];
  /**
   * Of a notice: what else it says that would mean something and cannot be read. All the rest is taken; the vendor is told
   * that this was not, and sends the notice again.
   */
  readonly unread?: string;
  /** Of a watcher's notice: the destination that somebody has seen to. What failed or is held there is sent again. */
  readonly repaired?: string;
  /**
   * Of a poll: where the next one goes on. Kept once everything learned was stored and everything asked was answered,
   * what is asked along with it included: what came before it must not be needed again.
   */
  readonly cursor?: string;
  /**
   * Of a poll, with a cursor: there is more behind it, and the poll goes on from there at once. A feed that may be too
   * long for one run is read so instead of by asks, since each part that was read then stays read.
   */
  readonly more?: true;
}

/**
 * A question to the vendor. Its path is below the endpoint; an absolute address elsewhere is asked without credentials
 * only, and over https. A vendor out of reach, and one that answers 401, 408, 425, 429 or 5xx, is asked again later.
 */
export interface Ask extends Omit<FollowUp, 'pause'> {
  /** Milliseconds to wait before it is sent. */
  readonly pause?: number;
  /** Sent without credentials: to an address that the verified notice itself names. */
  readonly anonymous?: true;
  /** Undefined: this cannot be read; nothing is taken for granted, and it is asked again later. */
  learn(reply: Reply): Learned | undefined;
}

/**
 * How a vendor proves that a notice is its own. Compared in constant time by shared code. `keys`: those in force, newest
 * first; while there are none every notice is refused.
 */
export type Signature<S, K> =
  | {
      readonly kind: 'hmac';
      readonly algorithm: 'sha1' | 'sha256';
      readonly header: string;
      readonly encoding: 'base64' | 'hex';
      /** Stands before each signature; the header may list several, separated by commas or spaces. */
      readonly prefix?: string;
      keys(secret: K): readonly string[];
      signed(notice: InboundNotice): string;
      /** When it was sent, and how old that may be, in seconds. Missing where the vendor signs no time. */
      readonly timestamp?: Timestamp;
    }
  /** ECDSA on P-256 with SHA-256 over `signed`; keys are public ones, PEM or the base64 of their DER. */
  | {
      readonly kind: 'ecdsa';
      readonly header: string;
      keys(secret: K): readonly string[];
      signed(notice: InboundNotice): string;
      readonly timestamp: Timestamp;
    }
  /**
   * A JWS in compact form by one of the vendor's published keys (RS256). It must carry `iat`, else `exp`, within
   * `tolerance` seconds of now.
   */
  | {
      readonly kind: 'jwt';
      token(notice: InboundNotice): string | undefined;
      /**
       * JWK set, or one JWK; absolute, or below the endpoint where it starts with a slash. Fetched without credentials.
       * Never taken from the notice.
       */
      keysUrl(settings: S): string;
      /** Claims it must carry, such as `iss` and `aud`. */
      claims(settings: S, secret: K): Readonly<Record<string, string>>;
      readonly tolerance: number;
      /** The SHA-256 of the body that it vouches for, where the token comes beside the body. */
      readonly digest?: { readonly claim: string; readonly encoding: 'base64' | 'base64url' | 'hex' };
    }
  /** Amazon SNS (versions 1 and 2): a certificate of Amazon's over the message; only these topics. */
  | { readonly kind: 'sns'; topics(settings: S): readonly string[]; readonly tolerance: number }
  /** Signs nothing: a secret that the vendor repeats, in the path, a header or a query. */
  | {
      readonly kind: 'shared-secret';
      given(notice: InboundNotice): string | undefined;
      keys(secret: K): readonly string[];
    };

export interface Timestamp {
  readonly header: string;
  /** Stands before it, where the header lists several parts, separated by commas or spaces. */
  readonly prefix?: string;
  readonly unit: 'ms' | 's' | 'iso';
  readonly tolerance: number;
}

/** How a vendor's own unsubscribes come in: how they are proved, and what a notice means. */
export interface Receive<S, K> {
  readonly signature: Signature<S, K>;
  /**
   * How the body is read. `form`: a flat record of texts, by names as they were sent (`data[email]`). `jwt`: the claims
   * of the token that proves the notice are read instead of the body. Left out: JSON.
   */
  readonly body?: 'json' | 'form' | 'jwt';
  /** What a notice says, or what is wrong with its body. Facts that mean nothing to Heed are left out. */
  changes(body: unknown, settings: S): Learned | { readonly invalid: string };
  /**
   * Of a vendor that gives its key only to an address that has answered: what a notice that nothing proves asks to have
   * confirmed by the destination's own credentials. Only while there is no key, and whatever it teaches is not believed.
   */
  handshake?(body: unknown, settings: S): readonly Ask[] | undefined;
}

/** How a vendor that has no notices is asked for its unsubscribes. */
export interface Poll<S> {
  /** Minutes between two. */
  readonly every: number;
  /** First questions; `cursor` is undefined on the first poll, which starts at `now` (ms): what was before is an import. */
  ask(cursor: string | undefined, settings: S, now: number): readonly Ask[];
}
