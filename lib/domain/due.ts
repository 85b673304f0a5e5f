import { toIso } from './time.ts';

/** When a request about a person's rights has to be answered: within one month of it (GDPR 12(3)); the last day counts. */
export function dueAfter(at: number): string {
  const day = new Date(at);
  const due = new Date(at);
  due.setUTCMonth(day.getUTCMonth() + 1);
  /** The 31st of a month that has none: its last day. */
  if (due.getUTCDate() !== day.getUTCDate()) due.setUTCDate(0);
  return toIso(due.getTime());
}
