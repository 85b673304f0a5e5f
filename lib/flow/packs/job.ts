import type { PackEntry } from './container.ts';

/** A pack too large for one answer: of a period, or of one person with a long past. Pseudonymous: nothing is opened. */
export type Wanted =
  | {
      readonly kind: 'subject';
      readonly subject: string;
      /** The newest version when work began; the pack ends with it. */
      readonly newest?: { readonly version: number; readonly digest: string };
    }
  | { readonly kind: 'period'; readonly from: string; readonly to: string; readonly source?: string };

/** What was written last; work goes on after it. */
export type Cursor =
  | {
      readonly phase: 'versions';
      /** Pieces of versions and of proofs so far. */
      readonly pieces: number;
      readonly proofs: number;
      readonly after?: Place;
    }
  | { readonly phase: 'checkpoints'; readonly pieces: number; readonly after: number }
  /** `edges`: pieces of leaves next to the period so far. */
  | { readonly phase: 'leaves'; readonly after: number; readonly edges: number }
  | { readonly phase: 'closing' }
  /** Everything is written; the parts must be joined. */
  | { readonly phase: 'joining' };

/** Where a version comes in the order of its pack. */
export interface Place {
  readonly recordedAt: string;
  readonly subject: string;
  readonly version: number;
}

export interface PackJob {
  readonly id: string;
  readonly createdAt: string;
  readonly wanted: Wanted;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
  /** Nobody begins before, ms: versions of the period may not be listed yet. */
  readonly notBefore: number;
  /** Each save raises it by one. */
  readonly revision: number;
  /** Somebody is at it until then, ms. */
  readonly leasedUntil: number;
  /** What the last run ended with, where that was an error. */
  readonly fault?: string;
  /** How often work was begun since it last got anywhere. */
  readonly tries: number;
  /** Later checkpoints are not in the pack; fixed when work begins. */
  readonly newestCheckpoint?: number;
  /** What the file's parts go by until they are joined. */
  readonly upload?: string;
  /** What was made of the next part when time ran out, by the name it is kept under. */
  readonly rest?: string;
  readonly parts: number;
  /** Files, bytes and versions in the parts so far. */
  readonly entries: number;
  readonly bytes: number;
  readonly versions: number;
  readonly cursor: Cursor;
}

/** What one part of the file holds. */
export interface PackNote {
  /** What the part goes by in the store of the file. */
  readonly tag: string;
  readonly entries: readonly PackEntry[];
  /** Checkpoints that hold versions of this part. */
  readonly checkpoints: readonly number[];
}

/** Kept so long, the job and its file, ms. */
export const KEPT = 7 * 86_400_000;

export interface PackJobs {
  readonly add: (job: PackJob) => Promise<void>;
  readonly read: (id: string) => Promise<PackJob | undefined>;
  /** Neither done nor failed, oldest first. */
  readonly open: () => Promise<readonly string[]>;
  /** False: somebody else has saved since. */
  readonly save: (job: PackJob) => Promise<boolean>;
  /** Replaces what was noted of that part. */
  readonly note: (job: PackJob, part: number, note: PackNote) => Promise<void>;
  /** Notes of the first so many parts, in order. */
  readonly notes: (id: string, parts: number) => Promise<readonly PackNote[]>;
}

/** How much is made at once: what bounds memory. */
export interface PackSizes {
  /** Bytes from which on a part is whole: each but the last has at least these. */
  readonly part: number;
  /** Versions that are read at once. */
  readonly page: number;
  /** Bytes (before they are gzipped) or versions from which on a piece of versions is whole. */
  readonly pieceBytes: number;
  readonly pieceVersions: number;
  readonly pieceCheckpoints: number;
}

/** S3 wants 5 MiB of every part but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const PACK_SIZES: PackSizes = {
  part: 5 * 1024 * 1024,
  page: 200,
  pieceBytes: 8 * 1024 * 1024,
  pieceVersions: 4_000,
  pieceCheckpoints: 2_000,
};

export interface PackPart {
  readonly upload: string;
  /** From 1. */
  readonly number: number;
  /** Where in the file it begins. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Where bulk packs are put together, apart from the archive: they go after a week. */
export interface PackFiles {
  readonly begin: (id: string) => Promise<string>;
  /** The same number again replaces what was there. Gives a tag by which the parts are joined. */
  readonly part: (id: string, part: PackPart) => Promise<string>;
  /** Keeps beside the pack what is not enough for a part yet; whatever has that name already is replaced. */
  readonly keep: (id: string, rest: string, bytes: Uint8Array) => Promise<void>;
  readonly kept: (id: string, rest: string) => Promise<Uint8Array | undefined>;
  /** Drops what was kept and is needed no more; missing where files go by themselves. */
  readonly drop?: (id: string, rest: string) => Promise<void>;
  /** Joins the parts; harmless where that was done already. */
  readonly join: (id: string, upload: string, tags: readonly string[]) => Promise<void>;
  /** An address that works for a quarter of an hour; undefined where the file is gone. */
  readonly link: (id: string) => Promise<string | undefined>;
}
