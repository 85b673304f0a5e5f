import type { ChangeBody } from './change.ts';

/** One thing wrong with an input: where, and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Why a change was not stored. `type` is stable and becomes the problem document's. */
export interface Refusal {
  readonly type:
    | 'invalid-change'
    | 'forbidden-source'
    | 'version-conflict'
    | 'idempotency-mismatch'
    | 'too-large'
    | 'erasing'
    | 'suppressed'
    | 'busy';
  readonly detail: string;
  readonly errors?: readonly Fault[];
  /** Withdrawals of a refused mixed change, ready to post on their own: they were not stored. */
  readonly withdrawals?: ChangeBody;
  /** The version that stands, where the caller expected another. */
  readonly version?: number;
}

/** Withdrawals of a change that is being refused for something else, each once. */
export function withdrawalsOf(body: ChangeBody): ChangeBody | undefined {
  const withdrawn = (body.choices ?? []).filter(({ state }) => state === 'withdrawn');
  const choices = withdrawn.filter(
    ({ topic, channel }, i) =>
      withdrawn.findIndex((other) => other.topic === topic && other.channel === channel) === i,
  );
  if (choices.length === 0) return undefined;
  return { choices, ...(body.evidence && { evidence: body.evidence }) };
}

/** Adds the withdrawals that a refusal left unstored. */
export function refuse(refusal: Refusal, body: ChangeBody): Refusal {
  const withdrawals = withdrawalsOf(body);
  return withdrawals ? { ...refusal, withdrawals } : refusal;
}
