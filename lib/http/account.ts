import type { Destination } from '../destinations/destination.ts';
import type { Clock, Sent } from '../ports.ts';

/**
 * Makes the address of a request: below the endpoint (or the one a login named), or moved to another host. Throws where
 * there is none, or it would lead elsewhere.
 */
export type Base = (url: string, endpoint?: string) => URL;

/** What it takes to call a vendor: the secret as its schema describes it, and where the vendor is. */
export interface Account {
  readonly secret: unknown;
  readonly base: Base;
}

type Unsent = Extract<Sent, { kind: 'unsent' }>;

interface AccountOptions {
  readonly destination: Destination;
  readonly settings: unknown;
  readonly secret: (afresh: boolean) => Promise<unknown>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A secret that was refused is read again at most so often, ms: a wrong one is refused at every request. */
const REST = 10_000;

/**
 * Reads a destination's account before each request: the same object as long as the secret says the same. Never throws:
 * an account that cannot be used is an answer.
 */
export function accountsOf(options: AccountOptions) {
  let looked = Number.NEGATIVE_INFINITY;
  let text: string | undefined;
  let account: Account | Unsent = MISSING;
  const read = async (afresh: boolean): Promise<Account | Unsent> => {
    let raw: unknown;
    try {
      raw = await options.secret(afresh);
    } catch {
      return { kind: 'unsent', reason: 'secret-out-of-reach', lasting: false };
    }
    const now = JSON.stringify(raw) ?? '';
    if (now !== text) account = accountIn(options, raw);
    text = now;
    return account;
  };
  /** The account by a secret that has changed since it was last read; undefined where it has not. */
  const lookAgain = async (): Promise<Account | undefined> => {
    if (options.clock.now() - looked < REST) return undefined;
    looked = options.clock.now();
    const before = text;
    const found = await read(true);
    return 'kind' in found || text === before ? undefined : found;
  };
  return {
    kept: async (): Promise<Account | Unsent> => {
      const found = await read(false);
      return 'kind' in found && found.lasting ? ((await lookAgain()) ?? found) : found;
    },
    renewed: lookAgain,
  };
}

const MISSING: Unsent = { kind: 'unsent', reason: 'secret-missing', lasting: true };

function accountIn({ destination, settings }: AccountOptions, raw: unknown): Account | Unsent {
  if (raw === undefined || raw === null) return MISSING;
  const { data: secret, success } = destination.secret.safeParse(raw);
  if (!success) return { kind: 'unsent', reason: 'secret-invalid', lasting: true };
  try {
    const own = new URL(destination.endpoint(settings, secret));
    return { secret, base: baseOf(own, endpointIn(raw)) };
  } catch {
    return { kind: 'unsent', reason: 'endpoint-invalid', lasting: true };
  }
}

/** Where requests go: to their own addresses, or to those on another host. Throws where that is not as safe. */
export const baseOf = (own: URL, override: string | undefined): Base =>
  override === undefined ? below(own) : movedTo(new URL(override), own);

function below(own: URL): Base {
  const endpoint = own.href.replace(/\/$/, '');
  return (path, named) => {
    if (CLIMBS.test(path)) throw new TypeError('a path that leads elsewhere');
    const url = new URL(path.startsWith('/') ? `${named?.replace(/\/$/, '') ?? endpoint}${path}` : path);
    if (named !== undefined && !isAsSafe(url, own))
      throw new TypeError('a login led to an address without TLS');
    return url;
  };
}

/** Requests go to this host, by the path they would have had: never to one that the path itself may name. */
function movedTo(host: URL, own: URL): Base {
  if (!isAsSafe(host, own)) throw new TypeError('credentials and addresses do not go without TLS');
  const there = below(own);
  return (path, named) => {
    const { pathname, search } = there(path, named);
    const url = new URL(host);
    url.pathname = pathname;
    url.search = search;
    return url;
  };
}

/** A segment that is `.` or `..`, in whatever writing: an identifier like that would turn a path into another. */
const CLIMBS = /^[^?#]*[/\\](?:\.|%2e){1,2}(?:[/\\?#]|$)/i;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What the vendor has over TLS goes nowhere without, but to this very machine. */
const isAsSafe = ({ protocol, hostname }: URL, own: URL): boolean =>
  protocol === 'https:' || own.protocol !== 'https:' || LOOPBACK.has(hostname);

/** `endpoint` in a secret: another host to send to, a sandbox or a simulator. */
export const endpointIn = (raw: unknown): string | undefined =>
  typeof raw === 'object' && raw !== null && 'endpoint' in raw && typeof raw.endpoint === 'string'
    ? raw.endpoint
    : undefined;
