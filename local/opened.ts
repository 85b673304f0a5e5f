import { faultOf } from './fault.ts';
import { pause } from './pause.ts';

/** What was opened so far. */
export interface Opened {
  /** Remembers how to close something; `name` is for the line that says it could not be. */
  add(name: string, close: () => unknown): void;
  /** Closes everything, the latest first, each whatever became of the others. */
  close(): Promise<void>;
}

export function openedThings(warn: (line: string) => void): Opened {
  const things: { readonly name: string; readonly close: () => unknown }[] = [];
  return {
    add: (name, close) => void things.push({ name, close }),
    close: async () => {
      for (let thing = things.pop(); thing !== undefined; thing = things.pop()) {
        const { name, close } = thing;
        try {
          await close();
        } catch (error) {
          warn(`${name} did not close: ${faultOf(error)}`);
        }
      }
    },
  };
}

/** Waits for something, but not for ever; tells whether it came to its end in time. */
export async function inTime(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const waiting = new AbortController();
  const ended = work.then(() => true);
  const late = pause(milliseconds, waiting.signal).then(() => false);
  try {
    return await Promise.race([ended, late]);
  } finally {
    waiting.abort();
  }
}
