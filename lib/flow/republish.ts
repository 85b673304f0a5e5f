import { MINUTE } from '../domain/time.ts';
import type { Records } from '../ports.ts';
import { type PublishPorts, publishStored } from './publish.ts';

export interface RepublishPorts extends PublishPorts {
  readonly records: Pick<Records, 'recordedIn' | 'version'>;
}

/** Recording and arrival in the stream may lie this far apart, ms. */
const SLACK = 5 * MINUTE;

/**
 * Publishes again every version recorded around the time a part of the stream was given up on: a failure notice holds
 * positions, not records. `from` and `to` in ms. Gives how many versions there were, and throws if one was not taken.
 */
export const republish =
  (ports: RepublishPorts) =>
  async ({ from, to }: { readonly from: number; readonly to: number }): Promise<number> => {
    let count = 0;
    for (let minute = Math.floor((from - SLACK) / MINUTE) * MINUTE; minute <= to + MINUTE; minute += MINUTE) {
      const recorded = [...(await ports.records.recordedIn(minute))].sort((a, b) => a.version - b.version);
      const taken = await publishStored(ports)(recorded);
      if (taken.includes(false))
        throw new Error('some versions could not be published; the notice stays in its queue');
      count += taken.length;
    }
    return count;
  };
