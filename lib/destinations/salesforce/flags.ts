import type { Delivery } from '../destination.ts';
import type { Settings } from './settings.ts';

/** A flag of a Contact or Lead as it ought to be. */
export interface Flag {
  readonly channel: string;
  readonly field: string;
  readonly out: boolean;
}

/**
 * A flag outweighs every row, also for mail that no topic maps: it is set by a stop of everything, or when all topics
 * that it is said to stand for are withdrawn. Silence on one of them leaves it alone, unless another is granted.
 */
export function flagsOf({ choices, stoppedAll }: Delivery, settings: Settings): readonly Flag[] {
  const { flags, flagFields, flagTopics = [] } = settings;
  if (flags === 'none') return [];
  return Object.entries(flagFields).flatMap(([channel, field]): readonly Flag[] => {
    if (stoppedAll.includes(channel)) return [{ channel, field, out: true }];
    const states = flagTopics.map(
      (topic) => choices.find((row) => row.topic === topic && row.channel === channel)?.state,
    );
    if (states.includes('granted')) return [{ channel, field, out: false }];
    return states.every((state) => state === 'withdrawn') ? [{ channel, field, out: true }] : [];
  });
}
