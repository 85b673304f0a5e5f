import { covers } from '../domain/topic.ts';
import type { Choice, ChoiceEntry, Preference } from '../domain/vocabulary.ts';
import type { Looking } from './notes.ts';
import { choiceWords, preferenceWords, sourceWords } from './wording.ts';

interface Newest {
  readonly occurredAt: string;
  readonly change: string;
}

/** What was said last, when, and where it came from. Undefined where nothing has been. */
export function lastWords(looking: Looking): string | undefined {
  const { record, voice } = looking;
  const { say, messages, date } = voice;
  const said: readonly Newest[] = [...record.choices, ...record.preferences];
  const newest = said.reduce<Newest | undefined>(
    (best, one) => (best && best.occurredAt >= one.occurredAt ? best : one),
    undefined,
  );
  const evidence = newest && record.evidence[newest.change];
  if (!newest || !evidence) return undefined;
  const values = { date: date(newest.occurredAt), source: sourceWords(looking, evidence) };
  const what = whatOf(looking, newest.change);
  return what === undefined
    ? say(messages.page.last, values)
    : say(messages.page.lastOne, { ...values, what });
}

/** The one thing that was said, if it was one and if it holds: what stands above it is not to be talked over. */
function whatOf(looking: Looking, change: string): string | undefined {
  const choices = looking.record.choices.filter((entry) => entry.change === change);
  const preferences = looking.record.preferences.filter((entry) => entry.change === change);
  const [choice] = choices;
  const [preference] = preferences;
  if (choices.length + preferences.length !== 1) return undefined;
  return choice ? heldWords(looking, choice) : preference && answerWords(looking, preference);
}

const answerWords = (looking: Looking, { key, value }: Preference): string =>
  preferenceWords(looking, { key, value });

function heldWords(looking: Looking, { topic, channel, state }: ChoiceEntry): string | undefined {
  const said: Choice = { topic, channel, state };
  const on = looking.centre.catalogue.channels.some(
    (one) => (channel === '*' || one === channel) && isOnUnder(looking, topic, one),
  );
  const holds = on === (state !== 'withdrawn');
  return holds && state !== 'pending' ? choiceWords(looking, said) : undefined;
}

const isOnUnder = ({ shown, centre }: Looking, pattern: string, channel: string): boolean =>
  Object.keys(centre.topics)
    .filter((topic) => covers(pattern, topic))
    .some((topic) => shown.isOn({ topic, channel }));
