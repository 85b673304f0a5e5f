import { hash } from 'node:crypto';

/** The hash tree of RFC 6962, section 2.1, with SHA-256: how a checkpoint holds its leaves. */

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export type Hash = Buffer;

const sha256 = (bytes: Uint8Array): Hash => hash('sha256', bytes, 'buffer');

export const leafHash = (leaf: string | Uint8Array): Hash => sha256(Buffer.concat([LEAF, Buffer.from(leaf)]));

export const nodeHash = (left: Uint8Array, right: Uint8Array): Hash =>
  sha256(Buffer.concat([NODE, left, right]));

const NO_LEAVES: Hash = sha256(Buffer.of());

/** A subtree that has all its leaves: `2 ** level` of them, the `index`th such from the left. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

export interface TreeBuilder {
  readonly add: (leaf: Hash) => void;
  /** Of what was added so far. */
  readonly root: () => Hash;
  readonly size: () => number;
}

/** Builds a tree leaf by leaf, remembering one hash a level. `onComplete` is told every subtree as it is completed. */
export function treeBuilder(onComplete: (tree: Subtree, root: Hash) => void = () => {}): TreeBuilder {
  const edge: { readonly level: number; readonly hash: Hash }[] = [];
  let size = 0;
  const complete = (level: number, hash: Hash): void => {
    onComplete({ level, index: Math.floor(size / 2 ** level) - 1 }, hash);
    const left = edge.at(-1);
    if (left?.level !== level) edge.push({ level, hash });
    else {
      edge.pop();
      complete(level + 1, nodeHash(left.hash, hash));
    }
  };
  return {
    add: (leaf) => {
      size += 1;
      complete(0, leaf);
    },
    root: () => joined(edge.map(({ hash }) => hash)),
    size: () => size,
  };
}

/** The hash over neighbouring subtrees, each smaller than the one before it. */
const joined = (hashes: readonly Hash[]): Hash =>
  hashes.length === 0 ? NO_LEAVES : hashes.reduceRight((right, left) => nodeHash(left, right));

export function rootOf(leaves: readonly Hash[]): Hash {
  const tree = treeBuilder();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

/** Leaves from one up to, not including, another. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** The largest power of two smaller than a number above 1: where a tree of that many leaves is parted. */
const partOf = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

/** What a leaf's proof consists of, nearest first, as ranges of leaves. */
function siblings(index: number, { from, to }: Range): readonly Range[] {
  if (to - from <= 1) return [];
  const middle = from + partOf(to - from);
  const [left, right] = [
    { from, to: middle },
    { from: middle, to },
  ];
  return index < middle ? [...siblings(index, left), right] : [...siblings(index, right), left];
}

/** A range, as it occurs in a proof, in complete subtrees. */
function subtreesOf({ from, to }: Range): readonly Subtree[] {
  const size = to - from;
  const level = Math.log2(size);
  if (Number.isInteger(level)) return [{ level, index: from / size }];
  const middle = from + partOf(size);
  return [...subtreesOf({ from, to: middle }), ...subtreesOf({ from: middle, to })];
}

/** The inclusion proof of one leaf (RFC 6962, section 2.1.1), nearest node first, from hashes of complete subtrees. */
export async function inclusionProof(
  { index, size }: { readonly index: number; readonly size: number },
  hashOf: (tree: Subtree) => Promise<Hash>,
): Promise<readonly Hash[]> {
  const ranges = siblings(index, { from: 0, to: size });
  return Promise.all(ranges.map(async (range) => joined(await Promise.all(subtreesOf(range).map(hashOf)))));
}

export interface Inclusion {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
}

/** The root that a proof leads to; undefined where its length does not fit the place of the leaf. */
export function provenRoot({ leaf, index, size, path }: Inclusion): Hash | undefined {
  if (!Number.isInteger(index) || index < 0 || index >= size) return undefined;
  const ranges = siblings(index, { from: 0, to: size });
  if (ranges.length !== path.length) return undefined;
  return path.reduce<Hash>((hash, node, i) => {
    const isLeft = (ranges[i]?.from ?? 0) > index;
    return isLeft ? nodeHash(hash, node) : nodeHash(node, hash);
  }, leaf);
}
