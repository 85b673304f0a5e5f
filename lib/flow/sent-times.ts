import type { LogEntry } from '../ports.ts';
import { wasSent } from './was-sent.ts';

type Times = NonNullable<LogEntry['sent']>;

/** When requests about a version left. One of which that was never kept has the time of its answer, if it was sent. */
export const sentIn = (entry: LogEntry): Times | undefined =>
  entry.sent ??
  (wasSent(entry) && entry.outcome !== 'retry' ? { first: entry.at, last: entry.at } : undefined);

/** The same with a request that left at `sentAt`, if one did: whatever is written over an entry keeps its times. */
export function sentWith(known: LogEntry | undefined, sentAt: string | undefined): Pick<LogEntry, 'sent'> {
  const before = known && sentIn(known);
  if (sentAt !== undefined) return { sent: { first: before?.first ?? sentAt, last: sentAt } };
  return before ? { sent: before } : {};
}
