import type { Leaf } from '../../domain/checkpoint.ts';
import type { Named } from '../../record-ports.ts';
import type { ProvenCount } from '../count-pages.ts';

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

export interface Between {
  readonly from: string;
  /** Not included. */
  readonly to: string;
}

export interface LeavesFile {
  /** 32 bytes each. */
  readonly hashes: Uint8Array;
  /** The last one before the period and the first one after it, where there are any. */
  readonly edges: readonly Edge[];
}

/** A leaf and its place. As leaves are in the order of time, it shows that those beyond it are not of the period. */
export type Edge = Leaf & { readonly index: number };

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
  /** How many versions of a subject one counts, or that it counts none; nothing where it does not count. */
  readonly counts: (checkpoint: number, subject: string) => Promise<readonly ProvenCount[]>;
  /** Numbers of those that share a moment with a period, rising. */
  readonly during: (from: string, to: string) => Promise<readonly number[]>;
  /** All the leaves of one, and those of them that are next to a period. */
  readonly leaves: (checkpoint: number, period: Between) => Promise<LeavesFile>;
}
