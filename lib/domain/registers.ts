import { canonical, sha256 } from './digest.ts';
import { covers, coversChannel } from './topic.ts';
import type { ChoiceEntry, HeedRecord, IdentifierEntry, PreferenceEntry } from './vocabulary.ts';

/** What last-writer-wins needs: a time, and for ties something total. */
interface Timed {
  readonly occurredAt: string;
}

/** Newest wins; at the same instant a withdrawal does, then the lower digest: the same winner in any order. */
export function outranks(a: Timed, b: Timed): boolean {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt;
  if (isWithdrawal(a) !== isWithdrawal(b)) return isWithdrawal(a);
  return sha256(canonical(a)) < sha256(canonical(b));
}

const isWithdrawal = (entry: object): boolean =>
  ('state' in entry && entry.state === 'withdrawn') || ('sealed' in entry && entry.sealed === null);

/**
 * An entry that another one of the same speaker outdates under every topic and channel it covers. It can never speak
 * again, so it is dropped: a stop-all empties a record, and no record grows with its history.
 */
const outdates = (a: ChoiceEntry, b: ChoiceEntry): boolean =>
  a.speaker === b.speaker &&
  a.occurredAt > b.occurredAt &&
  covers(a.topic, b.topic) &&
  coversChannel(a.channel, b.channel);

const sameRegister = (a: ChoiceEntry, b: ChoiceEntry): boolean =>
  a.speaker === b.speaker && a.topic === b.topic && a.channel === b.channel;

function addChoice(entries: readonly ChoiceEntry[], entry: ChoiceEntry): readonly ChoiceEntry[] {
  const rival = entries.find((other) => sameRegister(other, entry));
  if (rival && (rival.change === entry.change || !outranks(entry, rival))) return entries;
  if (entries.some((other) => outdates(other, entry))) return entries;
  return [...entries.filter((other) => other !== rival && !outdates(entry, other)), entry];
}

function addRegister<T extends Timed>(
  entries: readonly T[],
  entry: T,
  same: (other: T) => boolean,
): readonly T[] {
  const rival = entries.find(same);
  if (rival && !outranks(entry, rival)) return entries;
  return [...entries.filter((other) => other !== rival), entry];
}

/** What a change says, as entries. */
export interface Entries {
  readonly choices: readonly ChoiceEntry[];
  readonly preferences: readonly PreferenceEntry[];
  readonly identifiers: readonly IdentifierEntry[];
  readonly evidence: HeedRecord['evidence'];
}

export const EMPTY_RECORD: HeedRecord = { choices: [], preferences: [], identifiers: [], evidence: {} };

/** Joins a change's entries into a record. Commutative, associative and idempotent; the arrays come out sorted. */
export function merge(record: HeedRecord, entries: Entries): HeedRecord {
  const choices = entries.choices.reduce(addChoice, record.choices);
  const preferences = entries.preferences.reduce(
    (all, entry) => addRegister(all, entry, (o) => o.key === entry.key && o.speaker === entry.speaker),
    record.preferences,
  );
  const identifiers = entries.identifiers.reduce(
    (all, entry) => addRegister(all, entry, (o) => o.kind === entry.kind),
    record.identifiers,
  );
  const kept = new Set([...choices, ...preferences, ...identifiers].map(({ change }) => change));
  const evidence = { ...entries.evidence, ...record.evidence };
  return {
    choices: sorted(choices, (e) => `${e.topic} ${e.channel} ${e.speaker}`),
    preferences: sorted(preferences, (e) => `${e.key} ${e.speaker}`),
    identifiers: sorted(identifiers, (e) => e.kind),
    evidence: Object.fromEntries(Object.entries(evidence).filter(([change]) => kept.has(change))),
  };
}

function sorted<T>(entries: readonly T[], name: (entry: T) => string): readonly T[] {
  const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);
  return [...entries].sort((a, b) => compare(name(a), name(b)));
}
