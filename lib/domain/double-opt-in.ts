import { type Catalogue, declared, expandPairs, type Topic } from './catalogue.ts';
import { newestPerSpeaker, wordsIn } from './spoken.ts';
import { DAY, toIso, toMs } from './time.ts';
import { specificity } from './topic.ts';
import type { Choice, ChoiceEntry, HeedRecord } from './vocabulary.ts';

/** `method` of a grant that was asked for once and confirmed from a message: it counts at once. */
export const DOUBLE_OPT_IN = 'double-opt-in';

type Pair = Pick<Choice, 'topic' | 'channel'>;

/** Whether a person's grant has to be confirmed before it counts. */
export const mustConfirm = (catalogue: Pick<Catalogue, 'topics'>, { topic, channel }: Pair): boolean =>
  declared(catalogue.topics, topic)?.doubleOptIn?.channels.includes(channel) ?? false;

/** When a request lapses; undefined where the topic sets no end on that channel. */
export function lapsesAt(
  { occurredAt, channel }: Pick<ChoiceEntry, 'occurredAt' | 'channel'>,
  { doubleOptIn }: Pick<Topic, 'doubleOptIn'>,
): string | undefined {
  if (!doubleOptIn?.channels.includes(channel)) return undefined;
  return toIso(toMs(occurredAt) + doubleOptIn.withinDays * DAY);
}

/** A request that a confirmation would turn into a grant now. */
export interface Awaited extends Pair {
  /** Id of the change that asked: `record.evidence[change]` is its evidence. */
  readonly change: string;
  readonly occurredAt: string;
  readonly expiresAt?: string;
}

/**
 * The requests that wait for the person: not lapsed, and neither has she said anything of that topic and channel since, nor
 * has anybody stopped it. One that came after an older withdrawal is among them: confirming is how she comes back.
 */
export function awaitedIn(record: HeedRecord, catalogue: Catalogue, at: number): readonly Awaited[] {
  const asked = record.choices.filter(({ speaker }) => speaker === 'pending');
  if (asked.length === 0) return [];
  const wordsOn = wordsIn(record);
  return expandPairs(catalogue, { topic: '*', channel: '*' }).flatMap((pair): Awaited[] => {
    const topic = declared(catalogue.topics, pair.topic);
    const words = wordsOn(pair.topic, pair.channel);
    const entry = newestPerSpeaker(words).get('pending');
    if (!topic || topic.retired || !entry) return [];
    const expiresAt = lapsesAt({ ...entry, channel: pair.channel }, topic);
    if (expiresAt !== undefined && expiresAt <= toIso(at)) return [];
    if (isOverruled(entry, words)) return [];
    const { change, occurredAt } = entry;
    return [{ ...pair, change, occurredAt, ...(expiresAt && { expiresAt }) }];
  });
}

/** Has the person said something since, or has anybody stopped it? What the request excepts itself from says nothing of it. */
function isOverruled(asked: ChoiceEntry, words: readonly ChoiceEntry[]): boolean {
  const others = words.filter(
    (word) =>
      word.speaker !== 'pending' && (word.change !== asked.change || specificity(word) > specificity(asked)),
  );
  return [...newestPerSpeaker(others).values()].some(
    ({ speaker, state, occurredAt }) =>
      (speaker === 'person' || state === 'withdrawn') && occurredAt >= asked.occurredAt,
  );
}
