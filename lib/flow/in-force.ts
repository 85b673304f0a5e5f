import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { joined } from '../domain/decide.ts';
import { changeId } from '../domain/digest.ts';
import { EMPTY_RECORD } from '../domain/registers.ts';
import { toMs } from '../domain/time.ts';
import type { HeedRecord, Version } from '../domain/vocabulary.ts';
import type { Clock, Records } from '../ports.ts';
import { everythingStopped, inPlaceOf } from './repair.ts';

/** A record that can be read, and where it comes from. */
export interface InForce {
  readonly record: HeedRecord;
  /** By the id of each change in it: the version that brought it. */
  readonly origins: Version['origins'];
  /** The newest version there is. Of one that cannot be relied on nobody knows when it was recorded. */
  readonly version: number;
  readonly recordedAt: string | null;
  /** Set where it rests on a version that cannot be relied on: that one. */
  readonly broken?: number;
}

export const NOTHING: InForce = { record: EMPTY_RECORD, origins: {}, version: 0, recordedAt: null };

export interface InForcePorts {
  readonly records: Pick<Records, 'newest' | 'version'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What holds of a subject now: one read, unless the newest version is broken. */
export async function inForce({ records, clock }: InForcePorts, subject: string): Promise<InForce> {
  const newest = await orBroken(records.newest(subject));
  if (!newest) return NOTHING;
  if (!(newest instanceof BrokenVersionError)) return asItStands(newest.version);
  const last = asItStands(await inPlaceOf({ records }, newest));
  const at = Math.max(clock.now(), toMs(last.recordedAt ?? ''));
  return inDoubt({ ...last, recordedAt: null }, { broken: newest.version, at });
}

export const asItStands = ({ record, origins, version, recordedAt }: Version): InForce => ({
  ...{ record, origins, version, recordedAt },
});

/**
 * What a repair would leave: what the broken version said is not known, it may have been a stop, so that of all else
 * everything is withdrawn in Heed's voice.
 */
export function inDoubt(
  standing: InForce,
  { broken, at }: { readonly broken: number; readonly at: number },
): InForce {
  const stop = everythingStopped(broken, at);
  return {
    ...standing,
    record: joined(standing.record, stop),
    origins: { ...standing.origins, [changeId(stop)]: broken },
    broken,
  };
}
