import { createHash } from 'node:crypto';

const hash = (prefix: number, ...data: readonly Buffer[]): Buffer =>
  createHash('sha256')
    .update(Buffer.from([prefix]))
    .update(Buffer.concat(data))
    .digest();

export const leafHash = (data: string | Buffer): Buffer => hash(0, Buffer.from(data));

const split = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1);

/** RFC 6962, section 2.1, as it stands there. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return only;
  const left = split(leaves.length);
  return hash(1, rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)));
}

/** RFC 6962, section 2.1.1, as it stands there. */
export function pathOf(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const left = split(leaves.length);
  return index < left
    ? [...pathOf(index, leaves.slice(0, left)), rootOf(leaves.slice(left))]
    : [...pathOf(index - left, leaves.slice(left)), rootOf(leaves.slice(0, left))];
}
