import { outranks } from './registers.ts';
import { coveringTopics, coversChannel, specificity } from './topic.ts';
import type { ChoiceEntry, HeedRecord, Speaker } from './vocabulary.ts';

/** Each speaker's newest word on one topic and channel. */
export type Spoken = ReadonlyMap<Speaker, ChoiceEntry>;

const NOTHING: Spoken = new Map();

type Words = readonly ChoiceEntry[];

/** Entries that cover a topic and channel. Index once, ask often. */
export function wordsIn({ choices }: Pick<HeedRecord, 'choices'>): (topic: string, channel: string) => Words {
  const saidOf = wordsOn(choices);
  return (topic, channel) => saidOf(topic).filter((entry) => coversChannel(entry.channel, channel));
}

/** Who has said what of a topic and channel. Index once, ask often. */
export function spokenIn(record: Pick<HeedRecord, 'choices'>): (topic: string, channel: string) => Spoken {
  const words = wordsIn(record);
  return (topic, channel) => {
    const covering = words(topic, channel);
    return covering.length === 0 ? NOTHING : newestPerSpeaker(covering);
  };
}

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
export function newestPerSpeaker(covering: readonly ChoiceEntry[]): Spoken {
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
