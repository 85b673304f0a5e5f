import { type ExpirePorts, expire } from '../lib/flow/expire.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { type ReconcileOptions, type ReconcilePorts, reconcile } from '../lib/flow/reconcile.ts';
import { onLambda } from './app.ts';
import { reconcilePorts, SETTLE_TIME, setupOf } from './lane-app.ts';
import { lanes } from './lanes.ts';
import { metricLine, printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

export interface ReconcileApp {
  readonly ports: ReconcilePorts & ExpirePorts;
  readonly lanes: readonly Lane[];
  readonly options: ReconcileOptions;
  readonly line?: WriteLine;
}

/** Puts back what was lost, releases what waited, withdraws what ran out, and counts. */
export const reconciler = ({ ports, lanes, options, line = printLine }: ReconcileApp) =>
  worker<unknown, void>('reconcile', line).handler(async () => {
    const expired = await expire(ports)();
    for (const { lane, ...counts } of await reconcile(ports, lanes)(options)) {
      const { gaps, held, failed, needsUserAction, requeued } = counts;
      line(
        metricLine(
          ports.clock.now(),
          { destination: lane },
          { Gaps: gaps, Held: held, Failed: failed, NeedsUserAction: needsUserAction, Requeued: requeued },
        ),
      );
    }
    line({ level: 'info', message: 'reconciled', function: 'reconcile', expired });
  });

export const handler = onLambda(() =>
  reconciler({ ports: reconcilePorts(), lanes: lanes(), options: { setupOf, settleTime: SETTLE_TIME } }),
);
