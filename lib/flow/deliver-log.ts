import type { Delivery, DeliveryRow } from '../destinations/destination.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { eventOf, type PreferencesChanged } from '../domain/event.ts';
import type { Answered, Outcome, RetryOutcome } from '../domain/outcome.ts';
import { toIso } from '../domain/time.ts';
import type { LogEntry } from '../ports.ts';
import { announce, type Settled, tell } from './announce.ts';
import { callsOf, runErrands } from './calls.ts';
import type { DeliverPorts, Disposition, Lane, LaneMessage } from './lane.ts';
import { answeredOrRetry, trailEntry, waitOf } from './settle.ts';
import { wasLogged } from './was-sent.ts';

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
  const outcomes = await send(ports, lane, entries, end);
  const concluded = [
    ...entries.map(({ message }, i) => ({ message, sent: outcomes[i] ?? NOT_SENT })),
    ...broken.map(({ message }) => ({ message, sent: BROKEN })),
  ].map((attempt) => conclude(ports, lane, { ...attempt, before: known.get(nameOf(attempt.message)) }));
  await ports.log.write(concluded.map(({ log }) => log));
  const announcements = concluded.flatMap(({ announcement }) => (announcement ? [announcement] : []));
  await announce(ports, lane.destination.id, announcements);
  const retries = new Map(concluded.map(({ log, again }) => [nameOf(log), again]));
  return messages.map((message) => {
    const again = retries.get(nameOf(message));
    return again === undefined ? { id: message.id } : { id: message.id, again };
  });
}

const BROKEN: Outcome = { kind: 'failed', reason: 'broken-version' };

const NOT_SENT: Outcome = { kind: 'retry', reason: 'not-sent', after: 1 };

interface Concluded {
  readonly log: LogEntry;
  readonly announcement?: Settled;
  /** Seconds until the next attempt. */
  readonly again?: number;
}

interface Attempt {
  readonly message: LaneMessage;
  readonly sent: Outcome;
  /** What the log said of this version when the batch began. */
  readonly before: LogEntry | undefined;
}

/**
 * An answer stays one while its version is tried again: it opens no gap below the low-water mark, where nobody would
 * look, and what lists held and failed answers still lists it. Its time tells that it was tried, and its attempts that a
 * request may have left. Attempts before this message, of one that was lost or given up, count in its answer: what was
 * sent must never look as if nothing was.
 */
function conclude(ports: DeliverPorts, lane: Lane, { message, sent, before }: Attempt): Concluded {
  const at = ports.clock.now();
  const { subject, version, receiveCount: attempts } = message;
  const outcome = answeredOrRetry(sent, message, at);
  tell(ports, lane.destination.id, { subject, version, outcome, attempts });
  const earlier = before?.attempts ?? 0;
  const counted = before && wasLogged(before) ? Math.max(attempts, earlier + 1) : attempts;
  if (outcome.kind !== 'retry') {
    return {
      log: { ...answeredOf(lane, message, outcome, at), attempts: counted },
      announcement: { subject, version, outcome, attempts, at },
    };
  }
  const again = waitOf(outcome, message, lane.destination, ports.clock);
  const log =
    before && isAnswered(before)
      ? { ...before, at: toIso(at), attempts: earlier + 1 }
      : { ...retryOf(lane, message, outcome, at + again * 1000), attempts: counted };
  return { log, again };
}

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

async function send(
  ports: DeliverPorts,
  lane: Lane,
  entries: readonly Entry[],
  end: number,
): Promise<readonly Outcome[]> {
  if (lane.paused) return entries.map(() => ({ kind: 'held', reason: 'paused' }));
  const { destination, settings } = lane;
  const errands = entries.map(({ event }) => ({
    id: event.id,
    calls: callsOf(destination, deliveryOf(event), settings),
  }));
  return runErrands(ports, destination, errands, end);
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

function answeredOf(
  lane: Lane,
  { subject, version, receiveCount }: LaneMessage,
  outcome: Answered,
  at: number,
): LogEntry {
  const entry = trailEntry({ version, outcome, at, attempts: receiveCount });
  return { subject, destination: lane.destination.id, ...entry };
}

function retryOf(
  lane: Lane,
  { subject, version, receiveCount }: LaneMessage,
  { reason }: RetryOutcome,
  until: number,
): LogEntry {
  const at = toIso(until);
  return {
    subject,
    destination: lane.destination.id,
    version,
    at,
    attempts: receiveCount,
    outcome: 'retry',
    reason,
  };
}
