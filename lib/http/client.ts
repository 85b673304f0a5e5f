import type { Pool } from 'undici';
import type { Auth, Destination, Reply } from '../destinations/destination.ts';
import type { Clock, Request, Sent, Vendor } from '../ports.ts';
import { type Account, accountsOf } from './account.ts';
import { type TokenSource, tokenSource } from './oauth.ts';
import { poolOf } from './pool.ts';
import { rateLimit } from './rate.ts';

/** Longest wait for a vendor's whole answer, ms. */
const TIMEOUT_MS = 5_000;

/** Longest reply that is read, bytes. */
const MOST_BYTES = 1024 * 1024;

export interface VendorOptions {
  readonly destination: Destination;
  readonly settings: unknown;
  /**
   * Reads the destination's secret, `afresh` where the one kept was refused; `endpoint` in it replaces the vendor's
   * address (sandboxes, simulators).
   */
  readonly secret: (afresh: boolean) => Promise<unknown>;
  /** This worker's share of the destination's rate, requests a second. */
  readonly perSecond: number;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/** One exchange as it goes over the wire. */
export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one exchange; never throws for what the network or the vendor does. */
export type Transport = (exchange: Exchange) => Promise<Sent>;

/** A destination's HTTP side. One re-authentication on 401, with the secret as it is now; a second 401 is the answer. */
export function vendorOf(options: VendorOptions): Vendor & { readonly close: () => Promise<void> } {
  const { destination, clock } = options;
  const wire = transport(options.timeoutMs ?? TIMEOUT_MS);
  const turn = rateLimit(options.perSecond, clock);
  const tokens = tokenSource(wire.send, clock);
  const accounts = accountsOf(options);
  const send = async (call: Request, id: string): Promise<Sent> => {
    const account = await accounts.kept();
    if ('kind' in account) return account;
    await turn();
    const first = await attempt({ destination, ...account, call, id, wire, tokens, clock });
    if (first.kind !== 'reply' || first.reply.status !== 401) return first;
    tokens.forget();
    const renewed = (await accounts.renewed()) ?? account;
    if (renewed === account && destination.auth.kind !== 'oauth-client-credentials') return first;
    return attempt({ destination, ...renewed, call, id, wire, tokens, clock });
  };
  return { send, close: wire.close };
}

interface Attempt extends Account {
  readonly destination: Destination;
  readonly call: Request;
  readonly id: string;
  readonly wire: { readonly send: Transport };
  readonly tokens: TokenSource;
  readonly clock: Clock;
}

async function attempt({ destination, secret, base, call, id, wire, tokens, clock }: Attempt): Promise<Sent> {
  const body =
    call.body === undefined
      ? undefined
      : typeof call.body === 'string'
        ? call.body
        : JSON.stringify(call.body);
  const url = base(call.path);
  const signed = {
    method: call.method,
    url: url.href,
    body: body ?? '',
    id,
    timestamp: Math.floor(clock.now() / 1000),
  };
  const auth = await authHeaders(destination.auth, secret, signed, (account) => tokens.get(account, base));
  if ('refused' in auth) return auth.refused;
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...call.headers,
    ...auth.headers,
  };
  return wire.send({ url, method: call.method, headers, ...(body !== undefined && { body }) });
}

type AuthResult = { readonly headers: Readonly<Record<string, string>> } | { readonly refused: Sent };
type OAuthAccount = {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly lifetime: number;
};
type Signed = Parameters<Extract<Auth<unknown>, { kind: 'signed' }>['sign']>[0];

async function authHeaders(
  auth: Auth<unknown>,
  secret: unknown,
  request: Signed,
  token: (account: OAuthAccount) => Promise<{ readonly token: string } | { readonly refused: Sent }>,
): Promise<AuthResult> {
  switch (auth.kind) {
    case 'bearer':
      return { headers: { authorization: `Bearer ${auth.token(secret)}` } };
    case 'basic': {
      const { user, password } = auth.credentials(secret);
      return { headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } };
    }
    case 'header': {
      const { name, value } = auth.header(secret);
      return { headers: { [name]: value } };
    }
    case 'signed':
      return { headers: auth.sign(request, secret) };
    case 'oauth-client-credentials': {
      const got = await token({ ...auth.token(secret), lifetime: auth.lifetime });
      return 'token' in got ? { headers: { authorization: `Bearer ${got.token}` } } : got;
    }
  }
}

/** Keep-alive pools, one for each origin. */
function transport(timeoutMs: number): { readonly send: Transport; readonly close: () => Promise<void> } {
  const pools = new Map<string, Pool>();
  const poolTo = (origin: string): Pool => {
    const known =
      pools.get(origin) ??
      poolOf(origin, {
        connections: 8,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        connect: { timeout: timeoutMs },
      });
    pools.set(origin, known);
    return known;
  };
  const send: Transport = async ({ url, method, headers, body }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await poolTo(url.origin).request({
        path: `${url.pathname}${url.search}`,
        method: methodOf(method),
        headers,
        body: body ?? null,
        signal,
      });
      return { kind: 'reply', reply: await readReply(response) };
    } catch (error) {
      return { kind: 'silence', timedOut: !neverLeft(error) };
    }
  };
  return {
    send,
    close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.close()))),
  };
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function methodOf(method: string): (typeof METHODS)[number] {
  const known = METHODS.find((name) => name === method);
  if (!known) throw new TypeError(`no method ${method}`);
  return known;
}

/** Errors before a request can have been sent. After any other it may have left, and may still be on its way. */
const BEFORE_SENDING: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function neverLeft(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(neverLeft);
  return error instanceof Error && 'code' in error && BEFORE_SENDING.has(error.code);
}

type Response = Awaited<ReturnType<Pool['request']>>;

async function readReply({ statusCode, headers, body }: Response): Promise<Reply> {
  const flat = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MOST_BYTES) break;
  }
  return { status: statusCode, headers: flat, body: parse(text, flat['content-type']) };
}

function parse(text: string, contentType = ''): unknown {
  if (!contentType.includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
