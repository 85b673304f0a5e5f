import type { HeedConfig } from '../lib/config.ts';
import { destinations } from '../lib/destinations/index.ts';
import { patternOf } from '../lib/domain/interest.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import type { LaneSpec } from './lane.ts';

/** What the stack must know of the enabled destinations. Stops at a configuration that contradicts itself. */
export const laneSpecs = (config: HeedConfig): readonly LaneSpec[] =>
  lanesOf(config, destinations).map(({ destination, settings, interest }) => {
    const { id, title, impact, limits } = destination;
    return {
      ...{ id, title, impact, limits },
      pattern: patternOf(interest),
      permissions: destination.permissions?.(settings) ?? [],
      ...(destination.poll && { pollEvery: destination.poll.every }),
    };
  });
