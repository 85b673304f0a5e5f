import { createHash } from 'node:crypto';
import { decodeJwt, errors } from 'jose';
import type { Clock } from '../ports.ts';
import { type Issuer, issuerTokens } from './issuer-tokens.ts';
import { keyring, OWN_ISSUER, type OwnClaims, type TokenSecret, verifyOwn } from './own-tokens.ts';

export type Scope =
  | 'preferences:write'
  | 'preferences:read'
  | 'audit:read'
  | 'tokens:mint'
  /** To erase, rectify, restrict and hold on a person's request. */
  | 'rights:write'
  /** To propose and approve that somebody may audit for a while. */
  | 'grants:write';

/** Who a token speaks for. */
export type Bearer =
  | {
      readonly kind: 'client';
      /** Whose token it is: `heed` for Heed's own. */
      readonly issuer: string;
      readonly client: string;
      /** The member of staff who is at it (`sub`); a system's token names none but the client. */
      readonly person?: string;
      /** People sign in with this client, as far as the issuer's declaration and the token tell. */
      readonly signsIn: boolean;
      readonly scopes: readonly string[];
      /** Sources it speaks for; `*` is every one. */
      readonly sources: readonly string[];
    }
  | { readonly kind: 'preferences'; readonly subject: string }
  | {
      readonly kind: 'unsubscribe';
      readonly subject: string;
      readonly topic: string;
      readonly channel: string;
    }
  | {
      readonly kind: 'confirm';
      readonly subject: string;
      readonly topic: string;
      readonly channel: string;
      readonly request: string;
      /** Start of the keyed hash of the address the message went to. */
      readonly to?: string;
    };

export type Verified =
  | { readonly kind: 'valid'; readonly bearer: Bearer }
  /** `expired` is only said of a token whose signature holds. */
  | { readonly kind: 'invalid'; readonly expired: boolean }
  /** Its issuer's keys cannot be had just now. */
  | { readonly kind: 'unavailable' };

export interface Tokens {
  readonly verify: (token: string) => Promise<Verified>;
}

export interface TokenPorts {
  readonly issuers: readonly Issuer[];
  /** Asked every few minutes, and `afresh` for a key that is not in what was read before: seeds rotate. */
  readonly secret: (afresh: boolean) => Promise<TokenSecret>;
  readonly clock: Pick<Clock, 'now'>;
}

/** How long the finding about a token is kept: so long may a revoked key still be believed. */
const BELIEVED = 60_000;
const REMEMBERED = 2000;

type Unavailable = Extract<Verified, { kind: 'unavailable' }>;
type Found = { readonly bearer: Bearer; readonly until: number };
type Check = (token: string, at: number) => Promise<Found | Unavailable | undefined>;

/** Checks bearer tokens of the issuers and of Heed itself. A token seen within the last minute costs one digest. */
export function tokensOf(ports: TokenPorts): Tokens {
  const checks = new Map<string, Check>(ports.issuers.map((issuer) => [issuer.issuer, checkIssued(issuer)]));
  checks.set(OWN_ISSUER, checkOwn(ports));
  const found = new Map<string, Found>();
  return {
    verify: async (token) => {
      const at = ports.clock.now();
      const name = createHash('sha256').update(token).digest('base64');
      const known = found.get(name);
      if (known && at < known.until) return { kind: 'valid', bearer: known.bearer };
      const fresh = await attempt(checks, token, at);
      if ('kind' in fresh) return fresh;
      remember(found, name, { ...fresh, until: Math.min(fresh.until, at + BELIEVED) });
      return { kind: 'valid', bearer: fresh.bearer };
    },
  };
}

function remember(found: Map<string, Found>, name: string, value: Found): void {
  const [oldest] = found.keys();
  if (found.size >= REMEMBERED && oldest !== undefined) found.delete(oldest);
  found.set(name, value);
}

async function attempt(
  checks: ReadonlyMap<string, Check>,
  token: string,
  at: number,
): Promise<Found | Exclude<Verified, { kind: 'valid' }>> {
  try {
    const found = await checks.get(decodeJwt(token).iss ?? '')?.(token, at);
    return found ?? { kind: 'invalid', expired: false };
  } catch (error) {
    if (!isTokensFault(error)) throw error;
    return { kind: 'invalid', expired: error instanceof errors.JWTExpired };
  }
}

/** jose's errors about the token itself. */
const TOKENS_FAULT = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSSignatureVerificationFailed,
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

const isTokensFault = (error: unknown): boolean => TOKENS_FAULT.some((fault) => error instanceof fault);

/** What is not the token's fault is about fetching the issuer's keys. */
function checkIssued(issuer: Issuer): Check {
  const verify = issuerTokens(issuer);
  return async (token, at) => {
    try {
      const claims = await verify(token, at);
      if (!claims) return undefined;
      const { expires, ...client } = claims;
      return { bearer: { kind: 'client', issuer: issuer.issuer, ...client }, until: expires };
    } catch (error) {
      if (isTokensFault(error)) throw error;
      return { kind: 'unavailable' };
    }
  };
}

const KEYRING_LIFE = 5 * 60_000;
const KEYRING_REST = 10_000;

function checkOwn({ secret, clock }: TokenPorts): Check {
  let keys: ReturnType<typeof keyring> = new Map();
  let loaded = Number.NEGATIVE_INFINITY;
  const load = async (afresh: boolean): Promise<void> => {
    keys = keyring(await secret(afresh));
    loaded = clock.now();
  };
  return async (token, at) => {
    const age = (): number => at - loaded;
    const found = await verifyOwn(
      token,
      async (kid) => {
        if (age() > KEYRING_LIFE) await load(false);
        if (age() > KEYRING_REST && !keys.has(kid)) await load(true);
        return keys.get(kid);
      },
      at,
    );
    return found && { bearer: bearerOf(found.claims), until: found.expires };
  };
}

function bearerOf(claims: OwnClaims): Bearer {
  if (claims.purpose === 'access')
    return {
      ...{ kind: 'client', issuer: OWN_ISSUER, client: claims.sub, signsIn: true },
      ...{ scopes: claims.scope.split(' '), sources: claims.sources },
      ...(claims.person !== undefined && { person: claims.person }),
    };
  if (claims.purpose === 'preferences') return { kind: 'preferences', subject: claims.sub };
  const { sub: subject, topic, channel } = claims;
  if (claims.purpose === 'unsubscribe') return { kind: 'unsubscribe', subject, topic, channel };
  const { request, to } = claims;
  return { kind: 'confirm', subject, topic, channel, request, ...(to !== undefined && { to }) };
}
