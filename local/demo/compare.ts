import type { Person } from './people.ts';
import type { Dictionary, Fact } from './words.ts';

/** What Heed has of one person: a row for each topic and channel with an answer. */
export interface Recorded {
  readonly person: Person;
  /** The address Heed knows; undefined for somebody who never gave one. */
  readonly email: string | undefined;
  readonly rows: readonly { readonly topic: string; readonly channel: string; readonly state: string }[];
}

export interface Told {
  readonly destination: string;
  readonly dictionary: Dictionary;
  readonly facts: readonly Fact[];
}

export interface Disagreement {
  readonly destination: string;
  readonly subject: string;
  readonly topic: string;
  readonly channel: string;
  readonly record: string;
  readonly vendor: string;
}

/** What one destination has, and where it differs. */
export interface Comparison {
  readonly destination: string;
  readonly people: number;
  readonly granted: number;
  readonly withdrawn: number;
  readonly disagreements: readonly Disagreement[];
}

export interface Offered {
  readonly topics: readonly string[];
  readonly channels: readonly string[];
}

const nameOf = ({ identifier, topic, channel }: Omit<Fact, 'permitted'>): string =>
  `${identifier.toLowerCase()} ${topic} ${channel}`;

/** Asks of every person, mapped topic and channel whether the vendor has what the record says. */
export function compare(recorded: readonly Recorded[], told: Told, offered: Offered): Comparison {
  const known = new Map(told.facts.map((fact) => [nameOf(fact), fact.permitted]));
  const questions = recorded.flatMap((one) => [
    ...present(one, told, offered),
    ...former(one, told, offered),
  ]);
  const answered = questions.map((question) => ({ ...question, has: known.get(question.name) }));
  const met = new Set(answered.flatMap(({ has, subject }) => (has === undefined ? [] : [subject])));
  return {
    destination: told.destination,
    people: met.size,
    granted: answered.filter(({ has }) => has === true).length,
    withdrawn: answered.filter(({ has }) => has === false).length,
    disagreements: answered.flatMap(({ has, name: _, may, ...question }) =>
      may.includes(has) ? [] : [{ ...question, destination: told.destination, vendor: wordFor(has) }],
    ),
  };
}

interface Question {
  readonly name: string;
  readonly subject: string;
  readonly topic: string;
  readonly channel: string;
  readonly record: string;
  /** What the vendor may have. */
  readonly may: readonly (boolean | undefined)[];
}

const wordFor = (has: boolean | undefined): string =>
  has === undefined ? 'nothing' : has ? 'granted' : 'withdrawn';

const MAY: Readonly<Record<string, readonly (boolean | undefined)[]>> = {
  granted: [true],
  withdrawn: [false],
  none: [undefined],
};

function questionsAt(address: string | undefined, { words }: Dictionary, { topics, channels }: Offered) {
  if (address === undefined) return [];
  return topics.flatMap((topic) =>
    channels.flatMap((channel) => {
      const theirs = words(topic, channel);
      return theirs ? [{ topic, channel, name: nameOf({ identifier: address, ...theirs }) }] : [];
    }),
  );
}

/** Where the person is reached now. A vendor that keys by an address they never gave cannot know them. */
function present(
  { person, email, rows }: Recorded,
  { dictionary }: Told,
  offered: Offered,
): readonly Question[] {
  const { subject } = person;
  const address = dictionary.by === 'subject' ? subject : email;
  return questionsAt(address, dictionary, offered).map(({ topic, channel, name }) => {
    const record = rows.find((row) => row.topic === topic && row.channel === channel)?.state ?? 'none';
    return { name, subject, topic, channel, record, may: MAY[record] ?? [false, undefined] };
  });
}

/** An address the person has left is nobody's: whatever the vendor was told of it, it may not write there. */
function former({ person, email }: Recorded, { dictionary }: Told, offered: Offered): readonly Question[] {
  const { subject, email: before } = person;
  if (dictionary.by === 'subject' || before === email) return [];
  return questionsAt(before, dictionary, offered).map(({ topic, channel, name }) => ({
    ...{ name, subject, topic, channel },
    record: 'no longer this address',
    may: [false, undefined],
  }));
}
