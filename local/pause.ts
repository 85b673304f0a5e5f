import { setTimeout as after } from 'node:timers/promises';

/** Waits `milliseconds`, or until the signal says stop, whichever comes first. Never rejects. */
export const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  await after(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
};

/** Doubles from `first` to `longest` milliseconds, with up to a quarter of jitter. `attempt` counts from 1. */
export const backoff = (attempt: number, { first, longest }: Waits): number =>
  Math.min(longest, first * 2 ** Math.min(attempt - 1, 30)) * (1 - Math.random() / 4);

export interface Waits {
  readonly first: number;
  readonly longest: number;
}

/** Rests that anybody may cut short. */
export interface Naps {
  /** Rests for `milliseconds`, or less if `wake` was called since `seen`. */
  rest(milliseconds: number, seen: number): Promise<void>;
  /** How often `wake` was called: read it before looking for work, and a call in between is not missed. */
  wakes(): number;
  wake(): void;
}

export const createNaps = (): Naps => {
  const sleepers = new Set<() => void>();
  let count = 0;
  const rest = (milliseconds: number, seen: number): Promise<void> => {
    if (seen !== count) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        sleepers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      sleepers.add(end);
    });
  };
  const wake = () => {
    count += 1;
    for (const end of sleepers) end();
  };
  return { rest, wakes: () => count, wake };
};
