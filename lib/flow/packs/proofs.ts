import type { Named } from '../../record-ports.ts';

/** A version whose place in the tree is asked for. */
export interface Placeable extends Named {
  readonly recordedAt: string;
}

/** Where a version lies in the tree. */
export interface Proved {
  readonly checkpoint: number;
  readonly index: number;
  /** Nodes from its leaf to the root, nearest first, in base64. */
  readonly path: readonly string[];
}

export interface CheckpointFile {
  readonly number: number;
  readonly jws: string;
}

/** What packs need of the checkpoints. */
export interface Proofs {
  /** Number of the newest; 0 where there is none. */
  readonly newest: () => Promise<number>;
  /** In order; undefined for one that no checkpoint holds. */
  readonly of: (versions: readonly Placeable[]) => Promise<readonly (Proved | undefined)[]>;
  /** The same without paths, in far less time. */
  readonly places: (versions: readonly Placeable[]) => Promise<readonly (Omit<Proved, 'path'> | undefined)[]>;
  /** In order; throws where one of them is not there. */
  readonly checkpoints: (numbers: readonly number[]) => Promise<readonly CheckpointFile[]>;
  /** Numbers of those that share a moment with a period, rising. */
  readonly during: (from: string, to: string) => Promise<readonly number[]>;
  /** Hashes of all the leaves of one, 32 bytes each. */
  readonly leaves: (checkpoint: number) => Promise<Uint8Array>;
}
