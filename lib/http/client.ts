import { randomBytes } from 'node:crypto';
import type { AwsCredentials, Destination, Reply } from '../destinations/destination.ts';
import type { Clock, Request, Sent, Vendor } from '../ports.ts';
import { type Account, accountsOf } from './account.ts';
import { type TokenSource, tokenSource } from './login.ts';
import { chosen, type Proof, proofOf, provedBody, type Unproved } from './proof.ts';
import { rateLimit } from './rate.ts';
import { type Transport, transport } from './transport.ts';

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
 * 401 is the answer.
 */
export function vendorOf(options: VendorOptions): Vendor & { readonly close: () => Promise<void> } {
  const { destination, settings, clock } = options;
  const wire = transport(options.timeoutMs ?? TIMEOUT_MS);
  const turn = rateLimit(options.perSecond, clock);
  const tokens = tokenSource(wire.send, clock);
  const accounts = accountsOf(options);
  const credentials = options.credentials ?? (() => undefined);
  const attempt = (account: Account, call: Request, id: string): Promise<Sent> =>
    attemptWith({ destination, settings, ...account, call, id, wire, tokens, clock, credentials });
  const send = async (call: Request, id: string): Promise<Sent> => {
    const account = await accounts.kept();
    if ('kind' in account) return account;
    await turn();
    const first = await attempt(account, call, id);
    if (first.kind !== 'reply' || call.anonymous || !hasEnded(destination, first.reply)) return first;
    tokens.forget();
    const renewed = (await accounts.renewed()) ?? account;
    if (renewed === account && !('lifetime' in chosen(destination.auth, account.secret))) return first;
    return attempt(renewed, call, id);
  };
  return { send, close: wire.close };
}

const hasEnded = (destination: Destination, reply: Reply): boolean =>
  reply.status === 401 || destination.expired?.(reply) === true;

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

async function attemptWith(attempt: Attempt): Promise<Sent> {
  const { call, id, base, wire } = attempt;
  const { method } = call;
  const body = textOf(call.body);
  const own = { ...(body !== undefined && { 'content-type': 'application/json' }), ...call.headers };
  const request = { method, headers: own, body, id, url: base(call.path) };
  if (call.anonymous)
    return wire.send({ url: request.url, method, headers: own, ...(body !== undefined && { body }) });
  const proof = await proofFor(attempt, request);
  if ('refused' in proof) return proof.refused;
  const { endpoint } = proof;
  const sent = provedBody(proof, request);
  const url = endpoint === undefined ? request.url : base(call.path, endpoint);
  return wire.send({
    url,
    method,
    headers: { ...own, ...proof.headers },
    ...(sent !== undefined && { body: sent }),
  });
}

/** A key or an address that cannot be used is the account's fault, and lasts until somebody mends it. */
async function proofFor(attempt: Attempt, request: Unproved): Promise<Proof | { readonly refused: Sent }> {
  const { destination, settings, secret, base, tokens, clock, credentials } = attempt;
  try {
    return await proofOf(chosen(destination.auth, secret), request, {
      ...{ secret, settings, credentials, now: clock.now(), nonce: randomBytes(16).toString('hex') },
      login: (auth) => tokens.get(auth, auth.token(secret, settings), base),
    });
  } catch {
    return { refused: { kind: 'unsent', reason: 'secret-unusable', lasting: true } };
  }
}

const textOf = (body: unknown): string | undefined =>
  body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
