import type { Random } from './random.ts';

/** A call that has been made and has not happened yet. */
interface Pending {
  readonly caller: number;
  readonly weight: number;
  readonly happen: () => void;
  readonly abandoned: () => void;
}

/** What happens when a call's turn comes, and what may still happen if its caller died before that. */
export interface Effect<T> {
  readonly run: () => T;
  readonly abandoned?: () => void;
  /** A call that often takes long. */
  readonly slow?: boolean;
}

/** Calls wait here until their turn comes, so that callers interleave at every await. */
export interface Scheduler {
  readonly call: <T>(caller: number, effect: Effect<T>) => Promise<T>;
  /** How likely the turn of each call that waits is, beside the others. */
  readonly waiting: () => readonly number[];
  /** Lets one call happen. */
  readonly turn: (index: number) => void;
  /** The caller has died: it never hears of its calls again. */
  readonly kill: (caller: number) => void;
}

/** Some calls take long, and their callers are overtaken meanwhile: that is where order is lost. */
const WEIGHTS = [4, 4, 4, 4, 4, 0.05];
const SLOW = [4, 0.05];

export function scheduler(random: Random): Scheduler {
  let pending: Pending[] = [];
  return {
    call: (caller, { run, abandoned = () => {}, slow = false }) =>
      new Promise((resolve) => {
        pending.push({
          caller,
          weight: random.pick(slow ? SLOW : WEIGHTS),
          happen: () => resolve(run()),
          abandoned,
        });
      }),
    waiting: () => pending.map(({ weight }) => weight),
    turn: (index) => {
      for (const { happen } of pending.splice(index, 1)) happen();
    },
    kill: (caller) => {
      const dead = pending.filter((call) => call.caller === caller);
      pending = pending.filter((call) => call.caller !== caller);
      for (const call of dead) call.abandoned();
    },
  };
}

/** Whoever awaited a call has gone on, and made the next one. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
