import { canonical, sha256 } from './digest.ts';
import { covers, coversChannel } from './topic.ts';
import type {
  ChoiceEntry,
  HeedRecord,
  IdentifierEntry,
  PreferenceEntry,
  RestrictionEntry,
} from './vocabulary.ts';

/** What last-writer-wins needs: a time, and for ties something total. */
interface Timed {
  readonly occurredAt: string;
}

/** Newest wins; at the same instant a withdrawal (or restriction) does, then the lower digest: the same winner in any order. */
export function outranks(a: Timed, b: Timed): boolean {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt;
  if (isWithdrawal(a) !== isWithdrawal(b)) return isWithdrawal(a);
  return sha256(canonical(a)) < sha256(canonical(b));
}

const isWithdrawal = (entry: object): boolean =>
  ('state' in entry && entry.state === 'withdrawn') ||
  ('sealed' in entry && entry.sealed === null) ||
  ('restricted' in entry && entry.restricted === true);

/**
 * An entry that another one of the same speaker outdates under every topic and channel it covers. It can never speak
 * again, so it is dropped: a stop-all empties a record, and no record grows with its history.
 */
const outdates = (a: ChoiceEntry, b: ChoiceEntry): boolean =>
  a.speaker === b.speaker &&
  a.occurredAt > b.occurredAt &&
  covers(a.topic, b.topic) &&
  coversChannel(a.channel, b.channel);

/**
 * Entries of both that can still speak. What is tied stays, for a word is read together with the rest of its change:
 * if one stop-all of two at the same instant were dropped, the other's exceptions would speak for both.
 */
function joinChoices(known: readonly ChoiceEntry[], added: readonly ChoiceEntry[]): readonly ChoiceEntry[] {
  const names = new Set(known.map(nameOf));
  const fresh = added.filter((entry) => !names.has(nameOf(entry)));
  const speaking = [
    ...known.filter((entry) => !fresh.some((other) => outdates(other, entry))),
    ...fresh.filter((entry) => ![...known, ...fresh].some((other) => outdates(other, entry))),
  ];
  return tied(speaking) ? withoutRepeats(speaking) : speaking;
}

/** Do words of two changes meet at one instant? Almost never: the common path stays short. */
function tied(entries: readonly ChoiceEntry[]): boolean {
  const changes = new Map<string, string>();
  return entries.some((entry) => {
    const moment = `${entry.speaker} ${entry.occurredAt}`;
    const other = changes.get(moment);
    changes.set(moment, entry.change);
    return other !== undefined && other !== entry.change;
  });
}

const nameOf = ({ topic, channel, speaker, change }: ChoiceEntry): string =>
  `${topic} ${channel} ${speaker} ${change}`;

/** Of changes in which a speaker said the very same at the same instant, the one with the lowest id stands for all. */
function withoutRepeats(entries: readonly ChoiceEntry[]): readonly ChoiceEntry[] {
  const spoken = new Map<string, ChoiceEntry[]>();
  for (const entry of sorted(entries, nameOf)) {
    const name = `${entry.speaker} ${entry.change}`;
    const group = spoken.get(name);
    if (group) group.push(entry);
    else spoken.set(name, [entry]);
  }
  const first = new Map<string, readonly ChoiceEntry[]>();
  for (const [, group] of [...spoken].sort(([a], [b]) => Number(a > b) - Number(a < b))) {
    const words = group.map((e) => `${nameOf({ ...e, change: e.occurredAt })} ${e.state}`).join();
    if (!first.has(words)) first.set(words, group);
  }
  return [...first.values()].flat();
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
  readonly restriction?: RestrictionEntry;
  readonly evidence: HeedRecord['evidence'];
}

export const EMPTY_RECORD: HeedRecord = { choices: [], preferences: [], identifiers: [], evidence: {} };

/** Joins a change's entries into a record. Commutative, associative and idempotent; the arrays come out sorted. */
export function merge(record: HeedRecord, entries: Entries): HeedRecord {
  const choices = joinChoices(record.choices, entries.choices);
  const preferences = entries.preferences.reduce(
    (all, entry) => addRegister(all, entry, (o) => o.key === entry.key && o.speaker === entry.speaker),
    record.preferences,
  );
  const identifiers = entries.identifiers.reduce(
    (all, entry) => addRegister(all, entry, (o) => o.kind === entry.kind),
    record.identifiers,
  );
  const [restriction] = [record.restriction, entries.restriction].reduce<readonly RestrictionEntry[]>(
    (all, entry) => (entry ? addRegister(all, entry, () => true) : all),
    [],
  );
  const entered = [...choices, ...preferences, ...identifiers, ...(restriction ? [restriction] : [])];
  const kept = new Set(entered.map(({ change }) => change));
  const evidence = { ...entries.evidence, ...record.evidence };
  return {
    choices: sorted(choices, nameOf),
    preferences: sorted(preferences, (e) => `${e.key} ${e.speaker}`),
    identifiers: sorted(identifiers, (e) => e.kind),
    ...(restriction && { restriction }),
    evidence: Object.fromEntries(Object.entries(evidence).filter(([change]) => kept.has(change))),
  };
}

function sorted<T>(entries: readonly T[], name: (entry: T) => string): readonly T[] {
  const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);
  return [...entries].sort((a, b) => compare(name(a), name(b)));
}
