import { pause } from '../../local/pause.ts';

/** Between two looks, ms: looking costs an engine in this process time that it needs to get there. */
const PAUSE = 25;

/** Waits until something holds, and says what did not. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  within = 20_000,
): Promise<void> => {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${within} ms in vain until ${what}`);
    await pause(PAUSE);
  }
};
