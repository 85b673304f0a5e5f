import type { WriteLine } from '../functions/middleware/line.ts';
import { poller } from '../functions/poll.ts';
import { beginPolling, pollEvery } from '../lib/flow/poll.ts';
import type { App } from './app.ts';
import { contextFor } from './context.ts';
import { faultOf } from './fault.ts';
import { startSchedule } from './schedule.ts';

export interface PollOptions {
  readonly warn: (line: string) => void;
  readonly line: WriteLine;
}

export interface Polls {
  /** Asks a destination for its unsubscribes now, whenever its next turn is. */
  readonly poll: (destination: string) => Promise<void>;
  /** Starts no more polls and lets those under way end. */
  readonly stop: () => Promise<void>;
}

/** Polls every destination that has to be asked, as often as it says, from the moment of the first start on. */
export async function startPolls(app: App, { warn, line }: PollOptions): Promise<Polls> {
  const polled = app.laneList.flatMap((lane) => {
    const { id } = lane.destination;
    const minutes = pollEvery(lane, app.clock.now());
    if (minutes === undefined) return [];
    const handler = poller({ ...app, vendor: app.vendorFor(lane), line }, lane);
    return [{ id, every: minutes * 60_000, run: () => handler({}, contextFor('poll')) }];
  });
  for (const { id } of polled) await beginPolling(app, id);
  const schedules = polled.map(({ id, every, run }) =>
    startSchedule({ every, run, onError: (error) => warn(`poll of ${id}: ${faultOf(error)}`) }),
  );
  return {
    poll: async (destination) => {
      const one = polled.find(({ id }) => id === destination);
      if (!one) throw new Error(`${destination} is not polled`);
      await one.run();
    },
    stop: async () => void (await Promise.all(schedules.map((schedule) => schedule.stop()))),
  };
}
