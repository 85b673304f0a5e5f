import type { WriteLine } from '../functions/middleware/line.ts';
import { reconciler } from '../functions/reconcile.ts';
import { functionsFor } from '../functions/registry.ts';
import type { App } from './app.ts';
import { auditingSchedules } from './auditing.ts';
import { contextFor } from './context.ts';
import type { Embedded } from './embedded.ts';
import { faultOf } from './fault.ts';
import { VISIBILITY_SECONDS } from './lane-queues.ts';
import { type Schedule, startSchedule } from './schedule.ts';

export interface ScheduleOptions {
  readonly app: App;
  readonly embedded: Pick<Embedded, 'journal'>;
  readonly line: WriteLine;
  readonly warn: (line: string) => void;
}

/** While this engine was not running nobody proved what it had recorded. */
const AT_ONCE = 'checkpoint';

/** Runs of a scheduled function, as AWS calls it. */
export type Run = () => Promise<unknown>;

/** The schedules of the registry, at the very handlers AWS calls. */
export function startSchedules(options: ScheduleOptions): Schedule {
  const runs: Readonly<Record<string, Run>> = {
    reconcile: reconcilingOf(options),
    ...auditingSchedules(options.app, options),
  };
  const schedules = functionsFor(options.app.config).flatMap(({ name, trigger }) => {
    if (trigger.kind !== 'schedule') return [];
    const run = runs[name];
    if (!run) throw new Error(`the local engine has no schedule for ${name}`);
    const every = (trigger.locallySeconds ?? trigger.minutes * 60) * 1000;
    const onError = (error: unknown): void => options.warn(`${name}: ${faultOf(error)}`);
    return [startSchedule({ every, atOnce: name === AT_ONCE, run, onError })];
  });
  return { stop: async () => void (await Promise.all(schedules.map((schedule) => schedule.stop()))) };
}

function reconcilingOf({ app, embedded, line }: ScheduleOptions): Run {
  const settleTime = 2 * VISIBILITY_SECONDS * 1000;
  const asleep = embedded.journal.before?.asleep;
  const options = { setupOf: app.setupOf, settleTime, ...(asleep && { asleep }) };
  const reconcile = reconciler({ ports: app, lanes: app.laneList, options, line });
  return () => reconcile({}, contextFor('reconcile'));
}
