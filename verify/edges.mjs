// @ts-check
import { Fault } from './fault.mjs';
import { linesOf } from './files.mjs';
import { membersOf, parseCanonical } from './json.mjs';
import { leafIn } from './leaves.mjs';
import { leafHash } from './tree.mjs';
import { leafOf } from './versions.mjs';

/** @import { Checkpoints } from './checkpoints.mjs' */
/** @import { Where } from './fault.mjs' */
/** @import { Line, Pack } from './files.mjs' */
/** @import { Manifest } from './manifest.mjs' */

/**
 * Where a checkpoint's leaves begin and end to belong to the period, as far as the pack shows it.
 * @typedef {{ first?: number, end?: number }} Edge
 */
/** @typedef {ReadonlyMap<number, Edge>} Edges By number of the checkpoint. */

/**
 * Leaves next to the period: as leaves are in the order of time, none before one that is too early, and none after one that is too
 * late, belongs to it.
 * @param {Pack} pack
 * @param {{ manifest: Manifest, checkpoints: Checkpoints }} by
 * @returns {Promise<Edges>}
 */
export async function edgesOf(pack, { manifest, checkpoints }) {
  /** @type {Map<number, Edge>} */
  const edges = new Map();
  for await (const line of linesOf(pack, 'edges')) {
    if (manifest.kind === 'subject') throw new Fault(line.where, 'belongs in a pack of a period alone');
    const { number, ...leaf } = edgeIn(pack, { line, checkpoints });
    edges.set(number, narrowed(edges.get(number) ?? {}, { ...leaf, where: line.where, period: manifest }));
  }
  return edges;
}

/**
 * @param {Edge} edge
 * @param {{ index: number, recordedAt: string, where: Where, period: { from: string, to: string } }} leaf
 * @returns {Edge}
 */
function narrowed(edge, { index, recordedAt, where, period }) {
  if (recordedAt < period.from) return { ...edge, first: Math.max(edge.first ?? 0, index + 1) };
  if (recordedAt >= period.to) return { ...edge, end: Math.min(edge.end ?? index, index) };
  throw new Fault(where, `shows a version recorded at ${recordedAt}, which is in the period`);
}

/**
 * @param {Pack} pack
 * @param {{ line: Line, checkpoints: Checkpoints }} by
 */
function edgeIn(pack, { line: { data, where }, checkpoints }) {
  const members = membersOf(parseCanonical(data, where), where);
  members.only(['checkpoint', 'digest', 'index', 'recordedAt', 'subject', 'version']);
  const [number, index] = [members.natural('checkpoint'), members.natural('index')];
  const recordedAt = members.time('recordedAt');
  const leaf = {
    ...{ digest: members.textOrNull('digest'), recordedAt },
    ...{ subject: members.text('subject'), version: members.natural('version') },
  };
  const { size } = checkpoints.get(number) ?? { size: 0 };
  const kept = index < size ? leafIn(pack, { number, index }) : undefined;
  if (!kept?.equals(leafHash(leafOf(leaf))))
    throw new Fault(where, `is not leaf ${index} of checkpoint ${number}, as it says`);
  return { number, index, recordedAt };
}
