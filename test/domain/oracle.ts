import { createHash } from 'node:crypto';
import type { Catalogue } from '../../lib/domain/catalogue.ts';
import type { AnswerState, ChoiceEntry, HeedRecord } from '../../lib/domain/vocabulary.ts';

/** The rules of the answer, each of which can be taken away to see who notices. */
export interface Rules {
  readonly personHolds: boolean;
  readonly sourcesHold: boolean;
  readonly pendingApart: boolean;
  readonly grantsRunOut: boolean;
}

export const ALL_RULES: Rules = {
  personHolds: true,
  sourcesHold: true,
  pendingApart: true,
  grantsRunOut: true,
};

const DAY = 86_400_000;

/** The four steps once more, written from the design alone: slow, over everything that was ever said. */
export const oracle =
  (rules: Rules = ALL_RULES) =>
  (record: Pick<HeedRecord, 'choices'>, catalogue: Catalogue, at: number) =>
  (topic: string, channel: string): { readonly state: AnswerState } => {
    const spoken = record.choices.filter(
      (entry) => topicFits(entry.topic, topic) && (entry.channel === '*' || entry.channel === channel),
    );
    const days = catalogue.topics[topic]?.expiresAfterDays;
    const offered = topic in catalogue.topics && catalogue.channels.includes(channel);
    const end = rules.grantsRunOut && days !== undefined ? at - days * DAY : -Infinity;
    return { state: answer(spoken, rules, { offered, end }) };
  };

interface Terms {
  readonly offered: boolean;
  /** A grant said then or before has run out. */
  readonly end: number;
}

interface Said {
  readonly person: ChoiceEntry | undefined;
  readonly pending: ChoiceEntry | undefined;
  readonly systems: readonly ChoiceEntry[];
}

function answer(spoken: readonly ChoiceEntry[], rules: Rules, terms: Terms): AnswerState {
  const speakers = [...new Set(spoken.map(({ speaker }) => speaker))];
  const wordOf = (speaker: string) => newestWord(spoken.filter((entry) => entry.speaker === speaker));
  const said: Said = {
    person: wordOf('person'),
    pending: wordOf('pending'),
    systems: speakers.filter((name) => name.startsWith('system:')).flatMap((name) => wordOf(name) ?? []),
  };
  return withoutRules(said, rules) ?? fourSteps(said, rules, terms);
}

/** The answer where a rule that keeps speakers apart has been taken away. */
function withoutRules({ person, pending, systems }: Said, rules: Rules): AnswerState | undefined {
  if (!rules.pendingApart && pending && (!person || beats(pending, person))) return 'pending';
  if (rules.personHolds) return undefined;
  return newestOf([...systems, ...(person ? [person] : [])])?.state ?? 'none';
}

function fourSteps({ person, pending, systems }: Said, rules: Rules, { offered, end }: Terms): AnswerState {
  if (person?.state === 'withdrawn') return 'withdrawn';
  const holding = rules.sourcesHold ? systems : systems.filter((entry) => entry === newestOf(systems));
  const lifted = ({ occurredAt }: ChoiceEntry) => person !== undefined && person.occurredAt > occurredAt;
  if (holding.some((entry) => entry.state === 'withdrawn' && !lifted(entry))) return 'withdrawn';
  if (!offered) return 'none';
  const grant = person ?? newestOf(systems.filter(({ state }) => state === 'granted'));
  if (grant) return Date.parse(grant.occurredAt) <= end ? 'withdrawn' : 'granted';
  return pending ? 'pending' : 'none';
}

export function topicFits(pattern: string, topic: string): boolean {
  return pattern.endsWith('*') ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern;
}

/** Per change only its most specific word counts; of those the newest. */
export function newestWord(entries: readonly ChoiceEntry[]): ChoiceEntry | undefined {
  const telling = entries.filter(
    (entry) => !entries.some((other) => other.change === entry.change && narrower(other, entry)),
  );
  return newestOf(telling);
}

function narrower(a: ChoiceEntry, b: ChoiceEntry): boolean {
  const [x, y] = [a, b].map(({ topic }) => (topic.endsWith('*') ? topic.length : 1_000));
  if (x !== y) return (x ?? 0) > (y ?? 0);
  return a.channel !== '*' && b.channel === '*';
}

const newestOf = (entries: readonly ChoiceEntry[]): ChoiceEntry | undefined =>
  entries.find((entry) => entries.every((other) => other === entry || !beats(other, entry)));

/** Later; at the same instant the withdrawal; then the lower digest. */
function beats(a: ChoiceEntry, b: ChoiceEntry): boolean {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt;
  const [x, y] = [a.state === 'withdrawn', b.state === 'withdrawn'];
  return x === y ? digest(a) < digest(b) : x;
}

const digest = (entry: ChoiceEntry): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))))
    .digest('hex');
