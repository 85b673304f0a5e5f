import { toIso, toMs } from './time.ts';
import type { Change, Version } from './vocabulary.ts';

export interface Moment {
  /** The newest version there is of her. */
  readonly last: Pick<Version, 'recordedAt'> | undefined;
  /** ms */
  readonly now: number;
}

/**
 * What a person says at this moment, dated after all that is recorded of her. A clock that was set back, or is behind
 * another machine's, would date it before what she said last, and a stop would stop nothing: the time moves by as much as
 * the clock lags.
 */
export function saidNow(change: Change, { last, now }: Moment): Change {
  const lag = last ? toMs(last.recordedAt) - now : 0;
  if (lag <= 0) return change;
  const occurredAt = toIso(toMs(change.evidence.occurredAt) + lag + 1);
  return { ...change, evidence: { ...change.evidence, occurredAt } };
}

/**
 * Nothing is chosen after it is recorded: answers about the past rest on it. A clock that was set back since it was read
 * would have it so; then the time of recording counts, and the other is kept beside it as any claim is.
 */
export function notAfter(change: Change, { last, now }: Moment): Change {
  const { occurredAt, claimedAt = occurredAt } = change.evidence;
  const recordedAt = Math.max(now, last ? toMs(last.recordedAt) + 1 : 0);
  if (toMs(occurredAt) <= recordedAt) return change;
  return { ...change, evidence: { ...change.evidence, occurredAt: toIso(recordedAt), claimedAt } };
}
