import type { Lane } from '../lib/flow/lane.ts';
import { rulePatternOf } from '../lib/flow/lanes.ts';
import { pollEvery } from '../lib/flow/poll.ts';
import type { LaneSpec } from './lane.ts';

/** What the stack must know of the enabled destinations. */
export const laneSpecs = (lanes: readonly Lane[]): readonly LaneSpec[] =>
  lanes.map((lane) => {
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
