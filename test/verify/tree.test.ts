import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growingTree, leafHash, rootByPath } from '../../verify/tree.mjs';
import { pathOf, rootOf } from './rfc6962.ts';

/** The leaves that implementations of RFC 6962 share as test data. */
const SHARED = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOT = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const grown = (leaves: readonly Buffer[]): Buffer => {
  const tree = growingTree();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
};

const leavesOf = (size: number): readonly Buffer[] =>
  Array.from({ length: size }, (_, leaf) => leafHash(`${leaf}`));

describe('the tree', () => {
  test('has the roots that are published', () => {
    const leaves = SHARED.map((hex) => leafHash(Buffer.from(hex, 'hex')));
    expect(grown(leaves).toString('hex')).toBe(ROOT);
    expect(grown([]).toString('hex')).toBe(EMPTY);
  });

  test('grown leaf by leaf has the root of the definition, and so has every path', () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = leavesOf(size);
      const root = rootOf(leaves);
      expect(grown(leaves)).toEqual(root);
      for (const [index, leaf] of leaves.entries())
        expect(rootByPath({ leaf, index, size, path: pathOf(index, leaves) })).toEqual(root);
    }
  });

  test('is led to by no other leaf, place, size or path', () => {
    const wrong = fc
      .integer({ min: 2, max: 64 })
      .chain((size) =>
        fc.record({ size: fc.constant(size), index: fc.nat(size - 1), other: fc.nat(size - 1) }),
      );
    fc.assert(
      fc.property(wrong, ({ size, index, other }) => {
        const leaves = leavesOf(size);
        const leaf = leaves[index] ?? Buffer.alloc(0);
        const path = pathOf(index, leaves);
        const root = rootOf(leaves);
        const leads = (change: object): boolean =>
          rootByPath({ leaf, index, size, path, ...change })?.equals(root) ?? false;
        expect(leads({})).toBe(true);
        expect(leads({ index: other })).toBe(index === other);
        expect(leads({ leaf: leaves[other] })).toBe(index === other);
        expect(leads({ path: path.slice(1) })).toBe(false);
        expect(leads({ path: [...path, root] })).toBe(false);
      }),
    );
  });
});
