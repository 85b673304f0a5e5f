import * as z from 'zod';
import type { Archive } from '../audit-ports.ts';
import { type Checkpoint, type Leaf, leafText, type Place, paddedNumber } from '../domain/checkpoint.ts';
import { digestOf } from '../domain/digest.ts';
import { type Hash, leafHash, type TreeBuilder, treeBuilder } from '../domain/merkle.ts';
import { Seen } from '../domain/seen.ts';

/**
 * How the leaves of a checkpoint are archived. Files of leaves and of hashes are named by what is in them, so that a run
 * which comes again after a crash writes the same files or others beside them, and never has to replace one. The index says
 * which of them are a checkpoint's; it is named by what the checkpoint says.
 */

/** Leaves in a file, and hashes in a tile: a tile stands for the hashes of one level that a subtree of the next is made of. */
export const WIDTH = 256;
export const SLAB = 8;

const FirstLeaf = z.strictObject({ recordedAt: z.string(), subject: z.string(), version: z.int() });

export const LeafIndex = z.strictObject({
  /** Files of leaves, in order, each with its first leaf. */
  files: z.array(z.strictObject({ first: FirstLeaf, digest: z.string() })).readonly(),
  /** Digests of tiles, in order: of the subtrees of 256 leaves, then of those of 65,536, and so on. */
  tiles: z.array(z.array(z.string()).readonly()).readonly(),
  /** What is in this checkpoint and those before it, of the minutes that will be looked at again. */
  seen: Seen,
});
export type LeafIndex = Readonly<z.infer<typeof LeafIndex>>;

const folderOf = (number: number): string => `leaves/${paddedNumber(number)}`;

export const leafFile = (number: number, digest: string): string => `${folderOf(number)}/${digest}.jsonl`;
export const tileFile = (number: number, digest: string): string => `${folderOf(number)}/${digest}.bin`;
export const indexFile = ({ number, root, to }: Pick<Checkpoint, 'number' | 'root' | 'to'>): string =>
  `${folderOf(number)}/${root}-${Date.parse(to)}.json`;
export const checkpointFile = (number: number): string => `checkpoints/${paddedNumber(number)}.jws`;

export interface LeafWriter {
  /** In their order. */
  readonly add: (leaf: Leaf) => Promise<void>;
  readonly size: () => number;
  /** Writes what is left; all is archived when it settles. */
  readonly finish: () => Promise<Pick<LeafIndex, 'files' | 'tiles'> & { readonly root: string }>;
}

/** Writes the leaves of one checkpoint, and remembers no more of them than a file and a tile of each level. */
export function leafWriter(archive: Pick<Archive, 'put'>, number: number): LeafWriter {
  const queue = inTurns();
  const leaves = leafPages((digest, bytes) => queue(archive.put(leafFile(number, digest), bytes)));
  const tiles = tilePages((digest, bytes) => queue(archive.put(tileFile(number, digest), bytes)));
  const tree: TreeBuilder = treeBuilder(({ level }, hash) => {
    if (level > 0 && level % SLAB === 0) tiles.add(level / SLAB - 1, hash);
  });
  return {
    add: async (leaf) => {
      const text = leafText(leaf);
      tree.add(leafHash(text));
      leaves.add(leaf, text);
      if (tree.size() % WIDTH === 0) await queue.room();
    },
    size: tree.size,
    finish: async () => {
      const index = { files: leaves.finish(), tiles: tiles.finish(), root: tree.root().toString('hex') };
      await queue.empty();
      return index;
    },
  };
}

type Put = (digest: string, bytes: Buffer) => void;

function leafPages(put: Put) {
  const files: LeafIndex['files'][number][] = [];
  let lines: string[] = [];
  let first: Place | undefined;
  const write = (): void => {
    if (!first) return;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const digest = digestOf(bytes);
    put(digest, bytes);
    files.push({ first, digest });
    lines = [];
    first = undefined;
  };
  return {
    add: ({ recordedAt, subject, version }: Leaf, text: string): void => {
      first ??= { recordedAt, subject, version };
      if (lines.push(text) === WIDTH) write();
    },
    finish: () => {
      write();
      return files;
    },
  };
}

function tilePages(put: Put) {
  const levels: { readonly digests: string[]; hashes: Hash[] }[] = [];
  const write = (level: (typeof levels)[number]): void => {
    const bytes = Buffer.concat(level.hashes);
    const digest = digestOf(bytes);
    put(digest, bytes);
    level.digests.push(digest);
    level.hashes = [];
  };
  return {
    add: (at: number, hash: Hash): void => {
      levels[at] ??= { digests: [], hashes: [] };
      const level = levels[at];
      if (level.hashes.push(hash) === WIDTH) write(level);
    },
    finish: () => {
      for (const level of levels) if (level.hashes.length > 0) write(level);
      return levels.map(({ digests }) => digests);
    },
  };
}

/** Files that are written at once. */
const AT_ONCE = 16;

/** Lets so many writes run at once, and tells of those that failed. */
export function inTurns() {
  const running: Promise<unknown>[] = [];
  const empty = async (): Promise<void> => void (await Promise.all(running.splice(0)));
  const take = (write: Promise<unknown>): void => {
    write.catch(() => {});
    running.push(write);
  };
  return Object.assign(take, {
    empty,
    room: async () => (running.length >= AT_ONCE ? await empty() : undefined),
  });
}
