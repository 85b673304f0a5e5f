import type { HeedConfig } from '../lib/config.ts';
import { destinations } from '../lib/destinations/index.ts';
import { lanesOf, rulePatternOf } from '../lib/flow/lanes.ts';
import { pollEvery } from '../lib/flow/poll.ts';
import type { LaneSpec } from './lane.ts';

/** What the stack must know of the enabled destinations. Stops at a configuration that contradicts itself. */
export const laneSpecs = (config: HeedConfig): readonly LaneSpec[] =>
  lanesOf(config, destinations).map((lane) => {
    const { destination, settings } = lane;
    const { id, title, impact, limits } = destination;
    const minutes = pollEvery(lane, Date.now());
    return {
      ...{ id, title, impact, limits },
      pattern: rulePatternOf(lane),
      permissions: destination.permissions?.(settings) ?? [],
      ...(minutes !== undefined && { pollEvery: minutes }),
    };
  });
