import type { Receiver } from '../simulators/receiver.ts';
import type { Simulator } from '../simulators/simulator.ts';
import type { Case } from './table.ts';

/** Channels of the catalogue: whoever takes whole events hears of all. */
const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];

/** A case before somebody who takes every event and goes by the newest of each subject. */
export const received = (
  simulator: Simulator & Pick<Receiver, 'had' | 'rowOf'>,
): Pick<Case, 'simulator' | 'channels' | 'enter' | 'permitted' | 'already' | 'unknown' | 'lacking'> &
  Required<Pick<Case, 'evidence'>> => ({
  ...{ simulator, channels: CHANNELS, enter: () => undefined, unknown: 'delivered', lacking: 'delivered' },
  permitted: ({ subject }, topic, channel) => simulator.permitted({ identifier: subject, topic, channel }),
  already: ({ subject }, topic, channel) => simulator.had({ identifier: subject, topic, channel }),
  evidence: {
    of: ({ subject }, topic, channel) =>
      JSON.stringify(simulator.rowOf({ identifier: subject, topic, channel })),
    holds: ['time', 'source', 'notice', 'basis'],
  },
});
