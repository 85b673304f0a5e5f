import { pause } from '../../local/pause.ts';

/** Waits until something holds, and says what did not. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  within = 10_000,
): Promise<void> => {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${within} ms in vain until ${what}`);
    await pause(5);
  }
};
