import type { Archive } from '../audit-ports.ts';
import { byPlace, type Checkpoint, hashOfLeaf, Leaf, type Place } from '../domain/checkpoint.ts';
import { digestOf } from '../domain/digest.ts';
import { type Hash, inclusionProof, rootOf, type Subtree } from '../domain/merkle.ts';
import { indexFile, LeafIndex, leafFile, SLAB, tileFile, WIDTH } from './leaf-files.ts';

type Named = Pick<Checkpoint, 'number' | 'root' | 'to' | 'size'>;

/** What was archived is not what it is called, or is gone. */
export class SpoiledArchiveError extends Error {
  override readonly name = 'SpoiledArchiveError';
}

/** Reads the leaves of checkpoints. It keeps what it has read: make one for each request. */
export function leavesIn(archive: Pick<Archive, 'get'>) {
  const bytesOf = remembering(async (name: string) => {
    const bytes = await archive.get(name);
    if (!bytes) throw new SpoiledArchiveError(`${name} is gone`);
    return bytes;
  });
  const fileOf = remembering(async (name: string) => {
    const bytes = await bytesOf(name);
    if (!name.includes(digestOf(bytes))) throw new SpoiledArchiveError(`${name} holds something else`);
    return bytes;
  });
  const leavesOf = remembering(async (name: string) => linesOf(await fileOf(name)).map(leafOf));
  const indexOf = remembering(async (name: string) =>
    LeafIndex.parse(JSON.parse(Buffer.from(await bytesOf(name)).toString())),
  );
  const index = (checkpoint: Named): Promise<LeafIndex> => indexOf(indexFile(checkpoint));
  const page = async (checkpoint: Named, at: number): Promise<readonly Leaf[]> => {
    const file = (await index(checkpoint)).files[at];
    return file ? leavesOf(leafFile(checkpoint.number, file.digest)) : [];
  };
  /** Each level of each proof asks for them again. */
  const hashesOf = remembering(async (name: string) => (await leavesOf(name)).map(hashOfLeaf));
  const leafHashes = async (checkpoint: Named, at: number): Promise<readonly Hash[]> => {
    const file = (await index(checkpoint)).files[at];
    return file ? hashesOf(leafFile(checkpoint.number, file.digest)) : [];
  };
  const hashes = async (checkpoint: Named, { slab, at }: { readonly slab: number; readonly at: number }) => {
    if (slab === 0) return leafHashes(checkpoint, at);
    const digest = (await index(checkpoint)).tiles[slab - 1]?.[at] ?? '';
    return hashesIn(await fileOf(tileFile(checkpoint.number, digest)));
  };
  const roots = new Map<string, Promise<Hash>>();
  /** Proofs of neighbours are made of the same subtrees. */
  const hashOf = (checkpoint: Named, tree: Subtree): Promise<Hash> => {
    const name = `${checkpoint.number} ${tree.level} ${tree.index}`;
    const found = roots.get(name) ?? rootIn(checkpoint, tree);
    roots.set(name, found);
    return found;
  };
  const rootIn = async (checkpoint: Named, { level, index: at }: Subtree): Promise<Hash> => {
    const slab = Math.floor(level / SLAB);
    const wide = 2 ** (level % SLAB);
    const first = at * wide;
    const found = await hashes(checkpoint, { slab, at: Math.floor(first / WIDTH) });
    return rootOf(found.slice(first % WIDTH, (first % WIDTH) + wide));
  };
  return {
    index,
    page,
    /** Where a version stands in a checkpoint; undefined where it is not in it. */
    find: async (checkpoint: Named, place: Place): Promise<number | undefined> => {
      const at = lastNotAfter((await index(checkpoint)).files, place);
      const found = (await page(checkpoint, at)).findIndex((leaf) => byPlace(leaf, place) === 0);
      return found < 0 ? undefined : at * WIDTH + found;
    },
    proof: (checkpoint: Named, at: number): Promise<readonly Hash[]> =>
      inclusionProof({ index: at, size: checkpoint.size }, (tree) => hashOf(checkpoint, tree)),
  };
}

export type Leaves = ReturnType<typeof leavesIn>;

/** All leaves of a checkpoint, in order; one file of them is remembered at a time. */
export async function* everyLeaf(archive: Pick<Archive, 'get'>, checkpoint: Named): AsyncGenerator<Leaf> {
  const { files } = await leavesIn(archive).index(checkpoint);
  for (const { digest } of files) {
    const bytes = await archive.get(leafFile(checkpoint.number, digest));
    if (!bytes || digestOf(bytes) !== digest)
      throw new SpoiledArchiveError(`${leafFile(checkpoint.number, digest)} is gone or holds something else`);
    yield* linesOf(bytes).map(leafOf);
  }
}

/** The last file whose first leaf is not after a place: the only one that can hold it; -1 before all. */
export function lastNotAfter(files: LeafIndex['files'], place: Place): number {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const first = files[middle]?.first;
    if (first && byPlace(first, place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const linesOf = (bytes: Uint8Array): readonly string[] => Buffer.from(bytes).toString().trimEnd().split('\n');

const leafOf = (line: string): Leaf => Leaf.parse(JSON.parse(line));

const hashesIn = (bytes: Uint8Array): readonly Hash[] =>
  Array.from({ length: bytes.length / 32 }, (_, i) => Buffer.from(bytes.subarray(32 * i, 32 * i + 32)));

function remembering<T>(read: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (name) => {
    const found = known.get(name) ?? read(name);
    known.set(name, found);
    return found;
  };
}
