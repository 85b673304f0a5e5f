import type { Clock } from '../ports.ts';

/** Spaces requests evenly: resolves when it is the caller's turn. */
export function rateLimit(
  perSecond: number,
  { now, sleep }: Pick<Clock, 'now' | 'sleep'>,
): () => Promise<void> {
  const gap = 1000 / perSecond;
  /** A worker that was idle may send this many at once. */
  const burst = Math.max(1, Math.ceil(perSecond / 10));
  let next = 0;
  return async () => {
    const at = now();
    next = Math.max(next + gap, at - burst * gap);
    if (next > at) await sleep(next - at);
  };
}
