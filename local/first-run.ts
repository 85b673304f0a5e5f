import { problem } from '../lib/http/problem.ts';
import { inTime } from './opened.ts';

type Work<A extends readonly unknown[]> = (...args: A) => Promise<unknown>;

/** What must have come to its end once since the start before others go by what it makes. */
export interface FirstRun {
  /** The run that the others wait for: its first success ends the waiting. */
  readonly of: (run: Work<[]>) => Work<[]>;
  /** Leaves out what is due before that. */
  readonly after: (run: Work<[]>) => Work<[]>;
  /** Answers after that; 503 where it takes too long. */
  readonly answered: <A extends readonly unknown[]>(call: Work<A>) => Work<A>;
}

/** How long a caller waits, ms. */
const LONGEST_WAIT = 5_000;

export function firstRun(longestWait = LONGEST_WAIT): FirstRun {
  let isOver = false;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    of: (run) => async () => {
      await run();
      isOver = true;
      end();
    },
    after: (run) => async () => (isOver ? run() : undefined),
    answered:
      (call) =>
      async (...args) =>
        isOver || (await inTime(over, longestWait))
          ? call(...args)
          : problem('busy', { detail: CATCHING_UP }),
  };
}

const CATCHING_UP = 'What was recorded before this start is still being proved.';
