import type { Catalogue } from '../domain/catalogue.ts';
import { envelopeOf, type LaneReported } from '../domain/event.ts';
import type { Health } from '../domain/lane-standing.ts';
import { MINUTE, toIso, toMs } from '../domain/time.ts';
import type { Bus } from '../ports.ts';
import type { LaneFacts } from './lane.ts';
import type { LaneReport } from './reconcile.ts';

/** A lane that is well again is reported for this long, ms: whoever watches may have missed some of it. */
const RECENTLY = 30 * MINUTE;

type Counts = Pick<LaneReport, 'gaps' | 'held' | 'failed' | 'needsUserAction'>;

/**
 * How a lane fares, seen from how it fared before; undefined where there never was anything to tell. What a pause holds
 * is held on purpose. A watcher is not watched: a report on its own lane would only go through that very lane.
 */
export function healthOf(
  { destination: { id, title, impact, kind }, paused }: LaneFacts,
  { gaps, held, failed, needsUserAction }: Counts,
  { before, now }: { readonly before: Health | undefined; readonly now: number },
): Health | undefined {
  if (kind === 'watch') return undefined;
  const state = stateOf({ waiting: gaps + (paused ? 0 : held), failed });
  const well = state === 'healthy';
  if (well && !before) return undefined;
  const at = toIso(now);
  const unchanged = before && (before.standing.state === 'healthy') === well;
  const counts = { gaps, held, failed, needsUserAction };
  return {
    at,
    troubledAt: well ? (before?.troubledAt ?? at) : at,
    standing: { lane: id, title, impact, state, since: unchanged ? before.standing.since : at, ...counts },
  };
}

const stateOf = ({ waiting, failed }: { readonly waiting: number; readonly failed: number }) => {
  if (failed > 0) return 'failing';
  return waiting > 0 ? 'lagging' : 'healthy';
};

/** Tells the bus of a lane that is in trouble, or was until recently. */
export async function reportHealth(
  { bus, catalogue }: { readonly bus: Bus; readonly catalogue: Catalogue },
  health: Health | undefined,
): Promise<void> {
  if (!health || toMs(health.at) - toMs(health.troubledAt) > RECENTLY) return;
  await bus.put([{ type: 'lane.reported.v1', time: health.at, detail: reportedOf(catalogue, health) }]);
}

/** The event of a report: its sequence is its time. */
export function reportedOf(catalogue: Catalogue, { at, standing }: Health): LaneReported {
  const { lane } = standing;
  return {
    ...envelopeOf(catalogue, 'lane.reported.v1', lane, toMs(at)),
    ...{ type: 'lane.reported.v1', id: `${lane}:${toMs(at)}`, time: at, data: standing },
  };
}
