// @ts-check
import { createHash } from 'node:crypto';

/** The tree of RFC 6962, section 2.1: https://www.rfc-editor.org/rfc/rfc6962#section-2.1 */

/** Bytes of a hash. */
export const HASH = 32;

/** @param {string | Buffer} data */
export const leafHash = (data) => createHash('sha256').update('\0').update(data).digest();

/**
 * @param {Buffer} left
 * @param {Buffer} right
 */
const nodeHash = (left, right) => createHash('sha256').update('\u0001').update(left).update(right).digest();

/**
 * The root that an inclusion proof leads to, nearest node first (RFC 6962, section 2.1.1), or nothing where it is too long or short.
 * @param {{ leaf: Buffer, index: number, size: number, path: readonly Buffer[] }} proof `index` is less than `size`.
 * @returns {Buffer | undefined}
 */
export function rootByPath({ leaf, index, size, path }) {
  const sibling = path.at(-1);
  if (size === 1) return sibling === undefined ? leaf : undefined;
  if (sibling === undefined) return undefined;
  const left = leftPart(size);
  const inLeft = index < left;
  const part = inLeft ? { index, size: left } : { index: index - left, size: size - left };
  const root = rootByPath({ leaf, path: path.slice(0, -1), ...part });
  if (root === undefined) return undefined;
  return inLeft ? nodeHash(root, sibling) : nodeHash(sibling, root);
}

/**
 * The left part of a tree has the largest power of two of its leaves that is less than all of them.
 * @param {number} size
 */
function leftPart(size) {
  let left = 1;
  while (2 * left < size) left *= 2;
  return left;
}

/** A tree that grows leaf by leaf and remembers only the roots of its whole parts: as many as its size has binary digits. */
export function growingTree() {
  /** @type {{ hash: Buffer, leaves: number }[]} */
  const parts = [];
  return {
    /** @param {Buffer} leaf */
    add: (leaf) => {
      let part = { hash: leaf, leaves: 1 };
      for (let left = parts.at(-1); left?.leaves === part.leaves; left = parts.at(-1)) {
        parts.pop();
        part = { hash: nodeHash(left.hash, part.hash), leaves: 2 * part.leaves };
      }
      parts.push(part);
    },
    root: () => {
      const hashes = parts.map(({ hash }) => hash);
      return hashes.length === 0
        ? createHash('sha256').digest()
        : hashes.reduceRight((right, left) => nodeHash(left, right));
    },
  };
}
