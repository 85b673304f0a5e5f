import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 90_000;

/** Waits until something holds. Gives up with what it waited for in words. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(100)) {
    if (await holds()) return;
  }
  throw new Error(`waited ${PATIENCE / 1000} s in vain until ${what}`);
};
