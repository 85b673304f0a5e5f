import { randomBytes } from 'node:crypto';
import type { AwsCredentials, Destination, Token } from '../destinations/destination.ts';
import type { Clock, Request, Sent, Vendor } from '../ports.ts';
import { type Account, accountsOf, type Base } from './account.ts';
import { type TokenSource, tokenSource } from './login.ts';
import { chosen, type Proof, proofOf, provedBody, type Unproved } from './proof.ts';
import { rateLimit } from './rate.ts';
import { type Exchange, type Transport, transport } from './transport.ts';

/** Longest wait for a vendor's whole answer, ms. */
const TIMEOUT_MS = 5_000;

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
  /** AWS credentials of this process, for destinations that are AWS itself. */
  readonly credentials?: () => AwsCredentials | undefined;
}

/**
 * A destination's HTTP side. One re-authentication where its session has ended, with the secret as it is now; a second
 * 401 is the answer. Never throws.
 */
export function vendorOf(options: VendorOptions): Vendor & { readonly close: () => Promise<void> } {
  const { destination, settings, clock } = options;
  const wire = transport(options.timeoutMs ?? TIMEOUT_MS);
  const turn = rateLimit(options.perSecond, clock);
  const tokens = tokenSource(wire.send, clock);
  const accounts = accountsOf(options);
  const credentials = options.credentials ?? (() => undefined);
  const attempt = (account: Account, call: Request, id: string): Promise<Attempted> =>
    attemptWith({ destination, settings, ...account, call, id, wire, tokens, clock, credentials });
  /**
   * Once more, with the secret as it is now. What was refused, a key or a login, is not tried twice: accounts get locked.
   * A first request has left, whatever becomes of the second.
   */
  const again = async (account: Account, { sent, token }: Attempted, call: Request, id: string) => {
    if (token) tokens.forget(token);
    const renewed = await accounts.renewed();
    if (!renewed && !token) return sent;
    const second = (await attempt(renewed ?? account, call, id)).sent;
    return sent.left === false ? second : { ...second, left: true };
  };
  const send = async (call: Request, id: string): Promise<Sent> => {
    const account = await accounts.kept();
    if ('kind' in account) return account;
    await turn();
    const first = await attempt(account, call, id);
    return call.anonymous || !hasEnded(destination, first.sent)
      ? first.sent
      : again(account, first, call, id);
  };
  return { send, close: wire.close };
}

function hasEnded(destination: Destination, sent: Sent): boolean {
  if (sent.kind !== 'reply') return false;
  try {
    return sent.reply.status === 401 || destination.expired?.(sent.reply) === true;
  } catch {
    return false;
  }
}

interface Attempt extends Account {
  readonly destination: Destination;
  readonly settings: unknown;
  readonly call: Request;
  readonly id: string;
  readonly wire: { readonly send: Transport };
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly credentials: () => AwsCredentials | undefined;
}

/** What came of it, and the token it went with. */
interface Attempted {
  readonly sent: Sent;
  readonly token?: Token;
}

const NOWHERE: Attempted = { sent: { kind: 'unsent', reason: 'address-unusable', lasting: true } };
/** A key that cannot be used is the account's fault, and lasts until somebody mends it. */
const UNPROVED: Attempted = { sent: { kind: 'unsent', reason: 'secret-unusable', lasting: true } };

async function attemptWith(attempt: Attempt): Promise<Attempted> {
  const { call, id, base, wire } = attempt;
  const { method } = call;
  const body = textOf(call.body);
  const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...call.headers };
  const url = addressOf(base, call.path);
  if (!url) return NOWHERE;
  if (call.anonymous)
    return { sent: await wire.send({ url, method, headers, ...(body !== undefined && { body }) }) };
  const request = { method, headers, body, id, url };
  try {
    const proof = await proofFor(attempt, request);
    if ('refused' in proof) return { sent: proof.refused };
    const sent = await wire.send(proved(request, proof, attempt));
    return { sent, ...(proof.token && { token: proof.token }) };
  } catch {
    return UNPROVED;
  }
}

function addressOf(base: Base, path: string): URL | undefined {
  try {
    return base(path);
  } catch {
    return undefined;
  }
}

const proofFor = (
  { destination, settings, secret, base, tokens, clock, credentials }: Attempt,
  request: Unproved,
): Promise<Proof | { readonly refused: Sent }> =>
  proofOf(chosen(destination.auth, secret), request, {
    ...{ secret, settings, credentials, now: clock.now(), nonce: randomBytes(16).toString('hex') },
    login: (auth) => tokens.get(auth, { secret, settings, base }),
    sign: (auth) => tokens.sign(auth, { secret, settings, base }),
  });

/** The exchange with its proof. Throws where a header cannot hold it: an end of line at the end of a key is enough. */
function proved(request: Unproved, proof: Proof, { call, base }: Attempt): Exchange {
  const { headers, token } = proof;
  if (!Object.values(headers).every((value) => HEADER.test(value))) throw new TypeError('no header value');
  const body = provedBody(proof, request);
  return {
    url: token?.endpoint === undefined ? request.url : base(call.path, token.endpoint),
    method: request.method,
    headers: { ...request.headers, ...headers },
    ...(body !== undefined && { body }),
  };
}

const HEADER = /^[\t\x20-\x7e\x80-\xff]*$/;

const textOf = (body: unknown): string | undefined =>
  body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
