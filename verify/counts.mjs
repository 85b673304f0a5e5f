// @ts-check
import { Fault } from './fault.mjs';
import { linesOf } from './files.mjs';
import { canonical, membersOf, parseCanonical } from './json.mjs';
import { pathIn } from './proofs.mjs';
import { leafHash, rootByPath } from './tree.mjs';

/** @import { Checkpoint, Checkpoints } from './checkpoints.mjs' */
/** @import { Where } from './fault.mjs' */
/** @import { Line, Pack } from './files.mjs' */
/** @import { Members } from './json.mjs' */
/** @import { Manifest } from './manifest.mjs' */
/** @import { Version } from './versions.mjs' */

/** @typedef {ReturnType<typeof countsIn>} Counts */
/** @typedef {{ index: number, subject: string, versions: number }} Count */

const FILE = 'counts.jsonl';

/**
 * What a checkpoint says of how many versions each subject has in the checkpoints up to `upTo`.
 * @param {Members} checkpoint
 * @param {Where} where
 */
export function countsIn(checkpoint, where) {
  if (!checkpoint.has('counts')) return undefined;
  const members = membersOf(checkpoint.object('counts'), where);
  members.only(['root', 'size', 'to', 'upTo']);
  const counts = {
    root: members.digest('root'),
    size: members.natural('size'),
    to: members.time('to'),
    upTo: members.natural('upTo'),
  };
  if (counts.upTo === 0 || counts.upTo >= checkpoint.natural('number') || counts.to > checkpoint.time('from'))
    throw new Fault(where, `counts what is in checkpoint ${counts.upTo}, which is not before it`);
  return counts;
}

/**
 * Counts go on from checkpoint to checkpoint, and never back.
 * @param {Checkpoint} before
 * @param {Checkpoint} next
 */
export function checkCounts({ number, counts: before }, { number: later, counts }) {
  const where = { checkpoint: later };
  if (!before) return;
  if (!counts) throw new Fault(where, `counts no versions any more, as checkpoint ${number} did`);
  if (counts.upTo < before.upTo)
    throw new Fault(
      where,
      `counts up to checkpoint ${counts.upTo}, and number ${number} up to ${before.upTo}`,
    );
  if (counts.upTo === before.upTo && canonical(counts) !== canonical(before))
    throw new Fault(where, `counts otherwise than checkpoint ${number} what is up to ${counts.upTo}`);
}

/**
 * Holds a subject's versions to the number of them that the newest checkpoint counts.
 * @param {Pack} pack
 * @param {{ manifest: Manifest, checkpoints: Checkpoints }} by
 */
export async function counterOf(pack, { manifest, checkpoints }) {
  const lines = await everyLine(pack);
  const newest = [...checkpoints.values()].at(-1);
  if (manifest.kind === 'period' || !newest?.counts) {
    if (lines[0])
      throw new Fault(lines[0].where, 'is a count that no checkpoint of the pack is to be held to');
    return { note: () => {}, end: () => undefined };
  }
  const { number, counts } = newest;
  const last = checkpoints.get(counts.upTo);
  if (last && last.to !== counts.to)
    throw new Fault(
      { checkpoint: number },
      `counts up to ${counts.to}; checkpoint ${last.number} ends at ${last.to}`,
    );
  const versions = countedOf(manifest.subject, { lines, number, counts });
  return comparing({ ...counts, subject: manifest.subject, number, versions });
}

/** @param {Pack} pack */
async function everyLine(pack) {
  /** @type {Line[]} */
  const lines = [];
  for await (const line of linesOf(pack, 'counts')) {
    lines.push(line);
    if (lines.length > 2) throw new Fault(line.where, 'is more than one count and its neighbours');
  }
  return lines;
}

/**
 * How many versions are counted of a subject: none where its neighbours leave no place for it.
 * @param {string} subject
 * @param {{ lines: readonly Line[], number: number, counts: NonNullable<Counts> }} by
 */
function countedOf(subject, { lines, number, counts }) {
  const found = lines.map((line) => countIn(line, { number, counts }));
  const [one, next] = found;
  if (one && !next && one.subject === subject) return one.versions;
  if (!isBetween(subject, { found, size: counts.size }))
    throw new Fault(
      { file: FILE },
      `does not show how many versions of ${subject} checkpoint ${number} counts`,
    );
  return 0;
}

/**
 * @param {string} subject
 * @param {{ found: readonly Count[], size: number }} among
 */
function isBetween(subject, { found, size }) {
  const [one, next] = found;
  if (!one) return size === 0;
  const after = comesBefore(one.subject, subject);
  if (!next) return after ? one.index === size - 1 : one.index === 0 && comesBefore(subject, one.subject);
  return after && next.index === one.index + 1 && comesBefore(subject, next.subject);
}

/** @type {(one: string, other: string) => boolean} */
const comesBefore = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;

/**
 * @param {Line} line
 * @param {{ number: number, counts: NonNullable<Counts> }} by
 * @returns {Count}
 */
function countIn({ data, where }, { number, counts: { root, size } }) {
  const members = membersOf(parseCanonical(data, where), where);
  members.only(['index', 'path', 'subject', 'versions']);
  const count = { subject: members.text('subject'), versions: members.natural('versions') };
  const [index, path] = [members.natural('index'), pathIn(members, where)];
  const proven = index < size && rootByPath({ leaf: leafHash(canonical(count)), index, size, path });
  if (!proven || proven.toString('hex') !== root)
    throw new Fault(where, `is not what checkpoint ${number} counts of ${count.subject}`);
  return { index, ...count };
}

/**
 * A version counts by the checkpoint that holds it. One that Heed itself calls broken may have lost its proof.
 * @param {{ subject: string, number: number, upTo: number, to: string, versions: number }} counted
 */
function comparing({ subject, number, upTo, to, versions }) {
  const seen = { here: 0, last: 0, newest: 0, lost: 0 };
  return {
    /**
     * @param {Version} version
     * @param {Checkpoint | undefined} by
     */
    note: ({ version, broken }, by) => {
      const held = by !== undefined && by.number <= upTo;
      seen.newest = version;
      if (held) [seen.here, seen.last] = [seen.here + 1, version];
      else if (broken) seen.lost += 1;
    },
    end: () => {
      const counts = `checkpoint ${number} counts ${versions} of ${subject} up to checkpoint ${upTo}`;
      if (seen.here > versions)
        throw new Fault(
          { checkpoint: number },
          `counts ${versions} of ${subject} up to checkpoint ${upTo}; these hold ${seen.here}`,
        );
      if (seen.here + seen.lost < versions)
        throw new Fault({ subject, version: suspect(seen, versions) }, wording(counts, seen));
      return { checkpoint: number, upTo, to, versions };
    },
  };
}

/** @typedef {{ here: number, last: number, newest: number }} Seen */

/**
 * All up to the last that is held are what they were, by their digests. Where none is held, as many are taken to be wrong as are missed.
 * @type {(seen: Seen, counted: number) => number}
 */
const suspect = ({ here, last, newest }, counted) =>
  last > 0 ? last + 1 : Math.max(1, newest - (counted - here) + 1);

/** @type {(counts: string, seen: Seen) => string} */
const wording = (counts, { here, last, newest }) =>
  last === newest
    ? `is missing: ${counts}, and ${here} of them are here`
    : `is not as it was recorded first: ${counts}, and of what is here those hold ${here}. It was taken away and another recorded, or given another time`;
