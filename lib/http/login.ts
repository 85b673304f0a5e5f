import * as z from 'zod';
import type { Auth, Token, TokenRequest } from '../destinations/destination.ts';
import type { Clock, Sent } from '../ports.ts';
import type { Account, Base } from './account.ts';
import { signedJwt } from './assertion.ts';
import type { Transport } from './transport.ts';

/** Seconds before its end at which a token is no longer used. */
const EARLY = 60;

/** Ways of proving oneself that fetch a token first. */
export type TokenAuth = Extract<Auth<unknown>, { readonly lifetime: number }>;

/** A JWT of ours that is itself the token. */
export type KeyPair = Extract<Auth<unknown>, { readonly kind: 'key-pair-jwt' }>;

export type Login = { readonly token: Token } | { readonly refused: Sent };

/** Who asks for a token: one belongs to the secret that it was given for. */
export interface Bearer extends Account {
  readonly settings: unknown;
}

export interface TokenSource {
  /** A cached or new token, or the vendor's refusal to give one. One request at a time. */
  readonly get: (auth: TokenAuth, bearer: Bearer) => Promise<Login>;
  /** A JWT signed with the secret's own key, now or before. Throws where the key is none. */
  readonly sign: (auth: KeyPair, bearer: Bearer) => Token;
  /** Unless another has taken its place already. */
  readonly forget: (token: Token) => void;
}

/** Fetches tokens, by whichever grant or login, or signs them, and keeps them until shortly before they end. */
export function tokenSource(send: Transport, clock: Pick<Clock, 'now'>): TokenSource {
  let kept: { readonly token: Token; readonly secret: unknown; readonly until: number } | undefined;
  let under: { readonly login: Promise<Login>; readonly secret: unknown } | undefined;
  const fetchToken = async (auth: TokenAuth, { secret, settings, base }: Bearer): Promise<Login> => {
    const sent = await send(exchangeOf(auth, auth.token(secret, settings), base, clock.now()));
    const token =
      sent.kind === 'reply' && sent.reply.status < 300 ? tokenIn(auth, sent.reply.body, base) : undefined;
    if (!token) return { refused: { ...refusedBy(sent), left: false } };
    const { expiresIn = auth.lifetime } = token;
    kept = { token, secret, until: clock.now() + Math.max(0, expiresIn - EARLY) * 1000 };
    return { token };
  };
  const keptFor = (secret: unknown): Token | undefined =>
    kept && kept.secret === secret && kept.until > clock.now() ? kept.token : undefined;
  return {
    get: async (auth, bearer) => {
      const { secret } = bearer;
      const token = keptFor(secret);
      if (token) return { token };
      if (under && under.secret === secret) return under.login;
      const asking = { login: fetchToken(auth, bearer), secret };
      under = asking;
      const done = (): void => {
        if (under === asking) under = undefined;
      };
      asking.login.then(done, done);
      return asking.login;
    },
    sign: (auth, { secret, settings }) => {
      const known = keptFor(secret);
      if (known) return known;
      const assertion = auth.assertion(secret, settings);
      const token = { token: signedJwt(assertion, clock.now()) };
      kept = { token, secret, until: clock.now() + Math.max(0, assertion.lifetime - EARLY) * 1000 };
      return token;
    },
    forget: (token) => {
      if (kept?.token === token) kept = undefined;
    },
  };
}

const GRANTS: Readonly<Record<TokenAuth['kind'], string | undefined>> = {
  'oauth-client-credentials': 'client_credentials',
  'oauth-refresh-token': 'refresh_token',
  'jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  login: undefined,
};

function exchangeOf(auth: TokenAuth, request: TokenRequest, base: Base, now: number) {
  const { url, form, json, basic } = request;
  const grant = GRANTS[auth.kind];
  const headers = {
    accept: 'application/json',
    ...(basic && {
      authorization: `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}`,
    }),
  };
  if (json) {
    const body = JSON.stringify({ ...(grant !== undefined && { grant_type: grant }), ...json });
    return {
      url: base(url),
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    };
  }
  if (!form && !('assertion' in request)) return { url: base(url), method: 'GET', headers };
  const fields = {
    ...(grant !== undefined && { grant_type: grant }),
    ...form,
    ...(isAsserted(request) && { assertion: signedJwt(request.assertion, now) }),
  };
  return {
    ...{ url: base(url), method: 'POST', body: new URLSearchParams(fields).toString() },
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
  };
}

type Asserted = ReturnType<Extract<TokenAuth, { readonly kind: 'jwt-bearer' }>['token']>;

const isAsserted = (request: TokenRequest): request is Asserted => 'assertion' in request;

const TokenReply = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
});

/** What the reply gave; undefined where the destination's file cannot read it, or it leads to no usable address. */
function tokenIn(auth: TokenAuth, body: unknown, base: Base): Token | undefined {
  try {
    const token = auth.read ? auth.read(body) : oauthToken(body);
    if (token?.endpoint !== undefined) base('/', token.endpoint);
    return token;
  } catch {
    return undefined;
  }
}

/** What RFC 6749 section 5.1 names. */
function oauthToken(body: unknown): Token | undefined {
  const { data } = TokenReply.safeParse(body);
  return (
    data && { token: data.access_token, ...(data.expires_in !== undefined && { expiresIn: data.expires_in }) }
  );
}

const refusedBy = (sent: Sent): Sent =>
  sent.kind === 'reply' ? { kind: 'reply', reply: refusal(sent.reply) } : sent;

const PASSING = new Set([408, 425, 429]);

/** A token endpoint's 4xx means wrong credentials, whatever number it chose; its 2xx without a token is our 502. */
const refusal = <T extends { readonly status: number }>(reply: T): T => {
  if (reply.status >= 500 || PASSING.has(reply.status)) return reply;
  return { ...reply, status: reply.status < 300 ? 502 : 401 };
};
