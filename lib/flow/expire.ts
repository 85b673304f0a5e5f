import { answersOf } from '../domain/answer.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { expandPairs } from '../domain/catalogue.ts';
import { DAY, MINUTE, toIso, toMs } from '../domain/time.ts';
import type { Choice } from '../domain/vocabulary.ts';
import type { Marks } from '../ports.ts';
import { type AcceptPorts, recordChange } from './accept.ts';
import { repair } from './repair.ts';

export interface ExpirePorts extends AcceptPorts {
  readonly marks: Marks;
}

const MARK = 'expiry';

/** Grants that had run out before the first look are found this far back, ms. */
const FIRST_LOOK = 7 * DAY;

/** What the index shows late is looked for this long, ms. */
const OVERLAP = 10 * MINUTE;

/** A run that takes longer ends here and the next one goes on, ms: on some days whole imports run out at once. */
const LONGEST_RUN = 4 * MINUTE;

const AT_ONCE = 8;

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
  let done = (await ports.marks.read(MARK))?.lowWater ?? now - FIRST_LOOK;
  let written = 0;
  for await (const due of dueSince(ports, done, now)) {
    if (ports.clock.now() - now > LONGEST_RUN) return finish(ports, done, written);
    const found = await Promise.all(due.map(({ subject }) => expireSubject(ports, subject, now)));
    written += found.filter(Boolean).length;
    done = Math.max(done, ...due.map(({ expiresAt }) => toMs(expiresAt)));
  }
  return finish(ports, now, written);
};

/** The next run starts here. */
async function finish(ports: ExpirePorts, done: number, written: number): Promise<number> {
  await ports.marks.write(MARK, { lowWater: Math.min(done, ports.clock.now() - OVERLAP), setup: '' });
  return written;
}

type Due = Awaited<ReturnType<ExpirePorts['records']['expiringOn']>>;

/** Subjects whose grants ran out, each once a day, the earliest first, a few at a time. */
async function* dueSince({ records }: ExpirePorts, from: number, to: number): AsyncGenerator<Due> {
  const [first, last] = [toIso(from), toIso(to)];
  for (let day = Math.floor(from / DAY) * DAY; day <= to; day += DAY) {
    const bySubject = new Map<string, Due[number]>();
    for (const entry of await records.expiringOn(day))
      if (first <= entry.expiresAt && entry.expiresAt <= last) bySubject.set(entry.subject, entry);
    const due = [...bySubject.values()].sort((a, b) => toMs(a.expiresAt) - toMs(b.expiresAt));
    for (let next = 0; next < due.length; next += AT_ONCE) yield due.slice(next, next + AT_ONCE);
  }
}

/**
 * A source's grant ends in that source's own voice, so that it can renew it; a person's in Heed's. False: nothing of
 * this subject's has run out (any more).
 */
export async function expireSubject(ports: AcceptPorts, subject: string, now: number): Promise<boolean> {
  const stored = await orBroken(ports.records.newest(subject));
  if (!stored) return false;
  if (stored instanceof BrokenVersionError) {
    await repair(ports, stored);
    return true;
  }
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
  return expired.length > 0;
}

function grouped(expired: readonly Expired[]): Record<string, Expired[]> {
  const groups: Record<string, Expired[]> = {};
  for (const entry of expired) {
    const name = `${entry.source} ${entry.grantedAt}`;
    groups[name] = [...(groups[name] ?? []), entry];
  }
  return groups;
}

async function withdraw(ports: AcceptPorts, subject: string, group: readonly Expired[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  const choices = group.map(({ choice }) => choice);
  const evidence = {
    source: first.source,
    actor: { kind: 'system' as const },
    method: 'expiry',
    occurredAt: first.grantedAt,
  };
  const accepted = await recordChange(ports)(
    { subject, body: { choices: [...choices] } },
    { choices, preferences: [], identifiers: [], evidence, personal: {} },
  );
  if (accepted.kind === 'refused')
    throw new Error(`a grant that ran out was not withdrawn: ${accepted.refusal.type}`);
}
