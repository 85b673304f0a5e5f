// @ts-check

import { Fault } from './fault.mjs';
import { inTurn, linesOf } from './files.mjs';
import { membersOf, parseCanonical } from './json.mjs';
import { leafIn } from './leaves.mjs';
import { AHEAD, after, LATE, UNPROVED } from './times.mjs';
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
      if (!claim) return checkUnproved(version, { checkpoints, manifest });
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

/**
 * A version's own time must be one at which the checkpoint could hold it. Of one that is broken it may be as spoiled as the rest.
 * @param {Version} version
 * @param {{ checkpoint: Checkpoint, where: Where }} by
 */
function checkTime({ recordedAt, broken }, { checkpoint: { number, from, to }, where }) {
  if (recordedAt === null || broken) return;
  const says = `says that it was recorded at ${recordedAt}, but checkpoint ${number}`;
  if (recordedAt >= to) throw new Fault(where, `${says} was over at ${to}`);
  if (recordedAt < after(from, -LATE))
    throw new Fault(where, `${says}, the first to hold it, began at ${from}: it was dated back`);
}

/**
 * Without a proof a version is newer than the newest checkpoint, and not by much, or older than the first one there is. It is not of
 * a time to come: no checkpoint would hold it, nor whatever is recorded after it.
 * @param {Version} version
 * @param {{ checkpoints: Checkpoints, manifest: Manifest }} by
 */
function checkUnproved({ where, recordedAt, broken }, { checkpoints, manifest: { createdAt } }) {
  const newest = [...checkpoints.values()].at(-1);
  const first = checkpoints.get(1);
  if (broken || recordedAt === null || (first && recordedAt < first.from)) return undefined;
  if (newest && recordedAt < newest.to)
    throw new Fault(
      where,
      `says that it was recorded at ${recordedAt}, but no checkpoint holds it, although number ${newest.number} holds what was recorded before ${newest.to}: it was dated back, or left out (if it was only shown late, a pack made minutes later has its proof)`,
    );
  if (recordedAt < after(createdAt, -UNPROVED))
    throw new Fault(
      where,
      `says that it was recorded at ${recordedAt}, and no checkpoint holds it, although the pack was made at ${createdAt}: checkpoints were left out of the pack, or Heed made none for so long (an outage, or a new log that is not up to date yet)`,
    );
  const latest = newest && newest.to > createdAt ? newest.to : createdAt;
  if (recordedAt > after(latest, AHEAD))
    throw new Fault(
      where,
      `says that it was recorded at ${recordedAt}, but the pack is of ${latest}: it was dated forward, where no checkpoint reaches, or by a clock that was wrong`,
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
    const path = pathIn(proof, version.where);
    return rootByPath({ leaf, index, size: checkpoint.size, path })?.toString('hex') === checkpoint.root;
  },
  end: () => {},
});

/**
 * @param {Members} proof
 * @param {Where} where
 */
export const pathIn = (proof, where) => proof.list('path').map((node) => nodeOf(node, where));

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
  const until = after(manifest.to, LATE);
  return {
    holds: ({ proof, checkpoint, index, leaf, version }) => {
      proof.only(['checkpoint', 'index', 'subject', 'version']);
      const { number } = checkpoint;
      const next = due.get(number) ?? edges.get(number)?.first ?? (whole ? 0 : index);
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
      const sharing = [...checkpoints.values()].filter(({ from, to }) => from < until && to > manifest.from);
      for (const one of whole ? sharing : [])
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
 * @param {{ manifest: { to: string }, next: number | undefined, edge: Edge }} by
 */
function checkLast({ number, to, size }, { manifest, next, edge }) {
  const seen = next ?? edge.first ?? 0;
  const end = edge.end ?? size;
  if (seen < end)
    throw new Fault(
      { checkpoint: number },
      `holds ${counted(end - seen)} that the pack leaves out, up to ${to <= manifest.to ? to : manifest.to}`,
    );
}
