import { type Catalogue, declared, type Topic } from './catalogue.ts';
import { lapsesAt } from './double-opt-in.ts';
import { outranks } from './registers.ts';
import { DAY, toIso, toMs } from './time.ts';
import { coveringTopics, coversChannel, specificity } from './topic.ts';
import type { AnswerState, ChoiceEntry, HeedRecord, ResolvedState, Speaker, StateRow } from './vocabulary.ts';

/** Why the answer is what it is; a stable code for callers. */
export type Because =
  | 'granted'
  | 'person-withdrew'
  | 'source-withdrew'
  | 'expired'
  | 'confirmation-pending'
  | 'no-answer';

/** The answer for one topic and channel at one moment. `entry` is the word that decided. */
export interface Answer {
  readonly state: AnswerState;
  readonly because: Because;
  readonly entry?: ChoiceEntry;
  readonly expiresAt?: string;
}

export type Answers = (topic: string, channel: string) => Answer;

/** Reads a record: gives the answer for any topic and channel as of `at` (ms). Index once, ask often. */
export function answersOf(record: HeedRecord, catalogue: Catalogue, at: number): Answers {
  const saidOf = wordsOn(record.choices);
  return (topic, channel) => {
    const covering = saidOf(topic).filter((entry) => coversChannel(entry.channel, channel));
    if (covering.length === 0) return NO_ANSWER;
    const offered = catalogue.channels.includes(channel) ? declared(catalogue.topics, topic) : undefined;
    return judge(newestPerSpeaker(covering), offered, at);
  };
}

const NO_ANSWER: Answer = { state: 'none', because: 'no-answer' };

/** Entries that cover a topic, on whatever channel: looked for once a topic, since it is asked of every channel. */
function wordsOn(entries: readonly ChoiceEntry[]): (topic: string) => readonly ChoiceEntry[] {
  const byTopic = new Map<string, ChoiceEntry[]>();
  for (const entry of entries) {
    const group = byTopic.get(entry.topic);
    if (group) group.push(entry);
    else byTopic.set(entry.topic, [entry]);
  }
  const found = new Map<string, readonly ChoiceEntry[]>();
  return (topic) => {
    const known = found.get(topic);
    if (known) return known;
    const covering = coveringTopics(topic).flatMap((pattern) => byTopic.get(pattern) ?? []);
    found.set(topic, covering);
    return covering;
  };
}

/** Of one change the most specific entry speaks; between changes the newest does. In two steps, since ties need it. */
function newestPerSpeaker(covering: readonly ChoiceEntry[]): Map<Speaker, ChoiceEntry> {
  const perChange = new Map<string, ChoiceEntry>();
  for (const entry of covering) {
    const name = `${entry.speaker} ${entry.change}`;
    const rival = perChange.get(name);
    if (!rival || specificity(entry) > specificity(rival)) perChange.set(name, entry);
  }
  const newest = new Map<Speaker, ChoiceEntry>();
  for (const entry of perChange.values()) {
    const rival = newest.get(entry.speaker);
    if (!rival || outranks(entry, rival)) newest.set(entry.speaker, entry);
  }
  return newest;
}

/** The four steps, in their order. What is not `offered` can be withdrawn, but nothing permits it. */
function judge(spoken: ReadonlyMap<Speaker, ChoiceEntry>, offered: Topic | undefined, at: number): Answer {
  const person = spoken.get('person');
  if (person?.state === 'withdrawn') return { state: 'withdrawn', because: 'person-withdrew', entry: person };
  const systems = [...spoken.values()].filter(({ speaker }) => speaker.startsWith('system:'));
  const withdrawn = newest(
    systems.filter(
      (entry) => entry.state === 'withdrawn' && !(person && person.occurredAt > entry.occurredAt),
    ),
  );
  if (withdrawn) return { state: 'withdrawn', because: 'source-withdrew', entry: withdrawn };
  if (!offered) return NO_ANSWER;
  const granted = person ?? newest(systems.filter(({ state }) => state === 'granted'));
  if (granted) return grantOf(granted, offered.expiresAfterDays, at);
  const pending = spoken.get('pending');
  return pending ? pendingOf(pending, offered, at) : NO_ANSWER;
}

