// @ts-check

import { Fault } from './fault.mjs';
import { inTurn, linesOf } from './files.mjs';
import { membersOf, parseCanonical } from './json.mjs';
import { leafIn } from './leaves.mjs';
import { HASH, leafHash, rootByPath } from './tree.mjs';
import { leafOf } from './versions.mjs';

/** @import { Checkpoint, Checkpoints } from './checkpoints.mjs' */
/** @import { Edge, Edges } from './edges.mjs' */
/** @import { Where } from './fault.mjs' */
/** @import { Pack } from './files.mjs' */
/** @import { Members } from './json.mjs' */
/** @import { Manifest } from './manifest.mjs' */
/** @import { Version } from './versions.mjs' */

/** @typedef {{ proof: Members, checkpoint: Checkpoint, index: number, leaf: Buffer, version: Version }} Claim */

/**
 * How a leaf is found to be in the tree of its checkpoint.
 * @typedef {object} Held
 * @property {(claim: Claim) => boolean} holds
 * @property {() => void} end
 */

/**
 * Proves versions, one after the other in the order of the pack.
 * @param {Pack} pack
 * @param {{ manifest: Manifest, checkpoints: Checkpoints, edges: Edges }} by
 */
export function proverOf(pack, { manifest, checkpoints, edges }) {
  const lines = inTurn(linesOf(pack, 'proofs'));
  const held = manifest.kind === 'subject' ? byPaths() : byLeaves(pack, { manifest, checkpoints, edges });
  return {
    /**
     * The checkpoint that holds the version, or nothing where none can.
     * @param {Version} version
     */
    prove: async (version) => {
      const claim = await claimOf(version, { lines, checkpoints });
      if (!claim) return checkUnproved(version, checkpoints);
      if (!held.holds(claim) && !version.broken)
        throw new Fault(
          version.where,
          `is not in checkpoint ${claim.checkpoint.number}, as its proof says: it was changed after that, or never was there`,
        );
      return claim.checkpoint;
    },
    end: async () => {
      const left = await lines.peek();
      if (left) throw new Fault(left.where, 'is a proof of no version in the pack, or stands out of order');
      held.end();
    },
    close: lines.close,
  };
}

/**
 * @param {Version} version
 * @param {{ lines: ReturnType<typeof inTurn>, checkpoints: Checkpoints }} from
 * @returns {Promise<Claim | undefined>}
 */
async function claimOf(version, { lines, checkpoints }) {
  const line = await lines.peek();
  if (!line) return undefined;
  const where = { ...version.where, ...line.where };
  const proof = membersOf(parseCanonical(line.data, where), where);
  if (proof.text('subject') !== version.subject || proof.natural('version') !== version.version)
    return undefined;
  lines.take();
  const [number, index] = [proof.natural('checkpoint'), proof.natural('index')];
  const checkpoint = checkpoints.get(number);
  if (!checkpoint) throw new Fault(where, `its proof is for checkpoint ${number}, which is not in the pack`);
  if (index >= checkpoint.size)
    throw new Fault(
      where,
      `its proof is for leaf ${index} of checkpoint ${number}, which has ${checkpoint.size}`,
    );
  checkTime(version, { checkpoint, where });
  return { proof, checkpoint, index, leaf: leafHash(leafOf(version)), version };
}

/** What is shown late is found within minutes, or never: what is put in later than this was made later, ms. */
const LATEST = 60 * 60_000;

/**
 * A version's own time must be one at which the checkpoint could hold it.
 * @param {Version} version
 * @param {{ checkpoint: Checkpoint, where: Where }} by
 */
function checkTime({ recordedAt }, { checkpoint: { number, from, to }, where }) {
  if (recordedAt === null) return;
  const says = `says that it was recorded at ${recordedAt}, but checkpoint ${number}`;
  if (recordedAt >= to) throw new Fault(where, `${says} was over at ${to}`);
  if (Date.parse(recordedAt) < Date.parse(from) - LATEST)
    throw new Fault(where, `${says}, the first to hold it, began at ${from}: it was dated back`);
}

