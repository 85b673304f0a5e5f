import { type Catalogue, declared, type Topic } from './catalogue.ts';
import { lapsesAt } from './double-opt-in.ts';
import { outranks } from './registers.ts';
import { type Spoken, spokenIn } from './spoken.ts';
import { DAY, toIso, toMs } from './time.ts';
import type { AnswerState, ChoiceEntry, HeedRecord, ResolvedState, StateRow } from './vocabulary.ts';

/** Why the answer is what it is; a stable code for callers. */
export type Because =
  | 'granted'
  | 'person-withdrew'
  | 'source-withdrew'
  | 'restricted'
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
  const chosen = chosenIn(record, catalogue, at);
  if (!record.restriction?.restricted) return chosen;
  return (topic, channel) => {
    const answer = chosen(topic, channel);
    return answer.state === 'granted' ? { ...answer, state: 'withdrawn', because: 'restricted' } : answer;
  };
}

/** What was chosen, whether or not it may be used: a restriction takes nothing back, and lifting it restores this. */
export function chosenIn(record: HeedRecord, catalogue: Catalogue, at: number): Answers {
  const spokenOn = spokenIn(record);
  return (topic, channel) => {
    const spoken = spokenOn(topic, channel);
    if (spoken.size === 0) return NO_ANSWER;
    const offered = catalogue.channels.includes(channel) ? declared(catalogue.topics, topic) : undefined;
    return judge(spoken, { offered, channel }, at);
  };
}

const NO_ANSWER: Answer = { state: 'none', because: 'no-answer' };

interface Asked {
  /** Missing where the topic or the channel is not declared: it can be withdrawn, but nothing permits it. */
  readonly offered: Topic | undefined;
  readonly channel: string;
}

/** The four steps, in their order. */
function judge(spoken: Spoken, { offered, channel }: Asked, at: number): Answer {
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
  const expiresAt = pending && lapsesAt({ ...pending, channel }, offered);
  return pending ? pendingOf(pending, expiresAt, at) : NO_ANSWER;
}

/** A request that nobody confirmed in time is as if it had never been: it lapses by itself, with no word written. */
function pendingOf(entry: ChoiceEntry, expiresAt: string | undefined, at: number): Answer {
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
  const { state, because, expiresAt } = answer;
  const entry = because === 'restricted' ? record.restriction : answer.entry;
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
