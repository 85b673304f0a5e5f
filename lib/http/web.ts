import type { Vendor } from '../ports.ts';
import { baseOf, endpointIn } from './account.ts';
import { transport } from './transport.ts';

/** ms */
const TIMEOUT = 5_000;

export interface WebOptions {
  /** A secret whose `endpoint`, if it has one, is asked instead: a simulator. Read before each request. */
  readonly secret: () => Promise<unknown>;
}

const UNUSABLE = { kind: 'unsent', reason: 'address-unusable', lasting: true } as const;

/** Reads public addresses, over TLS and without credentials. Never throws. */
export function webOf({ secret }: WebOptions): Vendor & { readonly close: () => Promise<void> } {
  const wire = transport(TIMEOUT);
  const addressOf = async (path: string): Promise<URL | undefined> => {
    try {
      const url = new URL(path);
      return url.protocol === 'https:' ? baseOf(url, endpointIn(await secret()))(path) : undefined;
    } catch {
      return undefined;
    }
  };
  const send: Vendor['send'] = async ({ method, path, headers = {} }) => {
    const url = await addressOf(path);
    return url ? wire.send({ url, method, headers }) : UNUSABLE;
  };
  return { send, close: wire.close };
}
