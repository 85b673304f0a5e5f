import type { Destination } from '../destinations/destination.ts';
import type { Clock, Sent } from '../ports.ts';

/** Makes the address of a request: below the endpoint (or the one a login named), or moved to another host. */
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

/** Reads a destination's account before each request. Never throws: an account that cannot be used is an answer. */
export function accountsOf(options: AccountOptions) {
  let looked = Number.NEGATIVE_INFINITY;
  let text = '';
  const read = async (afresh: boolean): Promise<Account | Unsent> => {
    let raw: unknown;
    try {
      raw = await options.secret(afresh);
    } catch {
      return { kind: 'unsent', reason: 'secret-out-of-reach', lasting: false };
    }
    text = JSON.stringify(raw) ?? '';
    return accountIn(options, raw);
  };
  /** The account by a secret that has changed since it was last read; undefined where it has not. */
  const lookAgain = async (): Promise<Account | undefined> => {
    if (options.clock.now() - looked < REST) return undefined;
    looked = options.clock.now();
    const before = text;
    const account = await read(true);
    return 'kind' in account || text === before ? undefined : account;
  };
  return {
    kept: async (): Promise<Account | Unsent> => {
      const account = await read(false);
      return 'kind' in account && account.lasting ? ((await lookAgain()) ?? account) : account;
    },
    renewed: lookAgain,
  };
}

function accountIn({ destination, settings }: AccountOptions, raw: unknown): Account | Unsent {
  if (raw === undefined || raw === null) return { kind: 'unsent', reason: 'secret-missing', lasting: true };
  const { data: secret, success } = destination.secret.safeParse(raw);
  if (!success) return { kind: 'unsent', reason: 'secret-invalid', lasting: true };
  try {
    const endpoint = new URL(destination.endpoint(settings, secret)).href.replace(/\/$/, '');
    const override = endpointIn(raw);
    const elsewhere = override === undefined ? undefined : new URL(override);
    const base: Base = (path, named = endpoint) => {
      const url = new URL(path.startsWith('/') ? `${named.replace(/\/$/, '')}${path}` : path);
      return elsewhere ? new URL(`${url.pathname}${url.search}`, elsewhere) : url;
    };
    return { secret, base };
  } catch {
    return { kind: 'unsent', reason: 'endpoint-invalid', lasting: true };
  }
}

const endpointIn = (raw: unknown): string | undefined =>
  typeof raw === 'object' && raw !== null && 'endpoint' in raw && typeof raw.endpoint === 'string'
    ? raw.endpoint
    : undefined;
