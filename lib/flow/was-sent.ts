import type { LogEntry } from '../ports.ts';
import type { Entry } from './fate.ts';

/** Answers for which nothing left Heed. Only where nobody knows of how many attempts they came. */
const UNSENT: ReadonlySet<string> = new Set(['no-identifier', 'nothing-to-say', 'paused', 'broken-version']);

/**
 * A request may have left, whatever became of it: with such an answer, or in an attempt before it. A dead letter counts:
 * nobody knows how far its attempts came.
 */
export const wasSent = ({
  outcome,
  reason = '',
  attempts,
}: Omit<Entry, 'at' | 'version' | 'outcome'> & { readonly outcome: LogEntry['outcome'] }): boolean =>
  outcome === 'delivered' ||
  (attempts === undefined ? !UNSENT.has(reason) : attempts > 0 || reason === 'dead-letter');

/** The same of a version: an attempt that is to be repeated may have arrived; what was only put back has not been sent. */
export const wasLogged: (entry: LogEntry) => boolean = wasSent;
