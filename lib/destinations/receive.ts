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
}

/** What was learned from a vendor so far, and what to ask to learn the rest. */
export interface Learned {
  readonly choices: readonly ReportedChoice[];
  /** Requests by the destination's own credentials: a profile that a notice only points to, the next page, a handshake. */
  readonly asks?: readonly Ask[];
  /** Of a poll: where the next one goes on. Kept once everything learned was stored. */
  readonly cursor?: string;
}

/** A question to the vendor. */
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
  /** A JWS in compact form by one of the vendor's published keys (RS256), `iat` or `exp` within `tolerance` seconds. */
  | {
      readonly kind: 'jwt';
      token(notice: InboundNotice): string | undefined;
      /** JWK set; absolute, or below the endpoint where it starts with a slash. Never taken from the notice. */
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
  readonly unit: 'ms' | 's' | 'iso';
  readonly tolerance: number;
}

/** How a vendor's own unsubscribes come in: how they are proved, and what a notice means. */
export interface Receive<S, K> {
  readonly signature: Signature<S, K>;
  /** How the body is read; `jwt`: it is the verified token, and its claims are what is read. Left out: JSON. */
  readonly body?: 'json' | 'form' | 'jwt';
  /** What a notice says, or what is wrong with its body. Facts that mean nothing to Heed are left out. */
  changes(body: unknown, settings: S): Learned | { readonly invalid: string };
}

/** How a vendor that has no notices is asked for its unsubscribes. */
export interface Poll<S> {
  /** Minutes between two. */
  readonly every: number;
  /** First questions; `cursor` is undefined on the first poll, which starts at `now` (ms): what was before is an import. */
  ask(cursor: string | undefined, settings: S, now: number): readonly Ask[];
}
