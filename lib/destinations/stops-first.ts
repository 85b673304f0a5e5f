import type { Call } from './destination.ts';

/** What is to be said to one place of a vendor (a channel, an audience), once it is known who is there. */
export interface Words {
  readonly stops: readonly Call[];
  readonly grants: readonly Call[];
}

/** A look-up that hands over what is to be said, and goes on with what follows from that. */
export type Look = (then: (words: Words) => readonly Call[]) => Call;

/**
 * Looks everywhere first, then says all that stops, then all that is granted. A person's calls end at the first that is
 * not delivered: a grant that one place refuses must not keep a withdrawal from another.
 */
export function stopsFirst(looks: readonly Look[], found: readonly Words[] = []): readonly Call[] {
  const look = looks[found.length];
  if (look) return [look((words) => stopsFirst(looks, [...found, words]))];
  const calls: Call[] = [];
  for (const { stops } of found) calls.push(...stops);
  for (const { grants } of found) calls.push(...grants);
  return calls;
}
