import type { Archive, Signer } from '../lib/audit-ports.ts';
import type { SignedCheckpoint } from '../lib/domain/checkpoint.ts';
import type { Checkpoints } from '../lib/flow/checkpoints.ts';
import { memoryArchive } from '../local/archive.ts';
import { localSigner, newSigningSecret } from '../local/signing.ts';

export interface ProvingInMemory {
  readonly checkpoints: Checkpoints;
  readonly archive: Archive;
  readonly signer: Signer;
  readonly begunAt: () => Promise<number | undefined>;
}

const signer = localSigner(newSigningSecret());

/** What a record is proved by, in memory. */
export const provingInMemory = (): ProvingInMemory => ({
  checkpoints: checkpointsInMemory(),
  archive: memoryArchive(),
  signer,
  begunAt: async () => undefined,
});

/** Checkpoints in memory, for tests that ask something else than whether the store is right. */
export function checkpointsInMemory(): Checkpoints {
  const all = new Map<number, SignedCheckpoint>();
  let quiet: number | undefined;
  const inOrder = () => [...all.values()].sort((a, b) => a.checkpoint.number - b.checkpoint.number);
  return {
    newest: async () => inOrder().at(-1),
    numbered: async (number) => all.get(number),
    add: async (one) => {
      const { number } = one.checkpoint;
      const there = all.get(number) ?? one;
      all.set(number, there);
      return there.jws === one.jws;
    },
    list: async ({ below = Number.POSITIVE_INFINITY, limit }) =>
      inOrder()
        .filter(({ checkpoint }) => checkpoint.number < below)
        .reverse()
        .slice(0, limit),
    endingAfter: async (recordedAt) => inOrder().find(({ checkpoint }) => checkpoint.to > recordedAt),
    quietUpTo: async () => quiet,
    noteQuiet: async (upTo) => {
      quiet = upTo;
    },
  };
}