/**
 * Without a proof a version is newer than the newest checkpoint, or older than the first one there is.
 * @param {Version} version
 * @param {Checkpoints} checkpoints
 */
function checkUnproved({ where, recordedAt }, checkpoints) {
  const newest = [...checkpoints.values()].at(-1);
  const first = checkpoints.get(1);
  if (recordedAt === null || (first && recordedAt < first.from)) return undefined;
  if (newest && recordedAt < newest.to)
    throw new Fault(
      where,
      `says that it was recorded at ${recordedAt}, but no checkpoint holds it, although number ${newest.number} holds what was recorded before ${newest.to}: it was dated back, or left out (if it was only shown late, a pack made minutes later has its proof)`,
    );
  return undefined;
}

/**
 * Kind `subject`: each proof brings the nodes that lead from its leaf to the root.
 * @returns {Held}
 */
const byPaths = () => ({
  holds: ({ proof, checkpoint, index, leaf, version }) => {
    proof.only(['checkpoint', 'index', 'path', 'subject', 'version']);
    const path = proof.list('path').map((node) => nodeOf(node, version.where));
    return rootByPath({ leaf, index, size: checkpoint.size, path })?.toString('hex') === checkpoint.root;
  },
  end: () => {},
});

/**
 * @param {unknown} text
 * @param {Where} where
 */
function nodeOf(text, where) {
  const node = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
  if (node?.length !== HASH || node.toString('base64') !== text)
    throw new Fault(where, 'its proof has a node that is no hash');
  return node;
}

/**
 * Kind `period`: each proof says which leaf it is, and the leaves are in the pack. Where the pack is of all sources, no leaf
 * between the first and the last that belong to the period may be left over.
 * @param {Pack} pack
 * @param {{ manifest: Manifest & { kind: 'period' }, checkpoints: Checkpoints, edges: Edges }} by
 * @returns {Held}
 */
function byLeaves(pack, { manifest, checkpoints, edges }) {
  /** @type {Map<number, number>} By checkpoint: the leaf that is due. */
  const due = new Map();
  const whole = manifest.source === undefined;
  return {
    holds: ({ proof, checkpoint, index, leaf, version }) => {
      proof.only(['checkpoint', 'index', 'subject', 'version']);
      const { number, from } = checkpoint;
      const next = due.get(number) ?? edges.get(number)?.first ?? (from >= manifest.from ? 0 : index);
      if (index < next)
        throw new Fault(
          version.where,
          `its proof is for leaf ${index} of checkpoint ${number}, which was another version's or out of order`,
        );
      if (whole && index > next) throw new Fault({ checkpoint: number }, leftOut({ next, index, version }));
      due.set(number, index + 1);
      const kept = leafIn(pack, { number, index });
      if (!kept)
        throw new Fault(version.where, `checkpoint ${number} holds it, whose leaves are not in the pack`);
      return kept.equals(leaf);
    },
    end: () => {
      if (whole)
        for (const one of checkpoints.values())
          checkLast(one, { manifest, next: due.get(one.number), edge: edges.get(one.number) ?? {} });
    },
  };
}

/** @param {number} versions */
const counted = (versions) => (versions === 1 ? '1 version' : `${versions} versions`);

/** @param {{ next: number, index: number, version: Version }} gap */
const leftOut = ({ next, index, version: { subject, version, recordedAt } }) =>
  `holds ${counted(index - next)} that the pack leaves out, before ${subject} version ${version}, recorded at ${recordedAt}`;

/**
 * @param {Checkpoint} checkpoint
 * @param {{ manifest: { from: string, to: string }, next: number | undefined, edge: Edge }} by
 */
function checkLast({ number, from, to, size }, { manifest, next, edge }) {
  const inside = from >= manifest.from && to <= manifest.to;
  const seen = next ?? edge.first ?? (inside ? 0 : size);
  const end = edge.end ?? (to <= manifest.to ? size : 0);
  if (seen < end)
    throw new Fault(
      { checkpoint: number },
      `holds ${counted(end - seen)} that the pack leaves out, up to ${to <= manifest.to ? to : manifest.to}`,
    );
}
