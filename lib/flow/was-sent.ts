import type { LogEntry } from '../ports.ts';

/** Answers for which nothing left Heed; asked only where nobody knows how many attempts there were. */
const UNSENT: ReadonlySet<string> = new Set(['no-identifier', 'nothing-to-say', 'paused', 'broken-version']);

/**
 * A request may have left, whatever became of it: in this attempt or one before it. A dead letter counts: nobody knows how
 * far its attempts came. What was only put back counts none.
 */
export const wasSent = ({
  outcome,
  reason = '',
  attempts,
}: Pick<LogEntry, 'outcome' | 'reason'> & { readonly attempts?: number }): boolean =>
  outcome === 'delivered' ||
  (attempts === undefined ? !UNSENT.has(reason) : attempts > 0 || reason === 'dead-letter');
