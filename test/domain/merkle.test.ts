import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Hash,
  inclusionProof,
  leafHash,
  nodeHash,
  provenRoot,
  rootOf,
  type Subtree,
  treeBuilder,
} from '../../lib/domain/merkle.ts';
import { holds, isCaught, type Rule } from './property.ts';

/** The leaves that certificate-transparency's own tests use, and what it says of them (RFC 6962). */
const LEAVES = [
  ...['', '00', '10', '2021', '3031', '40414243', '5051525354555657'],
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(Buffer.from(hex, 'hex')));

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const PROOFS = [
  { index: 0, size: 1, path: [] },
  {
    index: 0,
    size: 8,
    path: [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  },
  {
    index: 5,
    size: 8,
    path: [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
  { index: 2, size: 3, path: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'] },
];

const hex = (hash: Hash | undefined): string | undefined => hash?.toString('hex');

/** The definition, word for word: slow, and nothing like the shipped code. */
function byTheBook(leaves: readonly Hash[]): Hash {
  if (leaves.length < 2) return leaves[0] ?? rootOf([]);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(byTheBook(leaves.slice(0, k)), byTheBook(leaves.slice(k)));
}

const subtreeIn =
  (leaves: readonly Hash[]) =>
  async ({ level, index }: Subtree) =>
    byTheBook(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

const leavesOf = (size: number): readonly Hash[] =>
  Array.from({ length: size }, (_, i) => leafHash(`leaf ${i}`));

const sizes = fc.integer({ min: 1, max: 140 });
const sized = sizes.chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));

describe('a tree', () => {
  it.each([...ROOTS.keys()])('of the first %i leaves of RFC 6962’s tests has their root', (size) => {
    expect(hex(rootOf(LEAVES.slice(0, size)))).toBe(ROOTS[size]);
  });

  const rootIsThatOfTheBook: Rule<(leaves: readonly Hash[]) => Hash> = (root) =>
    fc.property(sizes, (size) => root(leavesOf(size)).equals(byTheBook(leavesOf(size))));

  it('that is built leaf by leaf has the root of the definition', () => {
    holds(rootIsThatOfTheBook, rootOf);
  });

  it('that joins its right edge from the left is caught', () => {
    const wrong = (leaves: readonly Hash[]): Hash => {
      const edge: Hash[] = [];
      const tree = treeBuilder(({ level }, hash) => {
        edge[level] = hash;
      });
      for (const leaf of leaves) tree.add(leaf);
      return edge.reduce((left, right) => nodeHash(left, right));
    };
    isCaught(rootIsThatOfTheBook, wrong);
  });

  it('tells each complete subtree once, with its hash', () => {
    const told: (Subtree & { readonly hash: Hash })[] = [];
    const tree = treeBuilder((subtree, hash) => void told.push({ ...subtree, hash }));
    const leaves = leavesOf(75);
    for (const leaf of leaves) tree.add(leaf);
    expect(told).toHaveLength(75 + 37 + 18 + 9 + 4 + 2 + 1);
    for (const { level, index, hash } of told) {
      const own = leaves.slice(index * 2 ** level, (index + 1) * 2 ** level);
      expect(own).toHaveLength(2 ** level);
      expect(hex(hash)).toBe(hex(byTheBook(own)));
    }
  });
});

describe('a proof', () => {
  it.each(PROOFS)('of leaf $index of $size is the one of RFC 6962’s tests', async ({ index, size, path }) => {
    const leaves = LEAVES.slice(0, size);
    const proof = await inclusionProof({ index, size }, subtreeIn(leaves));
    expect(proof.map(hex)).toEqual(path);
    const leaf = LEAVES[index] ?? Buffer.of();
    expect(hex(provenRoot({ leaf, index, size, path: proof }))).toBe(ROOTS[size]);
  });

  it('of any leaf of any tree leads to its root, and to no other from another place, size or leaf', async () => {
    const property = fc.asyncProperty(sized, fc.nat(), async ([size, index], seed) => {
      const leaves = leavesOf(size);
      const path = await inclusionProof({ index, size }, subtreeIn(leaves));
      const claim = { leaf: leaves[index] ?? Buffer.of(), index, size, path };
      const root = hex(rootOf(leaves));
      expect(hex(provenRoot(claim))).toBe(root);
      expect(hex(provenRoot({ ...claim, leaf: leafHash('another') }))).not.toBe(root);
      expect(provenRoot({ ...claim, index: size })).toBeUndefined();
      expect(provenRoot({ ...claim, path: [...path, Buffer.alloc(32)] })).toBeUndefined();
      const other = seed % size;
      if (other !== index) expect(hex(provenRoot({ ...claim, index: other }))).not.toBe(root);
      const flipped = path.map((hash, i) => (i === seed % path.length ? leafHash(hash) : hash));
      if (path.length > 0) expect(hex(provenRoot({ ...claim, path: flipped }))).not.toBe(root);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('whose nodes are in the opposite order is caught', async () => {
    const path = [...(await inclusionProof({ index: 5, size: 8 }, subtreeIn(LEAVES)))].reverse();
    const leaf = LEAVES[5] ?? Buffer.of();
    expect(hex(provenRoot({ leaf, index: 5, size: 8, path }))).not.toBe(ROOTS[8]);
  });
});
