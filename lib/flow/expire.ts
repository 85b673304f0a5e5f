import { answersOf } from '../domain/answer.ts';
import { expandPairs } from '../domain/catalogue.ts';
import { DAY, toIso } from '../domain/time.ts';
import type { Choice } from '../domain/vocabulary.ts';
import type { Marks } from '../ports.ts';
import { type AcceptPorts, recordChange } from './accept.ts';

export interface ExpirePorts extends AcceptPorts {
  readonly marks: Marks;
}

const MARK = 'expiry';

/** Grants that had run out before the first look are found this far back, ms. */
const FIRST_LOOK = 7 * DAY;

interface Expired {
  readonly choice: Choice;
  readonly source: string;
  /** When the grant that ran out was given: a renewal is newer, whenever it arrives. */
  readonly grantedAt: string;
}

/**
 * Writes the withdrawals that grants amount to once they have run out, so that destinations are told. Answers do not
 * wait for it: they compute the end when read. Gives how many subjects it wrote for.
 */
export const expire = (ports: ExpirePorts) => async (): Promise<number> => {
  const now = ports.clock.now();
  const mark = await ports.marks.read(MARK);
  let written = 0;
  const from = Math.floor((mark?.lowWater ?? now - FIRST_LOOK) / DAY) * DAY;
  for (let day = from; day <= now; day += DAY) {
    const due = (await ports.records.expiringOn(day)).filter(({ expiresAt }) => expiresAt <= toIso(now));
    for (const subject of new Set(due.map((entry) => entry.subject)))
      written += await expireSubject(ports, subject, now);
  }
  await ports.marks.write(MARK, { lowWater: now - DAY, setup: '' });
  return written;
};

/** A source's grant ends in that source's own voice, so that it can renew it; a person's in Heed's. */
async function expireSubject(ports: ExpirePorts, subject: string, now: number): Promise<number> {
  const stored = await ports.records.newest(subject);
  if (!stored) return 0;
  const answer = answersOf(stored.version.record, ports.catalogue, now);
  const expired = expandPairs(ports.catalogue, { topic: '*', channel: '*' }).flatMap(
    ({ topic, channel }): Expired[] => {
      const { because, entry } = answer(topic, channel);
      if (because !== 'expired' || !entry) return [];
      const source = entry.speaker.startsWith('system:') ? entry.speaker.slice('system:'.length) : 'heed';
      return [{ choice: { topic, channel, state: 'withdrawn' }, source, grantedAt: entry.occurredAt }];
    },
  );
  for (const group of Object.values(grouped(expired))) await withdraw(ports, subject, group);
  return expired.length > 0 ? 1 : 0;
}

function grouped(expired: readonly Expired[]): Record<string, Expired[]> {
  const groups: Record<string, Expired[]> = {};
  for (const entry of expired) {
    const name = `${entry.source} ${entry.grantedAt}`;
    groups[name] = [...(groups[name] ?? []), entry];
  }
  return groups;
}

async function withdraw(ports: ExpirePorts, subject: string, group: readonly Expired[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  const choices = group.map(({ choice }) => choice);
  const evidence = {
    source: first.source,
    actor: { kind: 'system' as const },
    method: 'expiry',
    occurredAt: first.grantedAt,
  };
  await recordChange(ports)(
    { subject, body: { choices: [...choices] } },
    { choices, preferences: [], identifiers: [], evidence, personal: {} },
  );
}
