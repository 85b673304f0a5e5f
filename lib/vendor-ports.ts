import type { Reply, SingleCall } from './destinations/destination.ts';

/**
 * What came back from a vendor (`text`: as it came). `timedOut`: it may still arrive. `lasting`: until a secret is set right.
 * `left`: whether the request itself may have left, where that is not what the rest says: what came back may be a login's, or
 * a second attempt's.
 */
export type Sent = (
  | { readonly kind: 'reply'; readonly reply: Reply; readonly text?: string }
  | { readonly kind: 'silence'; readonly timedOut: boolean }
  | { readonly kind: 'unsent'; readonly reason: string; readonly lasting: boolean }
) & { readonly left?: boolean };

/** One destination's HTTP side: address, authentication, rate and time limits are behind it. */
export interface Vendor {
  /** `id` is the same over all attempts of one delivery. */
  readonly send: (call: Request, id: string) => Promise<Sent>;
}

/** A call made ready: a batch call's items already wrapped. */
export type Request = Pick<SingleCall, 'method' | 'path' | 'headers' | 'body'> & {
  /** Sent without credentials. */
  readonly anonymous?: true;
};
