import { resolve } from '../domain/answer.ts';
import { eventWith, type PreferencesChanged } from '../domain/event.ts';
import { type Outcome, worse } from '../domain/outcome.ts';
import type { DeliveryItem, OpenIdentifier } from '../ports.ts';
import { type Address, addressOf, NO_HOLDERS, retiredHoldersNow, type Told } from './address.ts';
import { announce, type Settled } from './announce.ts';
import { callsOf, runErrands } from './calls.ts';
import { deliverLog } from './deliver-log.ts';
import { backoff, type DeliverPorts, type Disposition, type Lane, type LaneMessage } from './lane.ts';
import { answeredOrRetry, settledItem, waitOf } from './settle.ts';

/** Attempts to settle against others before a message is put back; each one looks and sends again. */
const ROUNDS = 5;

/** Longest the reads and writes around the requests may take, ms: they too must end before the function does. */
const SETTLE_MS = 3_000;

/**
 * Delivers a batch of one lane's messages. `deadline` (ms): when the function is cut off. Never throws for what a
 * vendor does; every message is done or comes again.
 *
 * A `state` destination is sent the whole state. What makes it converge without a lock: an item is settled only if its
 * revision is still what was read before sending, else everything is read again and sent again; a message that was
 * tried before, or put back by anybody, always sends.
 */
export const deliver =
  (ports: DeliverPorts, lane: Lane) =>
  async (messages: readonly LaneMessage[], deadline: number): Promise<readonly Disposition[]> => {
    const end = deadline - SETTLE_MS;
    if (lane.destination.kind === 'log') return deliverLog(ports, lane, messages, end);
    return deliverState(ports, lane, jobsOf(messages), end);
  };

/** All of a batch's messages of one subject: the highest version speaks for them. */
interface Job {
  readonly subject: string;
  readonly messages: readonly LaneMessage[];
  readonly newest: LaneMessage;
  /** An earlier attempt may have died after sending something old: send whatever the ledger says. */
  readonly sure: boolean;
}

function jobsOf(messages: readonly LaneMessage[]): readonly Job[] {
  const bySubject = new Map<string, LaneMessage[]>();
  for (const message of messages) {
    const list = bySubject.get(message.subject);
    if (list) list.push(message);
    else bySubject.set(message.subject, [message]);
  }
  return [...bySubject.values()].map((all) => {
    const newest = all.reduce((a, b) => (b.version > a.version ? b : a));
    const sure = all.some(({ receiveCount, force }) => receiveCount > 1 || force);
    return { subject: newest.subject, messages: all, newest, sure };
  });
}

/** A job with what the ledger said before anything was sent. */
interface Sending {
  readonly job: Job;
  readonly item: DeliveryItem;
  readonly told: Told;
  readonly address: Address;
}

async function deliverState(
  ports: DeliverPorts,
  lane: Lane,
  jobs: readonly Job[],
  end: number,
): Promise<readonly Disposition[]> {
  const dispositions: Disposition[] = [];
  const settled: Settled[] = [];
  let open: readonly Job[] = jobs;
  for (let round = 0; round < ROUNDS && open.length > 0 && ports.clock.now() < end; round++) {
    const sendings = await prepare(ports, lane, open, round > 0);
    const ready = sendings.filter((sending): sending is Sending => 'address' in sending);
    const outcomes = await sendAll(ports, lane, ready, end);
    const concluded = await Promise.all(
      ready.map((sending, i) => conclude(ports, lane, sending, outcomes[i] ?? NOT_SENT)),
    );
    settled.push(...concluded.flatMap(({ announcement }) => (announcement ? [announcement] : [])));
    dispositions.push(...sendings.flatMap((sending) => ('done' in sending ? dispose(sending.done) : [])));
    dispositions.push(
      ...ready.flatMap(({ job }, i) => (concluded[i]?.lost ? [] : dispose(job, concluded[i]?.again))),
    );
    open = ready.flatMap(({ job }, i) => (concluded[i]?.lost ? [job] : []));
  }
  await announce(ports, lane.destination.id, settled);
  return [...dispositions, ...open.flatMap((job) => dispose(job, backoff(2, ports.clock.chance())))];
}

const NOT_SENT: Outcome = { kind: 'retry', reason: 'not-sent', after: 1 };

const dispose = ({ messages }: Job, again?: number): readonly Disposition[] =>
  messages.map(({ id }) => (again === undefined ? { id } : { id, again }));

