import { setTimeout as sleep } from 'node:timers/promises';

export interface Waiting {
  /** When it is given up, ms. */
  readonly patience?: number;
  /** How long to wait before looking again, ms. */
  readonly pause?: number;
}

/** Waits until something holds. Gives up with what it waited for in words. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  { patience = 90_000, pause = 100 }: Waiting = {},
): Promise<void> => {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(pause)) {
    if (await holds()) return;
  }
  throw new Error(`waited ${patience / 1000} s in vain until ${what}`);
};
