import type { Clock } from '../ports.ts';

/** A destination's secret, `afresh` where the one kept may have changed. */
export type ReadSecret = (destination: string, afresh?: boolean) => Promise<unknown>;

/** One secret is read again at most so often, ms: whoever forges notices must not have it read for each. */
const REST = 30_000;

/**
 * Gives a destination's secret as it is now, if it is another than the one that was kept: a vendor signs with a new key
 * from the moment on that it has it. Undefined where it is the same, or was looked for a moment ago.
 */
export function renewedSecret(read: ReadSecret, { now }: Pick<Clock, 'now'>) {
  const looked = new Map<string, number>();
  return async (destination: string, kept: unknown): Promise<unknown> => {
    if (now() - (looked.get(destination) ?? Number.NEGATIVE_INFINITY) < REST) return undefined;
    looked.set(destination, now());
    const found = await read(destination, true);
    return JSON.stringify(found) === JSON.stringify(kept) ? undefined : found;
  };
}
