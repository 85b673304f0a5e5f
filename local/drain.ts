import type { App } from './app.ts';
import type { Bus } from './bus.ts';
import { inTime } from './opened.ts';
import { pause } from './pause.ts';
import type { Stream } from './stream.ts';

/** How long a stop waits for versions to be published, and for lanes that still have messages, ms. */
const PATIENCE = 5_000;

export interface Draining {
  readonly app: App;
  readonly stream: Stream;
  readonly bus: Bus;
}

/** Waits, for a while, until everything stored is published and every lane is empty; tells whether it came to that. */
export async function drain({ app, stream, bus }: Draining): Promise<boolean> {
  const end = Date.now() + PATIENCE;
  if (!(await inTime(stream.caughtUp(), PATIENCE))) return false;
  for (;;) {
    if (bus.pending() === 0 && (await allEmpty(app))) return true;
    if (Date.now() > end) return false;
    await pause(50);
  }
}

async function allEmpty(app: App): Promise<boolean> {
  const waiting = await Promise.all(app.laneList.map(({ destination }) => app.unfinished(destination.id)));
  return waiting.every((count) => count === 0);
}
