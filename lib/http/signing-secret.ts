import type { Clock } from '../ports.ts';
import type { TokenSecret } from './own-tokens.ts';

export interface SigningPorts {
  /** `afresh`: as it is now, not as it was read before. */
  readonly secret: (afresh: boolean) => Promise<TokenSecret>;
  readonly clock: Pick<Clock, 'now'>;
}

/** ms */
const FRESH = 60_000;

/**
 * The secret to sign with, at most a minute old. A link lives for months: one that is signed with a seed which was taken
 * away meanwhile would be dead from the first day.
 */
export function signingSecret({ secret, clock }: SigningPorts): () => Promise<TokenSecret> {
  let kept: { readonly secret: Promise<TokenSecret>; readonly until: number } | undefined;
  return () => {
    if (kept && clock.now() < kept.until) return kept.secret;
    const reading = secret(true);
    kept = { secret: reading, until: clock.now() + FRESH };
    /** A failure is not kept. */
    reading.catch(() => {
      kept = undefined;
    });
    return reading;
  };
}
