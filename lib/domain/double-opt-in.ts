import { type Catalogue, declared, expandPairs, type Topic } from './catalogue.ts';
import { DAY, toIso, toMs } from './time.ts';
import { covers, coversChannel } from './topic.ts';
import type { Choice, ChoiceEntry, HeedRecord } from './vocabulary.ts';

/** `method` of a grant that was asked for once and confirmed from a message: it counts at once. */
export const DOUBLE_OPT_IN = 'double-opt-in';

type Pair = Pick<Choice, 'topic' | 'channel'>;

/** Whether a person's grant has to be confirmed before it counts. */
export const mustConfirm = (catalogue: Pick<Catalogue, 'topics'>, { topic, channel }: Pair): boolean =>
  declared(catalogue.topics, topic)?.doubleOptIn?.channels.includes(channel) ?? false;

/** When a request lapses; undefined where the topic sets no end. */
export function lapsesAt(
  { occurredAt, channel }: Pick<ChoiceEntry, 'occurredAt' | 'channel'>,
  { doubleOptIn }: Pick<Topic, 'doubleOptIn'>,
): string | undefined {
  if (!doubleOptIn || (channel !== '*' && !doubleOptIn.channels.includes(channel))) return undefined;
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
 * The requests that wait for the person: newer than anything she has said of that topic and channel since, and not lapsed.
 * One that came after her own withdrawal is among them: confirming is how she comes back.
 */
export function awaitedIn(record: HeedRecord, catalogue: Catalogue, at: number): readonly Awaited[] {
  const asked = record.choices.filter(({ speaker }) => speaker === 'pending');
  return asked.flatMap((entry) =>
    expandPairs(catalogue, entry).flatMap((pair): Awaited[] => {
      const topic = declared(catalogue.topics, pair.topic);
      const later = record.choices.some((other) => answers(other, entry, pair));
      const expiresAt = topic && lapsesAt({ ...entry, ...pair }, topic);
      if (!topic || topic.retired || later || (expiresAt !== undefined && expiresAt <= toIso(at))) return [];
      const { change, occurredAt } = entry;
      return [{ ...pair, change, occurredAt, ...(expiresAt && { expiresAt }) }];
    }),
  );
}

/** Has the person said something since, or asked anew? */
const answers = (other: ChoiceEntry, asked: ChoiceEntry, { topic, channel }: Pair): boolean =>
  (other.speaker === 'person' ? other.occurredAt >= asked.occurredAt : isNewerRequest(other, asked)) &&
  covers(other.topic, topic) &&
  coversChannel(other.channel, channel);

const isNewerRequest = (other: ChoiceEntry, asked: ChoiceEntry): boolean =>
  other.speaker === 'pending' &&
  (other.occurredAt > asked.occurredAt ||
    (other.occurredAt === asked.occurredAt && other.change < asked.change));
