import type { Lane } from '../../../lib/flow/lane.ts';
import { BURIAL, buryNext } from './burial.ts';
import { arriveLate, change, fromBus, nap, start, twin, wait } from './happenings.ts';
import { quiet } from './scheduler.ts';
import { type Upkeep, upkeep } from './upkeep.ts';
import { faultsOf } from './verdict.ts';
import { type Plan, type World, world } from './world.ts';

/** One thing that can happen next, and how likely it is beside the others. */
interface Move {
  readonly weight: number;
  readonly make: () => void | Promise<void>;
}

interface Run {
  readonly world: World;
  readonly lane: Lane;
  readonly upkeep: Upkeep;
  /** What may still happen: faults come in numbers, so that schedules end. */
  readonly left: {
    changes: number;
    deaths: number;
    crashes: number;
    twins: number;
    naps: number;
    upkeeps: number;
  };
  workers: number;
  burying: boolean;
}

const LONGEST = 3_000;

/** Plays one schedule to its end, faults off at last, and tells what is wrong then. */
export async function play(
  plan: Plan,
  say: (words: () => string) => void = () => {},
): Promise<readonly string[]> {
  const made = world(plan, say);
  const lane: Lane = {
    destination: plan.destination,
    settings: {},
    interest: { topics: 'all', channels: 'all' },
    paused: false,
  };
  const run: Run = {
    world: made,
    lane,
    upkeep: upkeep(made, lane),
    left: leftOf(plan),
    workers: 0,
    burying: false,
  };
  const steps = await playOut(run, LONGEST);
  made.faults(false);
  made.say(() => 'from here on nothing fails');
  let more = steps + (await playOut(run, LONGEST));
  for (let round = 0; round < 4 && more < 3 * LONGEST; round++) {
    await run.upkeep.reconcile(true);
    const replayed = await run.upkeep.replay();
    if (replayed === 0 && made.queue.size() === 0 && made.onTheBus.length === 0)
      return [...made.failures, ...faultsOf(made)];
    more += await playOut(run, LONGEST);
  }
  return ['it never came to rest'];
}

const leftOf = ({ changes, home, faultRate, twins, naps, upkeeps }: Plan): Run['left'] => ({
  changes,
  deaths: home === 'aws' && faultRate > 0 ? 2 : 0,
  crashes: home === 'engine' && faultRate > 0 ? 2 : 0,
  twins,
  naps,
  upkeeps,
});

/** Makes moves until none is left or there were too many; gives how many. */
async function playOut(run: Run, limit: number): Promise<number> {
  for (let steps = 0; steps < limit; steps++) {
    const moves = movesOf(run);
    if (moves.length === 0) return steps;
    await chosen(run, moves).make();
    await quiet();
    run.world.pass(PASSING[run.world.random.below(PASSING.length)] ?? 0);
  }
  return limit;
}

/** Milliseconds between two moves. */
const PASSING = [0, 0, 5, 20, 50];

function chosen({ world: { random } }: Run, moves: readonly Move[]): Move {
  let at = random.next() * moves.reduce((sum, { weight }) => sum + weight, 0);
  for (const move of moves) {
    at -= move.weight;
    if (at < 0) return move;
  }
  return random.pick(moves);
}

function movesOf(run: Run): readonly Move[] {
  const { world: here, left } = run;
  const moves = [...workMoves(run), ...(here.faults() ? faultMoves(run) : [])];
  const move = (possible: boolean, weight: number, make: Move['make']): void => {
    if (possible) moves.push({ weight, make });
  };
  move(left.changes > 0 && here.faults(), here.plan.pace, () => {
    left.changes -= 1;
    return change(here);
  });
  move(here.unpublished.length > 0, 6, run.upkeep.publish);
  move(here.onTheBus.length > 0, 6, () => fromBus(here));
  move(here.queue.dead.length > 0 && !run.burying, 2, () => burial(run));
  if (moves.length === 0 && here.queue.size() > 0) moves.push({ weight: 1, make: () => wait(here) });
  return moves;
}

/** What workers do: their next call, and starting. */
function workMoves(run: Run): Move[] {
  const { world: here } = run;
  const { scheduler, queue, workers, plan, vendor } = here;
  const moves = scheduler.waiting().map((weight, i): Move => ({ weight, make: () => scheduler.turn(i) }));
  if (workers.size < plan.workers && queue.visible(here.now()) > 0)
    moves.push({ weight: 6, make: () => start(here, run.lane, nextWorker(run)) });
  if (vendor.late.length > 0) moves.push({ weight: 1, make: () => arriveLate(here) });
  return moves;
}

function faultMoves(run: Run): readonly Move[] {
  const { world: here, left } = run;
  const { workers, queue } = here;
  const moves: Move[] = [];
  const fault = (name: keyof Run['left'], possible: boolean, make: Move['make']): void => {
    if (left[name] === 0 || !possible) return;
    moves.push({
      weight: 0.4,
      make: () => {
        left[name] -= 1;
        return make();
      },
    });
  };
  fault('deaths', workers.size > 0, () => here.kill(here.random.pick([...workers.values()])));
  fault('crashes', true, () => crash(run));
  fault('twins', queue.size() > 0, () => twin(here));
  fault('naps', workers.size === 0 && !run.burying && queue.size() > 0, () => nap(here));
  fault('upkeeps', true, () => (here.random.happens(0.5) ? run.upkeep.reconcile(false) : redrive(run)));
  return moves;
}

async function redrive({ upkeep: { replay } }: Run): Promise<void> {
  await replay();
}

async function crash(run: Run): Promise<void> {
  run.world.scheduler.kill(BURIAL);
  run.burying = false;
  await run.upkeep.crash();
}

async function burial(run: Run): Promise<void> {
  run.burying = true;
  void buryNext(run.world, run.lane).then(() => {
    run.burying = false;
  });
}

function nextWorker(run: Run): number {
  run.workers += 1;
  return run.workers;
}
