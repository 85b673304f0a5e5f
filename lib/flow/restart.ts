import type { Ledger } from '../ports.ts';
import type { Lane } from './lane.ts';
import { type Asleep, type ReconcileOptions, type ReconcilePorts, reconcile } from './reconcile.ts';

export interface RestartPorts extends ReconcilePorts {
  readonly ledger: ReconcilePorts['ledger'] & Pick<Ledger, 'settledSince'>;
}

export interface RestartOptions {
  readonly setupOf: ReconcileOptions['setupOf'];
  /** Longest a delivery function runs, ms. */
  readonly functionTimeout: number;
  /** The last heartbeat before a crash, ms; left out after an orderly stop. */
  readonly crashedAt?: number;
  readonly asleep?: Asleep;
}

/**
 * Goes on after the queues were lost. Everything unanswered is put back; and since a delivery that was under way may
 * have reached its vendor after a newer one was settled, every subject settled within one function's time before the
 * crash is sent once more, for sure; and so is what a vendor had taken to apply in its own time, for the second look at
 * it was lost too. Gives how many of those there were.
 */
export const restart =
  (ports: RestartPorts, lanes: readonly Lane[]) =>
  async ({ setupOf, functionTimeout, crashedAt, asleep }: RestartOptions): Promise<number> => {
    await reconcile(ports, lanes)({ setupOf, settleTime: 0, queuesLost: true, ...(asleep && { asleep }) });
    if (crashedAt === undefined) return 0;
    const stateLanes = new Set(
      lanes.flatMap(({ destination }) => (destination.kind === 'state' ? [destination.id] : [])),
    );
    const applying = 1000 * Math.max(0, ...lanes.map(({ destination }) => destination.limits.settleAfter));
    const since = crashedAt - functionTimeout - applying;
    let forced = 0;
    for await (const { destination, subject, version } of ports.ledger.settledSince(since)) {
      if (!stateLanes.has(destination)) continue;
      await ports.lanes.force(destination, [{ subject, version }]);
      forced++;
    }
    return forced;
  };
