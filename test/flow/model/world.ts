import type { Destination } from '../../../lib/destinations/destination.ts';
import { NOW } from '../../builders.ts';
import { type Book, book, ledgerOf } from './ledger.ts';
import { type People, people, type Recording } from './people.ts';
import { type Queue, queue } from './queue.ts';
import { type Random, randomFrom } from './random.ts';
import { type Scheduler, scheduler } from './scheduler.ts';
import { type Vendor, vendor } from './vendor.ts';

/** Ports may lie, to see that the model notices. */
export type Lie =
  | 'a compare-and-set that always wins'
  | 'a queue that always says 1'
  | 'a restart without force'
  | 'a touch that does nothing'
  | 'holders that are never looked at twice';

/** What kind of schedule this is. On `aws` workers die alone; an `engine` loses all its workers and queues at once. */
export interface Plan {
  readonly seed: number;
  readonly destination: Destination;
  readonly home: 'aws' | 'engine';
  readonly subjects: readonly string[];
  readonly addresses: readonly string[];
  /** Changes that will be made. */
  readonly changes: number;
  /** How likely a change is to move somebody to another address. */
  readonly moving: number;
  /** How soon they follow each other, beside what workers do. */
  readonly pace: number;
  readonly workers: number;
  readonly batch: number;
  readonly maxReceive: number;
  readonly faultRate: number;
  /** Messages that appear twice, long pauses, and runs of reconcile or replay in between. Not all schedules have them: what puts right what went wrong also hides it. */
  readonly twins: number;
  readonly naps: number;
  readonly upkeeps: number;
  readonly lie?: Lie | undefined;
}

/** Longest a delivery function runs and a received message stays hidden, ms. */
export const FUNCTION_TIMEOUT = 60_000;
export const VISIBILITY = 6 * FUNCTION_TIMEOUT;

/** A worker that is at it. */
export interface Worker {
  readonly id: number;
  readonly deadline: number;
  /** When the messages it holds come back if it dies. */
  readonly hiddenUntil: number;
}

/** Everything there is in one schedule. */
export interface World {
  readonly plan: Plan;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly people: People;
  readonly book: Book;
  readonly queue: Queue;
  readonly vendor: Vendor;
  readonly workers: Map<number, Worker>;
  /** Recorded, not yet published; and published, not yet in the queue. */
  readonly unpublished: Recording[];
  readonly onTheBus: Recording[];
  readonly now: () => number;
  /** Lets time pass: late requests arrive by their bound, and a worker past its deadline is cut off. */
  readonly pass: (ms: number) => void;
  readonly faults: (on?: boolean) => boolean;
  readonly say: (words: () => string) => void;
  readonly kill: (worker: Worker) => void;
  /** What should never have happened on the way. */
  readonly failures: string[];
}

export function world(plan: Plan, say: (words: () => string) => void): World {
  const kept = book(plan.destination.id);
  let time = NOW;
  let faulty = true;
  const random = randomFrom(plan.seed);
  const made: World = {
    plan,
    random,
    scheduler: scheduler(random),
    people: people(ledgerOf(kept)),
    book: kept,
    queue: queue(plan.maxReceive),
    vendor: vendor(plan.destination.limits.settleAfter),
    workers: new Map(),
    unpublished: [],
    onTheBus: [],
    failures: [],
    now: () => time,
    pass: (ms) => {
      const until = cutOff(made, time + ms);
      arriveBy(made, until);
      time = until;
    },
    faults: (on = faulty) => {
      faulty = on;
      return faulty;
    },
    say: (words) => say(() => `${new Date(time).toISOString().slice(11, 23)} ${words()}`),
    kill: (worker) => {
      made.say(() => `worker ${worker.id} dies`);
      made.workers.delete(worker.id);
      made.scheduler.kill(worker.id);
    },
  };
  return made;
}

/** Until when time passes: workers whose deadline is earlier die, or are given the time to end before it. */
function cutOff(world: World, until: number): number {
  const passed = [...world.workers.values()].filter(({ deadline }) => deadline <= until);
  if (passed.length === 0) return until;
  if (world.plan.home === 'engine' || !world.faults() || world.random.happens(0.8))
    return Math.max(world.now(), Math.min(...passed.map(({ deadline }) => deadline)) - 1);
  for (const worker of passed) world.kill(worker);
  return until;
}

/** Requests that have to arrive before this moment do, in some order. */
function arriveBy(world: World, until: number): void {
  const { late } = world.vendor;
  for (;;) {
    const due = [...late.keys()].filter((i) => (late[i]?.by ?? until) <= until);
    if (due.length === 0) return;
    for (const { arrive } of late.splice(world.random.pick(due), 1)) arrive();
  }
}
