import type { HeedConfig } from '../lib/config.ts';
import { destinations } from '../lib/destinations/index.ts';
import { expressible, patternOf } from '../lib/domain/interest.ts';
import type { LaneSpec } from './lane.ts';

type Enabled = HeedConfig['destinations'][string];

/** The lanes of the enabled destinations. A configuration that names an unknown one, or gives it bad settings, stops here. */
export const lanesOf = (config: HeedConfig): readonly LaneSpec[] =>
  Object.entries(config.destinations)
    .filter(([, { enabled }]) => enabled)
    .map(([id, enabled]) => laneOf(id, enabled));

const laneOf = (id: string, { settings }: Enabled): LaneSpec => {
  const destination = destinations[id];
  if (destination === undefined) throw new Error(`heed.config.ts: there is no destination ${id}`);
  const { title, impact, limits, channels } = destination;
  const topics = destination.topics(destination.settings.parse(settings));
  return { id, title, impact, limits, pattern: patternOf(expressible({ topics, channels })) };
};
