import { answersOf } from '../domain/answer.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { toMs } from '../domain/time.ts';
import { covers, coversChannel } from '../domain/topic.ts';
import type { AnswerState, Choice, Evidence } from '../domain/vocabulary.ts';
import type { Clock, Ledger, Records } from '../ports.ts';

export interface SaidPorts {
  readonly catalogue: Catalogue;
  readonly clock: Pick<Clock, 'now'>;
  readonly records: Pick<Records, 'newest' | 'version'>;
  readonly ledger: Pick<Ledger, 'items'>;
}

export type Asked = Pick<Choice, 'topic' | 'channel'>;

/**
 * The person's own newest word on this is a withdrawal already, or is newer than what is reported (a notice that comes
 * twice, and she has thought better of it since): one more says nothing new.
 */
export async function hasSaid(
  ports: SaidPorts,
  subject: string,
  { topic, channel }: Asked,
  { occurredAt }: Pick<Evidence, 'occurredAt'>,
): Promise<boolean> {
  const newest = await orBroken(ports.records.newest(subject));
  if (!newest || newest instanceof BrokenVersionError) return false;
  const { record } = newest.version;
  const answer = answersOf(record, ports.catalogue, ports.clock.now())(topic, channel);
  if (answer.because === 'person-withdrew') return true;
  return record.choices.some(
    (entry) =>
      entry.speaker === 'person' &&
      covers(entry.topic, topic) &&
      coversChannel(entry.channel, channel) &&
      (entry.occurredAt > occurredAt || (entry.state === 'withdrawn' && entry.occurredAt === occurredAt)),
  );
}

/** The answer as it is now; undefined where the newest version cannot be relied on. */
export async function answerNow(
  ports: SaidPorts,
  subject: string,
  { topic, channel }: Asked,
): Promise<AnswerState | undefined> {
  const newest = await orBroken(ports.records.newest(subject));
  if (newest instanceof BrokenVersionError) return undefined;
  if (!newest) return 'none';
  return answersOf(newest.version.record, ports.catalogue, ports.clock.now())(topic, channel).state;
}

/** What this destination was last sent: a notice that repeats it is an echo. */
export async function lastSent(
  ports: SaidPorts,
  destination: string,
  subject: string,
  { topic, channel }: Asked,
): Promise<AnswerState> {
  const item = (await ports.ledger.items(destination, [subject])).get(subject);
  const sent =
    item && item.version > 0 ? await orBroken(ports.records.version(subject, item.version)) : undefined;
  if (!sent || sent instanceof BrokenVersionError) return 'none';
  const { record, recordedAt } = sent.version;
  return answersOf(record, ports.catalogue, toMs(recordedAt))(topic, channel).state;
}
