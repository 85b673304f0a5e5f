import type { Pool } from 'undici';
import type { Reply } from '../destinations/destination.ts';
import type { Sent } from '../ports.ts';
import { poolOf } from './pool.ts';

/** Longest reply that is read, bytes. */
const MOST_BYTES = 1024 * 1024;

/** One exchange as it goes over the wire. */
export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one exchange; never throws for what the network or the vendor does. */
export type Transport = (exchange: Exchange) => Promise<Sent>;

/** Keep-alive pools, one for each origin. */
export function transport(timeoutMs: number): {
  readonly send: Transport;
  readonly close: () => Promise<void>;
} {
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
      return { kind: 'reply', ...(await readReply(response)) };
    } catch (error) {
      return isUnsendable(error) ? UNSENDABLE : { kind: 'silence', timedOut: !neverLeft(error) };
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
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** There was a connection: whatever became of it, a request may have gone over it. */
const CONNECTED: ReadonlySet<unknown> = new Set(['read', 'write']);

const UNSENDABLE: Sent = { kind: 'unsent', reason: 'request-unusable', lasting: true };

/** A header or a path that HTTP does not allow: it will not be allowed later either. */
const isUnsendable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';

function neverLeft(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(neverLeft);
  if (!(error instanceof Error && 'code' in error)) return false;
  return BEFORE_SENDING.has(error.code) && !('syscall' in error && CONNECTED.has(error.syscall));
}

type Response = Awaited<ReturnType<Pool['request']>>;

/** The reply, and its body as it came. */
async function readReply({ statusCode, headers, body }: Response): Promise<{ reply: Reply; text: string }> {
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
  return { reply: { status: statusCode, headers: flat, body: parse(text, flat['content-type']) }, text };
}

function parse(text: string, contentType = ''): unknown {
  if (!contentType.includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
