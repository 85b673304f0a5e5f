import type { Delivery, DeliveryRow } from '../destinations/destination.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { eventOf, type PreferencesChanged } from '../domain/event.ts';
import { toIso } from '../domain/time.ts';
import type { LogEntry } from '../ports.ts';
import { advance, type Step } from './advance.ts';
import { announce, type Settled, tell } from './announce.ts';
import { carryOut, type Ran } from './calls.ts';
import { attemptsOf } from './job.ts';
import type { DeliverPorts, Disposition, Lane, LaneMessage } from './lane.ts';
import { answeredOrRetry, givenUpFor, isGivenUp, trailEntry, waitOf } from './settle.ts';
import { callsOf } from './translated.ts';

/** A version, and every message of the batch that carries it. */
interface Entry {
  readonly message: LaneMessage;
  readonly messages: readonly LaneMessage[];
  readonly event: PreferencesChanged;
}

/** Delivers to a `log` destination: every version on its own, the same version at every retry, duplicates dropped. */
export async function deliverLog(
  ports: DeliverPorts,
  lane: Lane,
  messages: readonly LaneMessage[],
  end: number,
): Promise<readonly Disposition[]> {
  const groups = [...groupByVersion(messages).values()];
  const known = await ports.log.read(
    lane.destination.id,
    groups.map(({ message }) => message),
  );
  const wanted = groups.filter(({ message, force }) => force || !isAnswered(known.get(nameOf(message))));
  const read = await Promise.all(wanted.map((group) => entryOf(ports, group)));
  const entries = read.filter((entry) => entry !== undefined && 'event' in entry);
  const broken = read.filter((entry) => entry !== undefined).filter((entry) => !('event' in entry));
  const sent = await send(ports, lane, entries, end);
  const concluded = [
    ...entries.map((entry, i) => ({ ...entry, ran: sent[i] ?? NOT_SENT })),
    ...broken.map((entry) => ({ ...entry, ran: BROKEN })),
  ].map((attempt) => conclude(ports, lane, { ...attempt, before: known.get(nameOf(attempt.message)) }));
  await advance(
    ports.log,
    lane.destination.id,
    concluded.map(({ step }) => step),
  );
  const announcements = concluded.flatMap(({ announcement }) => (announcement ? [announcement] : []));
  await announce(ports, lane.destination.id, announcements);
  const retries = new Map(concluded.map(({ step, again }) => [nameOf(step), again]));
  return messages.map((message) => {
    const again = retries.get(nameOf(message));
    return again === undefined ? { id: message.id } : { id: message.id, again };
  });
}

const BROKEN: Ran = { outcome: { kind: 'failed', reason: 'broken-version' }, left: false };

const NOT_SENT: Ran = { outcome: { kind: 'retry', reason: 'not-sent', after: 1 }, left: false };

interface Concluded {
  readonly step: Step;
  readonly announcement?: Settled;
  /** Seconds until the next attempt. */
  readonly again?: number;
}

interface Attempt extends Omit<Entry, 'event'> {
  readonly ran: Ran;
  /** What the log said of this version when the batch began. */
  readonly before: LogEntry | undefined;
}

/** What is to be logged, whatever others have logged since the batch began; what was delivered stays so. */
function conclude(ports: DeliverPorts, lane: Lane, { message, messages, ran, before }: Attempt): Concluded {
  const at = ports.clock.now();
  const { id } = lane.destination;
  const { subject, version, receiveCount: attempts } = message;
  const outcome = answeredOrRetry(ran.outcome, message, at);
  tell(ports, id, { subject, version, outcome, attempts });
  const again =
    outcome.kind === 'retry' ? waitOf(outcome, message, lane.destination, ports.clock) : undefined;
  const named = { subject, version, destination: id };
  const next = (known: LogEntry | undefined): LogEntry | undefined => {
    if (known?.outcome === 'delivered') return undefined;
    const counted = attemptsOf(messages, ran.left, known?.attempts);
    if (outcome.kind !== 'retry')
      return { ...named, ...trailEntry({ version, outcome, at, attempts: counted }) };
    const until = toIso(at + (again ?? 0) * 1000);
    if (known && isAnswered(known))
      return stillTried(known, { reason: outcome.reason, at: toIso(at), attempts: counted, until });
    return { ...named, at: until, attempts: counted, outcome: 'retry', reason: outcome.reason };
  };
  const step = { ...named, before, next, ...(ran.left && { sentAt: toIso(at) }) };
  if (outcome.kind === 'retry') return { step, ...(again !== undefined && { again }) };
  return { step, announcement: { subject, version, outcome, attempts, at } };
}

/**
 * An answer stays one while its version is tried again: it opens no gap below the low-water mark, where nobody would
 * look, and what lists held and failed answers still lists it. Its times and attempts tell that it was tried, and when it will
 * be; and of what was given up, the reason why it still waits.
 */
const stillTried = (
  known: LogEntry,
  { reason, ...tried }: Required<Pick<LogEntry, 'reason' | 'at' | 'attempts' | 'until'>>,
): LogEntry => ({
  ...{ ...known, ...tried },
  ...(known.outcome === 'held' && isGivenUp(known.reason) && { reason: givenUpFor(reason) }),
});

const isAnswered = (entry: LogEntry | undefined): boolean => entry !== undefined && entry.outcome !== 'retry';

const nameOf = ({ subject, version }: { readonly subject: string; readonly version: number }): string =>
  `${subject}:${version}`;

interface Group {
  readonly message: LaneMessage;
  readonly messages: readonly LaneMessage[];
  readonly force: boolean;
}

function groupByVersion(messages: readonly LaneMessage[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const message of messages) {
    const before = groups.get(nameOf(message));
    const withEvent = before?.message.event ? before.message : message;
    groups.set(nameOf(message), {
      message: withEvent,
      messages: [...(before?.messages ?? []), message],
      force: (before?.force ?? false) || message.force,
    });
  }
  return groups;
}

async function entryOf(
  ports: DeliverPorts,
  { message, messages }: Group,
): Promise<Entry | Omit<Entry, 'event'> | undefined> {
  if (message.event) return { message, messages, event: message.event };
  const stored = await orBroken(ports.records.version(message.subject, message.version));
  if (stored instanceof BrokenVersionError) return { message, messages };
  return stored && { message, messages, event: eventOf(stored.version, ports.catalogue) };
}

const PAUSED: Ran = { outcome: { kind: 'held', reason: 'paused' }, left: false };

async function send(
  ports: DeliverPorts,
  lane: Lane,
  entries: readonly Entry[],
  end: number,
): Promise<readonly Ran[]> {
  if (lane.paused) return entries.map(() => PAUSED);
  const { destination, settings } = lane;
  const errands = entries.map(({ event }) => ({
    id: event.id,
    calls: callsOf(destination, deliveryOf(event), settings),
  }));
  return carryOut(ports, destination, errands, end);
}

/** What a `log` destination is told: the event, as it was. */
export const deliveryOf = (event: PreferencesChanged): Delivery => ({
  subject: event.subject,
  version: event.data.version,
  recordedAt: event.time,
  identifiers: {},
  retired: false,
  choices: event.data.state.choices.filter((row): row is DeliveryRow => row.state !== 'pending'),
  stoppedAll: event.data.state.stopped,
  preferences: event.data.state.preferences,
  event,
});
