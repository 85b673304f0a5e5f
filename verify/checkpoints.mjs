// @ts-check
import { createHash } from 'node:crypto';
import { checkCounts, countsIn } from './counts.mjs';
import { Fault } from './fault.mjs';
import { linesOf } from './files.mjs';
import { membersOf, parseCanonical } from './json.mjs';
import { signedPayload } from './signature.mjs';
import { after, LATE, QUIET } from './times.mjs';

/** @import { Where } from './fault.mjs' */
/** @import { Pack } from './files.mjs' */
/** @import { Manifest } from './manifest.mjs' */
/** @import { Keys } from './signature.mjs' */

/** @typedef {ReturnType<typeof readCheckpoint>} Checkpoint */
/** @typedef {ReadonlyMap<number, Checkpoint>} Checkpoints By number, rising. */

const MEMBERS = ['format', 'origin', 'number', 'from', 'to', 'at', 'size', 'root', 'previous', 'counts'];

/**
 * @param {string} jws
 * @param {{ keys: Keys, where: Where }} by
 */
export function readCheckpoint(jws, { keys, where }) {
  const { payload } = signedPayload(jws, { typ: 'heed-checkpoint', keys, where });
  const members = membersOf(parseCanonical(payload, where), where);
  members.only(MEMBERS);
  if (members.text('format') !== 'heed-checkpoint/1')
    throw new Fault(where, 'is of a format that this program does not know');
  const checkpoint = {
    origin: members.text('origin'),
    number: members.natural('number'),
    from: members.time('from'),
    to: members.time('to'),
    at: members.time('at'),
    size: members.natural('size'),
    root: members.digest('root'),
    previous: members.digestOrNull('previous'),
    counts: countsIn(members, where),
    /** What the next one names as `previous`. */
    digest: createHash('sha256').update(payload).digest('hex'),
  };
  const { number, from, to, at, previous } = checkpoint;
  if (from > to) throw new Fault(where, `its period ends (${to}) before it begins (${from})`);
  if (at < to) throw new Fault(where, `says that it was made at ${at}, before its period had ended (${to})`);
  if (number === 0 || (number === 1) !== (previous === null))
    throw new Fault(where, 'number 1, and no other, is the first of the chain');
  return checkpoint;
}

/**
 * The checkpoints of a pack, each as signed, rising, and each the successor of the one before where that is there too.
 * @param {Pack} pack
 * @param {{ keys: Keys, manifest: Manifest }} by
 * @returns {Promise<Checkpoints>}
 */
export async function readCheckpoints(pack, { keys, manifest }) {
  /** @type {Map<number, Checkpoint>} */
  const found = new Map();
  let last = 0;
  for await (const { data, where } of linesOf(pack, 'checkpoints')) {
    const { number, jws } = numbered(data, where);
    const own = { ...where, checkpoint: number };
    const checkpoint = readCheckpoint(jws, { keys, where: own });
    if (checkpoint.number !== number)
      throw new Fault(
        { ...where, checkpoint: checkpoint.number },
        `its line says that it is number ${number}`,
      );
    if (number <= last)
      throw new Fault(own, `stands behind checkpoint ${last}: a number is used again, or the order is wrong`);
    found.set(number, checkpoint);
    last = number;
  }
  checkChain([...found.values()]);
  if (manifest.kind === 'period') checkGaps([...found.values()], manifest);
  return found;
}

/**
 * @param {Buffer} data
 * @param {Where} where
 */
function numbered(data, where) {
  const number = /"number":([1-9][0-9]{0,14})/.exec(data.toString('latin1'))?.[1];
  const named = number === undefined ? where : { ...where, checkpoint: Number(number) };
  const line = membersOf(parseCanonical(data, named), named);
  line.only(['jws', 'number']);
  return { jws: line.text('jws'), number: line.natural('number') };
}

/**
 * Checkpoints, rising by number, not all of which need be there.
 * @param {readonly Checkpoint[]} checkpoints
 */
export function checkChain(checkpoints) {
  checkpoints.forEach((next, place) => {
    const before = checkpoints[place - 1];
    if (before) checkLink(before, next);
  });
}

/**
 * @param {Checkpoint} before
 * @param {Checkpoint} next
 */
function checkLink(before, next) {
  const where = { checkpoint: next.number };
  if (next.origin !== before.origin)
    throw new Fault(
      where,
      `is of another log: its origin is ${next.origin}, that of checkpoint ${before.number} is ${before.origin}`,
    );
  const adjacent = next.number === before.number + 1;
  if (adjacent && next.previous !== before.digest)
    throw new Fault(
      { checkpoint: before.number },
      `is not the one that checkpoint ${next.number} was made after: one of the two was put in its place later`,
    );
  if (adjacent ? next.from !== before.to : next.from < before.to)
    throw new Fault(where, `begins at ${next.from}; checkpoint ${before.number} ends at ${before.to}`);
  checkCounts(before, next);
}

/**
 * In a pack of a period no checkpoint between two others that shares a moment with it may be left out.
 * @param {readonly Checkpoint[]} checkpoints
 * @param {{ from: string, to: string }} period
 */
function checkGaps(checkpoints, period) {
  const [first] = checkpoints;
  if (first && first.number > 1 && first.from > period.from)
    throw new Fault(
      { checkpoint: first.number - 1 },
      `is missing: the period begins at ${period.from}, checkpoint ${first.number} at ${first.from}`,
    );
  checkpoints.forEach((next, place) => {
    const before = checkpoints[place - 1];
    const shares = before && before.to < after(period.to, LATE) && next.from > period.from;
    if (shares && next.number !== before.number + 1)
      throw new Fault(
        { checkpoint: before.number + 1 },
        `is missing: checkpoint ${next.number} follows checkpoint ${before.number}`,
      );
  });
}

/**
 * At the end none may be left out either: up to the newest there was when the pack was made, or the one in which the last that was
 * shown late of a period can be.
 * @param {Checkpoints} checkpoints
 * @param {Manifest} manifest
 */
export function checkEnd(checkpoints, manifest) {
  const newest = [...checkpoints.values()].at(-1);
  const made = after(manifest.createdAt, -QUIET);
  const end = manifest.kind === 'period' ? after(manifest.to, LATE) : made;
  if (!newest || newest.to >= made || newest.to >= end) return;
  throw new Fault(
    { checkpoint: newest.number + 1 },
    `is missing: checkpoint ${newest.number} ends at ${newest.to}, one is made each day at least, and the pack was made at ${manifest.createdAt}. It was left out, or Heed made none for so long (an outage, or a new log that is not up to date yet)`,
  );
}
