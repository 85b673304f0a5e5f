/**
 * What became of one delivery. Values, not exceptions. A reason is a short code of ours
 * (`http-503`, `no-identifier`), never a vendor's free text: that may quote an address.
 * `appliedLater`: the vendor took it and applies it in its own time (202).
 */
export type Outcome =
  | { readonly kind: 'delivered'; readonly reference?: string; readonly appliedLater?: boolean }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'held'; readonly reason: string }
  | { readonly kind: 'needs-user-action'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | RetryOutcome;

/** Try again, after so many seconds if the vendor said so. `timedOut`: the request may still arrive. */
export interface RetryOutcome {
  readonly kind: 'retry';
  readonly reason: string;
  readonly after?: number;
  readonly timedOut?: boolean;
}

/** Reason of a delivery that was put back into its queue: nothing has been sent since. */
export const REQUEUED = 'requeued';

/** Every outcome but `retry` answers a version. */
export type Answered = Exclude<Outcome, RetryOutcome>;

const SEVERITY = ['skipped', 'delivered', 'held', 'needs-user-action', 'failed', 'retry'] as const;

/**
 * What two calls of one subject amount to: anything told outweighs nothing to tell, anything not done both. Two of a
 * kind are both: of two retries the longer wait stands, and a request that may still arrive may whichever came first.
 */
export function worse(a: Outcome, b: Outcome): Outcome {
  if (a.kind === 'retry' && b.kind === 'retry') return bothAgain(a, b);
  if (a.kind === 'delivered' && b.kind === 'delivered') return { ...a, ...b };
  return SEVERITY.indexOf(b.kind) >= SEVERITY.indexOf(a.kind) ? b : a;
}

function bothAgain(a: RetryOutcome, b: RetryOutcome): RetryOutcome {
  const [told, other] = b.timedOut ? [b, a] : [a, b];
  if (other.after === undefined) return told;
  return { ...told, after: Math.max(told.after ?? 0, other.after) };
}
