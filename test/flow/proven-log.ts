import config from '../../heed.config.ts';
import type { Leaf } from '../../lib/domain/checkpoint.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import { CHECKPOINTS, type CheckpointOptions, type CheckpointPorts } from '../../lib/flow/checkpoint.ts';
import { everyLeaf } from '../../lib/flow/leaves.ts';
import type { BusEntry, Recorded } from '../../lib/ports.ts';
import { provingInMemory } from '../memory-checkpoints.ts';

export const START = Date.UTC(2026, 4, 1, 12);
export const OPTIONS: CheckpointOptions = { ...CHECKPOINTS, origin: 'heed', firstLook: 20 * MINUTE };

const NOTHING = { topics: [], channels: [], preferences: [], identifiersChanged: [] };

/** A version in the index by time, and when the index shows it, ms. */
type Shown = Recorded & { readonly shownAt: number };

/** A record whose versions are told by hand, and everything that is kept to prove it by. */
export function provenLog() {
  const versions: Shown[] = [];
  const told: BusEntry[] = [];
  let now = START;
  const ports: CheckpointPorts = {
    records: {
      recordedIn: async (minute) => {
        const name = toIso(minute).slice(0, 16);
        return versions
          .filter(({ shownAt, recordedAt }) => shownAt <= now && recordedAt.startsWith(name))
          .map(({ shownAt: _, ...version }) => version)
          .reverse();
      },
    },
    ...provingInMemory(),
    bus: {
      put: async (entries) => {
        told.push(...entries);
        return entries.map(() => true);
      },
    },
    clock: { now: () => now },
    catalogue: config.catalogue,
  };
  return {
    ports,
    versions,
    told,
    now: () => now,
    advance: (ms: number): void => {
      now += ms;
    },
    /** Records the next version of a subject now, to be shown so much later, ms. */
    record: (subject: string, late = 0): Recorded => {
      const version = versions.filter((one) => one.subject === subject).length + 1;
      return recordedAs(versions, { subject, version, recordedAt: toIso(now), shownAt: now + late });
    },
    leaves: () => leavesOf(ports),
  };
}

export type ProvenLog = ReturnType<typeof provenLog>;

function recordedAs(versions: Shown[], shown: Omit<Shown, 'about' | 'digest'>): Recorded {
  const digest = sha256(`${shown.subject} ${shown.version}`);
  const one = { ...shown, digest, about: NOTHING };
  versions.push(one);
  return one;
}

/** What every checkpoint holds, in order. */
async function leavesOf({ checkpoints, archive }: CheckpointPorts): Promise<readonly (readonly Leaf[])[]> {
  const all = (await checkpoints.list({ limit: 10_000 })).toReversed();
  return Promise.all(
    all.map(async ({ checkpoint }) => {
      const leaves: Leaf[] = [];
      for await (const leaf of everyLeaf(archive, checkpoint)) leaves.push(leaf);
      return leaves;
    }),
  );
}
