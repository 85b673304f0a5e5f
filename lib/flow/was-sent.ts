import type { LogEntry } from '../ports.ts';
import type { Entry } from './fate.ts';

/** Answers for which nothing left Heed. */
const UNSENT: ReadonlySet<string> = new Set(['no-identifier', 'nothing-to-say', 'paused', 'broken-version']);

/**
 * A request may have left, whatever became of it: with such an answer, or in an attempt before it. A dead letter counts:
 * nobody knows how far its attempts came.
 */
export const wasSent = ({ outcome, reason = '', attempts = 1 }: Omit<Entry, 'at' | 'version'>): boolean =>
  outcome === 'delivered' || attempts > 1 || !UNSENT.has(reason);

/** The same of a version: an attempt that is to be repeated may have arrived; what was only put back has not been sent. */
export const wasLogged = ({ outcome, ...entry }: LogEntry): boolean =>
  outcome === 'retry' ? entry.attempts > 0 : wasSent({ ...entry, outcome });
