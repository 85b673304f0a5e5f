import { toIso } from '../domain/time.ts';
import type { Clock, DeliveryItem, Ledger, Log } from '../ports.ts';
import type { LaneFacts } from './lane.ts';

export interface DeadLetterPorts {
  readonly ledger: Pick<Ledger, 'items' | 'settle'>;
  readonly log: Pick<Log, 'write'>;
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
    const at = toIso(ports.clock.now());
    const entry = {
      version: letter.version,
      at,
      attempts: letter.attempts,
      outcome: 'failed' as const,
      reason: REASON,
    };
    if (kind === 'log') {
      await ports.log.write([{ ...entry, subject: letter.subject, destination: id }]);
      return;
    }
    for (let attempt = 0; attempt < 10; attempt++) {
      const item = (await ports.ledger.items(id, [letter.subject])).get(letter.subject);
      if (await ports.ledger.settle(buried(item, letter, id, at))) return;
    }
    throw new Error('a dead letter could not be accounted for; it stays in its queue');
  };

function buried(
  item: DeliveryItem | undefined,
  letter: DeadLetter,
  destination: string,
  at: string,
): DeliveryItem {
  const { retrying, ...before } = item ?? {
    subject: letter.subject,
    destination,
    version: 0,
    revision: 0,
    trail: [],
  };
  const answered = {
    version: Math.max(letter.version, before.answered?.version ?? 0),
    outcome: 'failed' as const,
    reason: REASON,
    at,
  };
  const others = retrying && retrying.until > at && { retrying };
  return { ...before, ...others, revision: before.revision + 1, answered, open: true };
}
