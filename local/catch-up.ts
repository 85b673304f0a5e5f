import { restart } from '../lib/flow/restart.ts';
import type { App } from './app.ts';
import { timeoutOf } from './context.ts';
import type { Journal } from './journal.ts';
import { pause } from './pause.ts';

/**
 * The queues of the last run died with it: what was in them is found again from what was recorded and answered. A
 * first start only notes from when on each lane is watched.
 */
export async function catchUp(app: App, { before }: Journal): Promise<void> {
  await restart(
    app,
    app.laneList,
  )({
    setupOf: app.setupOf,
    functionTimeout: timeoutOf('deliver'),
    ...(before?.crashedAt !== undefined && { crashedAt: before.crashedAt }),
    ...(before?.asleep && { asleep: before.asleep }),
  });
}

const LOOK_EVERY = 250;

/**
 * What was put back waits in memory again: until every lane has been empty once, another crash must look as far back
 * as this start did. Resolves when the journal knows that it need not any longer.
 */
export async function settleUp(app: App, journal: Journal, signal: AbortSignal): Promise<void> {
  const busy = new Set(app.laneList.map(({ destination }) => destination.id));
  while (!signal.aborted) {
    for (const id of busy) if ((await app.unfinished(id)).underWay === 0) busy.delete(id);
    if (busy.size === 0) return journal.settled();
    await pause(LOOK_EVERY, signal);
  }
}