/** Reads the ledger, then the newest records of those that need them, then whom an address is shared with. In this order. */
async function prepare(
  ports: DeliverPorts,
  lane: Lane,
  jobs: readonly Job[],
  lost: boolean,
): Promise<readonly (Sending | { readonly done: Job })[]> {
  const { id } = lane.destination;
  const ledger = await ports.ledger.read(
    id,
    jobs.map(({ subject }) => subject),
  );
  return Promise.all(
    jobs.map(async (job) => {
      const known = ledger.get(job.subject) ?? { item: unknownItem(job.subject, id), identifiers: [] };
      const sure = job.sure || lost || known.item.open === true;
      if (!sure && upTo(known.item) >= job.newest.version) return { done: job };
      const event = await eventFor(ports, job, sure || upTo(known.item) > job.newest.version);
      if (!event) return { done: job };
      const told = toldOf(event, known.identifiers, known.item, sure);
      const address = await addressOf(ports, lane, told);
      const others = address.coHolders.filter((subject) => !jobs.some((own) => own.subject === subject));
      await Promise.all(others.map((subject) => ports.ledger.touch(id, subject)));
      return { job, item: known.item, told, address };
    }),
  );
}

const unknownItem = (subject: string, destination: string): DeliveryItem => ({
  subject,
  destination,
  version: 0,
  revision: 0,
  trail: [],
});

const upTo = ({ version, answered }: DeliveryItem): number => Math.max(version, answered?.version ?? 0);

const toldOf = (
  event: PreferencesChanged,
  identifiers: readonly OpenIdentifier[],
  item: DeliveryItem,
  sure: boolean,
): Told => ({ subject: event.subject, event, identifiers, toldVersion: item.version, sure });

/** The message's own event on a first attempt; else that of the newest record as it stands now. */
async function eventFor(
  ports: DeliverPorts,
  job: Job,
  newest: boolean,
): Promise<PreferencesChanged | undefined> {
  if (!newest && job.newest.event) return job.newest.event;
  const stored = await ports.records.newest(job.subject);
  if (!stored) return job.newest.event;
  const state = resolve(stored.version.record, ports.catalogue, ports.clock.now());
  return eventWith(stored.version, ports.catalogue, state);
}

/** Sends what has to be said at every address of every subject; one outcome for each subject. */
async function sendAll(
  ports: DeliverPorts,
  lane: Lane,
  sendings: readonly Sending[],
  end: number,
): Promise<readonly Outcome[]> {
  if (lane.paused) return sendings.map(() => ({ kind: 'held', reason: 'paused' }));
  const { destination, settings } = lane;
  const errands = sendings.flatMap(({ told, address }, owner) =>
    address.deliveries.map((delivery) => ({
      owner,
      id: told.event.id,
      calls: callsOf(destination, delivery, settings),
    })),
  );
  const outcomes = await runErrands(ports, destination, errands, end);
  return sendings.map(({ address }, owner) =>
    errands.reduce<Outcome>(
      (merged, errand, i) => (errand.owner === owner ? worse(merged, outcomes[i] ?? NOT_SENT) : merged),
      address.nothing,
    ),
  );
}

interface Concluded {
  readonly lost?: boolean;
  readonly again?: number;
  readonly announcement?: Settled;
}

/** Puts the outcome into the ledger, unless somebody else has been there since it was read. */
async function conclude(
  ports: DeliverPorts,
  lane: Lane,
  sending: Sending,
  sent: Outcome,
): Promise<Concluded> {
  const { job, item, told, address } = sending;
  const at = ports.clock.now();
  const outcome = answeredOrRetry(sent, job.newest, at);
  const { version } = told.event.data;
  if (outcome.kind === 'retry') {
    const again = waitOf(outcome, job.newest, lane.destination, ports.clock);
    const note = { version, attempts: job.newest.receiveCount, reason: outcome.reason, at, again };
    await ports.ledger.note(lane.destination.id, job.subject, retryingOf(note));
    return { again };
  }
  if (
    address.retiredHolders !== NO_HOLDERS &&
    (await retiredHoldersNow(ports, lane, told)) !== address.retiredHolders
  ) {
    return { lost: true };
  }
  const { next, archived } = settledItem(item, { version, outcome, at, attempts: job.newest.receiveCount });
  if (!(await ports.ledger.settle(next, archived))) return { lost: true };
  await confirmLater(ports, lane, job, outcome);
  return { announcement: { subject: job.subject, version, outcome, attempts: job.newest.receiveCount, at } };
}

const retryingOf = ({
  at,
  again,
  ...rest
}: {
  version: number;
  attempts: number;
  reason: string;
  at: number;
  again: number;
}) => ({
  ...rest,
  at: new Date(at).toISOString(),
  until: new Date(at + again * 1000).toISOString(),
});

/** What a vendor applies in its own time is sent once more when that time has passed. */
async function confirmLater(
  ports: DeliverPorts,
  lane: Lane,
  { newest }: Job,
  outcome: Outcome,
): Promise<void> {
  const { id, limits } = lane.destination;
  if (outcome.kind !== 'delivered' || !outcome.appliedLater || limits.settleAfter === 0 || newest.confirming)
    return;
  const { subject, version } = newest;
  await ports.lanes.force(id, [{ subject, version }], { delaySeconds: Math.min(limits.settleAfter, 900) });
}
