import { MINUTE } from '../domain/time.ts';
import type { Log, Records } from '../ports.ts';
import { logGaps } from './gaps.ts';
import { BUS, type PublishPorts, publishStored } from './publish.ts';

export interface RepublishPorts extends PublishPorts {
  readonly records: Pick<Records, 'recordedIn' | 'version'>;
  readonly log: Pick<Log, 'read' | 'write'>;
}

/** Recording and arrival in the stream may lie this far apart, ms. */
const SLACK = 5 * MINUTE;

/**
 * Publishes every version that was recorded, and not published, around the time a part of the stream was given up on: a failure notice holds
 * positions, not records. `from` and `to` in ms. Gives how many versions there were, and throws if one was not taken.
 */
export const republish =
  (ports: RepublishPorts) =>
  async ({ from, to }: { readonly from: number; readonly to: number }): Promise<number> => {
    let count = 0;
    for (let minute = Math.floor((from - SLACK) / MINUTE) * MINUTE; minute <= to + MINUTE; minute += MINUTE) {
      const gaps = await logGaps(ports.log, BUS, await ports.records.recordedIn(minute));
      const taken = await publishStored(ports)([...gaps].sort((a, b) => a.version - b.version));
      if (taken.includes(false))
        throw new Error('some versions could not be published; the notice stays in its queue');
      count += taken.length;
    }
    return count;
  };
