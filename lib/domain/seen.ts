import { hash } from 'node:crypto';
import * as z from 'zod';
import { MINUTE, toIso, toMs } from './time.ts';

/**
 * What has been counted of each minute, in 32 hexadecimal digits: enough to tell whether a minute holds anything else, without
 * listing what it held. By the start of the minute.
 */
export const Seen = z.record(z.string(), z.string().regex(/^[0-9a-f]{32}$/)).readonly();
export type Seen = Readonly<z.infer<typeof Seen>>;

interface Named {
  readonly subject: string;
  readonly version: number;
}

const NOTHING = '0'.repeat(32);

/** Of whatever order, and each counted once. */
function sumOf(named: readonly Named[], before: string): string {
  const sum = Buffer.from(before, 'hex');
  for (const { subject, version } of named) {
    const digest = hash('sha256', `${subject}:${version}`, 'buffer');
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) ^ (digest[i] ?? 0);
  }
  return sum.toString('hex');
}

/** Whether these are exactly what was counted of a minute (ms of its start). */
export const isSeen = (seen: Seen, minute: number, named: readonly Named[]): boolean =>
  sumOf(named, NOTHING) === (seen[toIso(minute)] ?? NOTHING);

/** Counts what was found in a minute. */
export function withSeen(seen: Seen, minute: number, named: readonly Named[]): Seen {
  if (named.length === 0) return seen;
  const name = toIso(minute);
  return { ...seen, [name]: sumOf(named, seen[name] ?? NOTHING) };
}

/** Without the minutes that are over by then (ms). */
export const seenSince = (seen: Seen, since: number): Seen =>
  Object.fromEntries(Object.entries(seen).filter(([minute]) => toMs(minute) + MINUTE > since));
