import type { Log, LogEntry } from '../ports.ts';
import { sentWith } from './sent-times.ts';

/** Brings what the log says of one version on from what it says now; undefined leaves it as it is, but for when it was sent. */
export interface Step {
  readonly subject: string;
  readonly version: number;
  /** As it was read. */
  readonly before: LogEntry | undefined;
  readonly next: (before: LogEntry | undefined) => LogEntry | undefined;
  /** When a request left, if one did. */
  readonly sentAt?: string;
}

/** Entries written at once: a request that waits for a socket is one that times out. */
const AT_ONCE = 50;

const ATTEMPTS = 10;

/** Advances entries of one destination. One that somebody else has changed since it was read is read again. */
export async function advance(
  log: Pick<Log, 'read' | 'replace'>,
  destination: string,
  steps: readonly Step[],
): Promise<void> {
  for (let from = 0; from < steps.length; from += AT_ONCE)
    await Promise.all(steps.slice(from, from + AT_ONCE).map((step) => advanceOne(log, destination, step)));
}

async function advanceOne(
  log: Pick<Log, 'read' | 'replace'>,
  destination: string,
  { subject, version, before, next, sentAt }: Step,
): Promise<void> {
  let known = before;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const entry = next(known) ?? (sentAt === undefined ? undefined : known);
    if (!entry || (await log.replace({ ...entry, ...sentWith(known, sentAt) }, known))) return;
    known = (await log.read(destination, [{ subject, version }])).get(`${subject}:${version}`);
  }
  throw new Error('an entry of the log could not be brought on');
}
