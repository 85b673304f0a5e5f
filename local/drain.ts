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

/**
 * Waits, for a while, until everything stored is published and no lane has anything under way; tells whether every lane
 * was empty then. What is to be said once more later, to a vendor that applies in its own time, is not waited for: it may
 * take a quarter of an hour, and the next start says it.
 */
export async function drain({ app, stream, bus }: Draining): Promise<boolean> {
  const end = Date.now() + PATIENCE;
  if (!(await inTime(stream.caughtUp(), PATIENCE))) return false;
  for (;;) {
    const left = await Promise.all(app.laneList.map(({ destination }) => app.unfinished(destination.id)));
    const idle = left.every(({ underWay }) => underWay === 0);
    if (bus.pending() === 0 && idle) return left.every(({ delayed }) => delayed === 0);
    if (Date.now() > end) return false;
    await pause(50);
  }
}
