// @ts-check
import { Fault } from './fault.mjs';
import { chunksOf } from './files.mjs';
import { growingTree, HASH } from './tree.mjs';

/** @import { Checkpoints } from './checkpoints.mjs' */
/** @import { Pack } from './files.mjs' */

/**
 * One leaf of a checkpoint, as its file in the pack has it.
 * @param {Pack} pack
 * @param {{ number: number, index: number }} leaf `index` is less than the checkpoint's size.
 */
export function leafIn({ bytes, entries }, { number, index }) {
  const file = entries.get(`leaves/${number}.bin`);
  return file && bytes.read(file.start + index * HASH, HASH);
}

/**
 * The root made of the leaves in the pack must be the checkpoint's.
 * @param {Pack} pack
 * @param {Checkpoints} checkpoints
 */
export function checkLeaves({ bytes, entries }, checkpoints) {
  for (const entry of entries.values()) {
    const number = /^leaves\/([1-9][0-9]*)[.]bin$/.exec(entry.name)?.[1];
    if (number === undefined) continue;
    const file = { file: entry.name };
    const checkpoint = checkpoints.get(Number(number));
    if (!checkpoint) throw new Fault(file, `is of checkpoint ${number}, which is not in the pack`);
    if (entry.size !== checkpoint.size * HASH)
      throw new Fault(file, `has ${entry.size / HASH} leaves; checkpoint ${number} has ${checkpoint.size}`);
    if (rootOf(chunksOf(bytes, entry)).toString('hex') !== checkpoint.root)
      throw new Fault(file, `its leaves do not make the root of checkpoint ${number}`);
  }
}

/** @param {Iterable<Buffer>} chunks Each of whole hashes. */
function rootOf(chunks) {
  const tree = growingTree();
  for (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += HASH) tree.add(chunk.subarray(at, at + HASH));
  return tree.root();
}
