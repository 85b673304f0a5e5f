import { type RetryOutcome, worse } from '../domain/outcome.ts';
import { announce, type Settled } from './announce.ts';
import { carryOut, type Ran } from './calls.ts';
import { again, conclude } from './conclude.ts';
import { deliverLog } from './deliver-log.ts';
import { deliverReports } from './deliver-reports.ts';
import { dispose, type Job, jobsOf, overtaken } from './job.ts';
import type { DeliverPorts, Disposition, Lane, LaneMessage } from './lane.ts';
import { prepare, type Sending } from './prepare.ts';
import { callsOf } from './translated.ts';

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
    if (lane.destination.kind === 'watch') return deliverReports(ports, lane, jobsOf(messages), end);
    return deliverState(ports, lane, jobsOf(messages), end);
  };

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
    const result = await playRound(ports, lane, open, end);
    dispositions.push(...result.dispositions);
    settled.push(...result.settled);
    open = result.open;
  }
  await announce(ports, lane.destination.id, settled);
  return [...dispositions, ...(await putBack(ports, lane, open))];
}

interface Round {
  readonly dispositions: readonly Disposition[];
  readonly settled: readonly Settled[];
  readonly open: readonly Job[];
}

/** Looks, sends and settles once; what others overtook stays open. */
async function playRound(ports: DeliverPorts, lane: Lane, jobs: readonly Job[], end: number): Promise<Round> {
  const { done, sendings, later } = await prepare(ports, lane, jobs);
  const sent = await sendAll(ports, lane, sendings, end);
  const concluded = await Promise.all(
    sendings.map((sending, i) => conclude(ports, lane, sending, sent[i] ?? NOT_SENT)),
  );
  const ended = sendings.flatMap(({ job }, i) =>
    concluded[i]?.lost ? [] : dispose(job, concluded[i]?.again),
  );
  const lost = sendings.flatMap(({ job }, i) =>
    concluded[i]?.lost ? [overtaken(job, sent[i]?.left === true)] : [],
  );
  return {
    dispositions: [...done.flatMap((job) => dispose(job)), ...ended],
    settled: concluded.flatMap(({ announcement }) => (announcement ? [announcement] : [])),
    open: [...later, ...lost],
  };
}

const NOT_SENT: Ran = { outcome: { kind: 'retry', reason: 'not-sent', after: 1 }, left: false };

/** Others were quicker every time, or time ran out. */
const OVERTAKEN: RetryOutcome = { kind: 'retry', reason: 'overtaken' };

async function putBack(
  ports: DeliverPorts,
  lane: Lane,
  jobs: readonly Job[],
): Promise<readonly Disposition[]> {
  const concluded = await Promise.all(
    jobs.map((job) => again(ports, lane, { job, version: job.newest.version, outcome: OVERTAKEN })),
  );
  return jobs.flatMap((job, i) => dispose(job, concluded[i]?.again));
}

/** Sends what has to be said at every address of every subject; what became of it for each subject. */
async function sendAll(
  ports: DeliverPorts,
  lane: Lane,
  sendings: readonly Sending[],
  end: number,
): Promise<readonly Ran[]> {
  const { destination, settings } = lane;
  const errands = sendings.flatMap(({ told, address, unsent }, owner) =>
    (unsent ? [] : address.deliveries).map((delivery) => ({
      owner,
      id: told.event.id,
      calls: callsOf(destination, delivery, settings),
    })),
  );
  const ran = await carryOut(ports, destination, errands, end);
  return sendings.map(({ address, unsent }, owner) => {
    const own = errands.flatMap((errand, i) => (errand.owner === owner ? [ran[i] ?? NOT_SENT] : []));
    return own.reduce(both, { outcome: unsent ?? address.nothing, left: false });
  });
}

const both = (a: Ran, b: Ran): Ran => ({ outcome: worse(a.outcome, b.outcome), left: a.left || b.left });
