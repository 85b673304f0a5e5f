import * as z from 'zod';
import type { Auth, Token, TokenRequest } from '../destinations/destination.ts';
import type { Clock, Sent } from '../ports.ts';
import { signedJwt } from './assertion.ts';
import type { Transport } from './transport.ts';

/** Seconds before its end at which a token is no longer used. */
const EARLY = 60;

/** Ways of proving oneself that fetch a token first. */
export type TokenAuth = Extract<Auth<unknown>, { readonly lifetime: number }>;

export type Login = { readonly token: Token } | { readonly refused: Sent };

export interface TokenSource {
  /** A cached or new token, or the vendor's refusal to give one. One request at a time. */
  readonly get: (auth: TokenAuth, request: TokenRequest, base: (url: string) => URL) => Promise<Login>;
  readonly forget: () => void;
}

/** Fetches tokens, by whichever grant or login, and keeps them until shortly before they end. */
export function tokenSource(send: Transport, clock: Pick<Clock, 'now'>): TokenSource {
  let kept: { readonly token: Token; readonly until: number } | undefined;
  let under: Promise<Login> | undefined;
  const fetchToken: TokenSource['get'] = async (auth, request, base) => {
    const sent = await send(exchangeOf(auth, request, base, clock.now()));
    const token =
      sent.kind === 'reply' && sent.reply.status < 300
        ? (auth.read?.(sent.reply.body) ?? oauthToken(auth, sent.reply.body))
        : undefined;
    if (!token)
      return { refused: sent.kind === 'reply' ? { kind: 'reply', reply: refusal(sent.reply) } : sent };
    const { expiresIn = auth.lifetime } = token;
    kept = { token, until: clock.now() + Math.max(0, expiresIn - EARLY) * 1000 };
    return { token };
  };
  return {
    get: async (auth, request, base) => {
      if (kept && kept.until > clock.now()) return { token: kept.token };
      under ??= fetchToken(auth, request, base).finally(() => {
        under = undefined;
      });
      return under;
    },
    forget: () => {
      kept = undefined;
    },
  };
}

const GRANTS: Readonly<Record<TokenAuth['kind'], string | undefined>> = {
  'oauth-client-credentials': 'client_credentials',
  'oauth-refresh-token': 'refresh_token',
  'jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  login: undefined,
};

function exchangeOf(auth: TokenAuth, request: TokenRequest, base: (url: string) => URL, now: number) {
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

/** What RFC 6749 section 5.1 names; a destination with a reader of its own has said what counts. */
function oauthToken(auth: TokenAuth, body: unknown): Token | undefined {
  if (auth.read) return undefined;
  const { data } = TokenReply.safeParse(body);
  return (
    data && { token: data.access_token, ...(data.expires_in !== undefined && { expiresIn: data.expires_in }) }
  );
}

/** A token endpoint's 4xx means wrong credentials, whatever number it chose; its 2xx without a token is our 502. */
const refusal = <T extends { readonly status: number }>(reply: T): T => {
  if (reply.status >= 500 || reply.status === 429) return reply;
  return { ...reply, status: reply.status < 300 ? 502 : 401 };
};