/** A request that nobody confirmed in time is as if it had never been: it lapses by itself, with no word written. */
function pendingOf(entry: ChoiceEntry, topic: Topic, at: number): Answer {
  const expiresAt = lapsesAt(entry, topic);
  if (expiresAt !== undefined && expiresAt <= toIso(at)) return NO_ANSWER;
  return { state: 'pending', because: 'confirmation-pending', entry, ...(expiresAt && { expiresAt }) };
}

const newest = (entries: readonly ChoiceEntry[]): ChoiceEntry | undefined =>
  entries.reduce<ChoiceEntry | undefined>(
    (best, entry) => (best && !outranks(entry, best) ? best : entry),
    undefined,
  );

function grantOf(entry: ChoiceEntry, expiresAfterDays: number | undefined, at: number): Answer {
  if (expiresAfterDays === undefined) return { state: 'granted', because: 'granted', entry };
  const end = toMs(entry.occurredAt) + expiresAfterDays * DAY;
  const expiresAt = toIso(end);
  if (end <= at) return { state: 'withdrawn', because: 'expired', entry, expiresAt };
  return { state: 'granted', because: 'granted', entry, expiresAt };
}

/** The whole resolved state as of `at` (ms): one row per catalogue topic × channel that has an answer. */
export const resolve = (record: HeedRecord, catalogue: Catalogue, at: number): ResolvedState =>
  resolvedBy(answersOf(record, catalogue, at), record, catalogue);

/** The same, by answers of the record that are at hand. */
export function resolvedBy(answer: Answers, record: HeedRecord, catalogue: Catalogue): ResolvedState {
  const choices: StateRow[] = [];
  for (const topic of Object.keys(catalogue.topics)) {
    for (const channel of catalogue.channels) {
      const row = rowOf(record, topic, channel, answer(topic, channel));
      if (row) choices.push(row);
    }
  }
  return { choices, stopped: stoppedChannels(catalogue, answer), preferences: preferencesOf(record) };
}

function rowOf(record: HeedRecord, topic: string, channel: string, answer: Answer): StateRow | undefined {
  const { state, entry, expiresAt } = answer;
  const evidence = entry && record.evidence[entry.change];
  if (state === 'none' || !entry || !evidence) return undefined;
  const { source, actor, method, legalBasis, notice } = evidence;
  return {
    topic,
    channel,
    state,
    occurredAt: entry.occurredAt,
    source,
    actor: actor.kind,
    method,
    ...(legalBasis && { legalBasis }),
    ...(notice && { notice: { id: notice.id, version: notice.version, language: notice.language } }),
    ...(expiresAt && { expiresAt }),
  };
}

/** Preferences as they stand: the person's word outranks any system's, then the newest. */
export function preferencesOf(
  record: HeedRecord,
): readonly { readonly key: string; readonly value: string }[] {
  const best = new Map<string, HeedRecord['preferences'][number]>();
  for (const entry of record.preferences) {
    const rival = best.get(entry.key);
    if (!rival || outweighs(entry, rival)) best.set(entry.key, entry);
  }
  return [...best.values()].map(({ key, value }) => ({ key, value }));
}

type PreferenceEntry = HeedRecord['preferences'][number];

function outweighs(a: PreferenceEntry, b: PreferenceEntry): boolean {
  if ((a.speaker === 'person') !== (b.speaker === 'person')) return a.speaker === 'person';
  return outranks(a, b);
}

/** Channels on which the person has withdrawn every topic there is, and by `*` every one there will be. */
const stoppedChannels = (catalogue: Catalogue, answer: Answers): readonly string[] =>
  catalogue.channels.filter((channel) =>
    ['*', ...Object.keys(catalogue.topics)].every(
      (topic) => answer(topic, channel).because === 'person-withdrew',
    ),
  );
