import { toIso } from '../domain/time.ts';
import type { Clock, DeliveryItem, Ledger, Log, LogEntry } from '../ports.ts';
import { advance } from './advance.ts';
import type { LaneFacts } from './lane.ts';
import { settledItem, unknownItem } from './settle.ts';

export interface DeadLetterPorts {
  readonly ledger: Pick<Ledger, 'items' | 'settle'>;
  readonly log: Pick<Log, 'read' | 'replace'>;
  readonly clock: Clock;
}

/** A message that was given up by its queue. */
export interface DeadLetter {
  readonly subject: string;
  readonly version: number;
  readonly attempts: number;
}

const REASON = 'dead-letter';

/**
 * Accounts for a message its queue gave up: answered `failed`, and the subject left open, because an attempt may have
 * died after sending something old: whatever is sent for it next is sent for sure. A report on a lane needs no account:
 * a newer one comes while there is anything to tell.
 */
export const bury =
  (ports: DeadLetterPorts, lane: LaneFacts) =>
  async (letter: DeadLetter): Promise<void> => {
    const { id, kind } = lane.destination;
    if (kind === 'watch') return;
    const now = ports.clock.now();
    if (kind === 'log') return buryVersion(ports, id, letter);
    for (let attempt = 0; attempt < 10; attempt++) {
      const item = (await ports.ledger.items(id, [letter.subject])).get(letter.subject);
      const { next, archived } = buried(item ?? unknownItem(letter.subject, id), letter, now);
      if (await ports.ledger.settle({ ...next, open: true }, archived)) return;
    }
    throw new Error('a dead letter could not be accounted for; it stays in its queue');
  };

/** A version that was delivered stays so. */
async function buryVersion(
  { log, clock }: Pick<DeadLetterPorts, 'log' | 'clock'>,
  destination: string,
  { subject, version, attempts }: DeadLetter,
): Promise<void> {
  const entry = {
    subject,
    destination,
    version,
    at: toIso(clock.now()),
    outcome: 'failed',
    reason: REASON,
  } as const;
  const next = (before: LogEntry | undefined): LogEntry | undefined =>
    before?.outcome === 'delivered'
      ? undefined
      : { ...entry, attempts: Math.max(attempts, before?.attempts ?? 0) };
  const before = (await log.read(destination, [entry])).get(`${subject}:${version}`);
  await advance(log, destination, [{ subject, version, before, next }]);
}

/** In the trail like any answer, with its attempts: one of them may have sent something. */
const buried = (item: DeliveryItem, { version, attempts }: DeadLetter, now: number) =>
  settledItem(item, {
    version: Math.max(version, item.answered?.version ?? 0),
    outcome: { kind: 'failed', reason: REASON },
    ...{ at: now, readAt: now, attempts },
  });
