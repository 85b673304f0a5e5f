import { resolve } from '../domain/answer.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { eventWith, type PreferencesChanged } from '../domain/event.ts';
import type { Answered } from '../domain/outcome.ts';
import type { DeliveryItem, OpenIdentifier } from '../ports.ts';
import { type Address, addressOf, type Told } from './address.ts';
import type { Job } from './job.ts';
import { type DeliverPorts, GIVE_UP_AFTER, type Lane } from './lane.ts';
import { inPlaceOf } from './repair.ts';
import { unknownItem } from './settle.ts';

/** A job with what the ledger said before anything was sent. */
export interface Sending {
  readonly job: Job;
  readonly item: DeliveryItem;
  /** When it was read, ms. */
  readonly readAt: number;
  readonly told: Told;
  readonly address: Address;
  /** The outcome, where nothing is sent. */
  readonly unsent?: Answered;
}

export interface Prepared {
  /** Already there. */
  readonly done: readonly Job[];
  readonly sendings: readonly Sending[];
  /** Share an address with one of the sendings: their turn comes after it. */
  readonly later: readonly Job[];
}

interface Known {
  readonly job: Job;
  readonly item: DeliveryItem;
  readonly identifiers: readonly OpenIdentifier[];
  readonly sure: boolean;
}

/**
 * Reads the ledger, then the newest records of those that need them, then whom an address is shared with, and makes
 * the others' deliveries in flight look again. In this order: whatever changes after it was read here is noticed by
 * the settle, or is recorded late enough to be sent by a delivery of its own.
 */
export async function prepare(ports: DeliverPorts, lane: Lane, jobs: readonly Job[]): Promise<Prepared> {
  const readAt = ports.clock.now();
  const known = await knownOf(ports, lane, jobs);
  const open = known.filter((one) => !isThere(one));
  const read = await Promise.all(open.map(async (one) => ({ ...one, ...(await eventFor(ports, one)) })));
  const events = await withIdentifiers(
    ports,
    lane,
    read.flatMap((one) => (one.event ? [{ ...one, event: one.event }] : [])),
  );
  const sendings = await Promise.all(
    events.map(async ({ job, item, identifiers, sure, event, broken }): Promise<Sending> => {
      const told = { subject: job.subject, event, identifiers, toldVersion: item.version, sure };
      const unsent = broken ? BROKEN : unsentOf(lane, job, item, readAt);
      return {
        job,
        item,
        readAt,
        told,
        address: await addressOf(ports, lane, told),
        ...(unsent && { unsent }),
      };
    }),
  );
  const { now, later } = oneAtATime(sendings);
  const others = new Set(now.flatMap(({ address }) => address.coHolders));
  await Promise.all([...others].map((subject) => ports.ledger.touch(lane.destination.id, subject)));
  const started = new Set(events.map(({ job }) => job));
  return { done: jobs.filter((job) => !started.has(job)), sendings: now, later: later.map(({ job }) => job) };
}

async function knownOf(
  ports: DeliverPorts,
  { destination: { id } }: Lane,
  jobs: readonly Job[],
): Promise<readonly Known[]> {
  const ledger = await ports.ledger.read(
    id,
    jobs.map(({ subject }) => subject),
  );
  return jobs.map((job) => {
    const { item, identifiers } = ledger.get(job.subject) ?? {
      item: unknownItem(job.subject, id),
      identifiers: [],
    };
    return { job, item, identifiers, sure: job.sure || item.open === true };
  });
}

const upTo = ({ version, answered }: DeliveryItem): number => Math.max(version, answered?.version ?? 0);

const isThere = ({ job, item, sure }: Known): boolean => !sure && upTo(item) >= job.newest.version;

/** What the newest version says is not known: nothing is sent until it was repaired or followed by another. */
const BROKEN: Answered = { kind: 'failed', reason: 'broken-version' };

interface Read {
  readonly event?: PreferencesChanged | undefined;
  readonly broken?: boolean;
}

/** The message's own event on a first attempt; else that of the newest record as it stands now. */
async function eventFor(ports: DeliverPorts, { job, sure }: Known): Promise<Read> {
  if (!sure && job.newest.event) return { event: job.newest.event };
  const stored = await orBroken(ports.records.newest(job.subject));
  if (!stored) return { event: job.newest.event };
  const broken = stored instanceof BrokenVersionError;
  const version = broken ? await inPlaceOf(ports, stored) : stored.version;
  const state = resolve(version.record, ports.catalogue, ports.clock.now());
  return { event: eventWith(version, ports.catalogue, state), broken };
}

/**
 * Addresses must not be older than what is sent to them, nor than the item that will be settled. A record that is newer
 * than its message may have moved them after they were read, and whoever shares one may have been told meanwhile.
 */
async function withIdentifiers<T extends Known & { readonly event: PreferencesChanged }>(
  ports: DeliverPorts,
  { destination }: Lane,
  known: readonly T[],
): Promise<readonly T[]> {
  const newer = known.filter(mayHaveMoved);
  if (newer.length === 0 || destination.identifiedBy.length === 0) return known;
  const read = await ports.ledger.read(
    destination.id,
    newer.map(({ job }) => job.subject),
  );
  return known.map((one) => {
    const again = newer.includes(one) ? read.get(one.job.subject) : undefined;
    return again ? { ...one, identifiers: again.identifiers } : one;
  });
}

const mayHaveMoved = ({
  job,
  item,
  identifiers,
  event,
}: Known & { readonly event: PreferencesChanged }): boolean =>
  event.data.version > job.newest.version ||
  (item.shared === true && !identifiers.some(({ shared }) => shared));

/**
 * A paused lane sends nothing; nor does a delivery that has been tried for too long and timed out last: giving up at
 * once would answer for a request that may still arrive.
 */
function unsentOf(lane: Lane, { newest }: Job, item: DeliveryItem, now: number): Answered | undefined {
  if (lane.paused) return { kind: 'held', reason: 'paused' };
  const tooLong = newest.receiveCount > 1 && now - newest.sentAt > GIVE_UP_AFTER;
  return tooLong && item.retrying?.reason === 'timed-out'
    ? { kind: 'held', reason: 'gave-up-timed-out' }
    : undefined;
}

/** Of people who share an address one is told at a time: each must see what the other has settled. */
function oneAtATime(sendings: readonly Sending[]): {
  readonly now: readonly Sending[];
  readonly later: readonly Sending[];
} {
  const now: Sending[] = [];
  for (const sending of sendings) if (!now.some((other) => meet(sending, other))) now.push(sending);
  return { now, later: sendings.filter((sending) => !now.includes(sending)) };
}

const meet = (a: Sending, b: Sending): boolean =>
  a.address.coHolders.includes(b.job.subject) || b.address.coHolders.includes(a.job.subject);
