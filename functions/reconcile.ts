import { type ExpirePorts, expire } from '../lib/flow/expire.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import {
  type LaneReport,
  type ReconcileOptions,
  type ReconcilePorts,
  reconcile,
} from '../lib/flow/reconcile.ts';
import { onLambda } from './app.ts';
import { reconcilePorts, SETTLE_TIME, setupOf } from './lane-app.ts';
import { metricLine, printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

export interface ReconcileApp {
  readonly ports: ReconcilePorts & ExpirePorts;
  readonly lanes: readonly LaneFacts[];
  readonly options: ReconcileOptions;
  readonly line?: WriteLine;
}

/** Puts back what was lost, releases what waited, withdraws what ran out, and counts. */
export const reconciler = ({ ports, lanes, options, line = printLine }: ReconcileApp) =>
  worker<unknown, void>('reconcile', line).handler(async () => {
    const report = ({ lane, ...counts }: LaneReport): void => {
      const {
        gaps: Gaps,
        held: Held,
        failed: Failed,
        needsUserAction: NeedsUserAction,
        requeued: Requeued,
      } = counts;
      const metrics = { Gaps, Held, Failed, NeedsUserAction, Requeued };
      line(metricLine(ports.clock.now(), { destination: lane }, metrics));
    };
    const [expired, reconciled] = [
      await settled(expire(ports)()),
      await settled(reconcile(ports, lanes)({ ...options, report })),
    ];
    if (expired.status === 'rejected') throw expired.reason;
    if (reconciled.status === 'rejected') throw reconciled.reason;
    line({ level: 'info', message: 'reconciled', function: 'reconcile', expired: expired.value });
  });

/** Neither task waits for the other to go well. */
async function settled<T>(task: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([task]);
  return result;
}

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() =>
    reconciler({ ports: reconcilePorts(), lanes, options: { setupOf, settleTime: SETTLE_TIME } }),
  );
