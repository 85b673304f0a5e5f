import type { Disposition, LaneMessage } from './lane.ts';

/** All of a batch's messages of one subject: the highest version speaks for them. */
export interface Job {
  readonly subject: string;
  readonly messages: readonly LaneMessage[];
  readonly newest: LaneMessage;
  /** An earlier attempt may have died after sending something old: send whatever the ledger says. */
  readonly sure: boolean;
  /** This very run has settled, and lost. */
  readonly overtaken: boolean;
  /** A request of this very run may have left Heed. */
  readonly left: boolean;
}

export function jobsOf(messages: readonly LaneMessage[]): readonly Job[] {
  const bySubject = new Map<string, LaneMessage[]>();
  for (const message of messages) {
    const list = bySubject.get(message.subject);
    if (list) list.push(message);
    else bySubject.set(message.subject, [message]);
  }
  return [...bySubject.values()].map((all) => {
    const newest = all.reduce((a, b) => (b.version > a.version ? b : a));
    const sure = all.some(({ receiveCount, force }) => receiveCount > 1 || force);
    return { subject: newest.subject, messages: all, newest, sure, overtaken: false, left: false };
  });
}

/** The job after somebody else has settled in between: what it sends next it sends for sure. */
export const overtaken = (job: Job, left: boolean): Job => ({
  ...job,
  sure: true,
  overtaken: true,
  left: job.left || left,
});

/**
 * Attempts in which a request may have left, this one included; `known`: those that are told of already. An attempt that
 * ended without a word may have sent, whichever message it was for.
 */
export const attemptsOf = (messages: readonly LaneMessage[], left: boolean, known = 0): number =>
  Math.max(known, ...messages.map(({ receiveCount }) => receiveCount - 1)) + (left ? 1 : 0);

export const dispose = ({ messages }: Job, again?: number): readonly Disposition[] =>
  messages.map(({ id }) => (again === undefined ? { id } : { id, again }));
