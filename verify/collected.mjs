// @ts-check
import { checkChain, readCheckpoint } from './checkpoints.mjs';
import { Fault, NotChecked, reasonOf } from './fault.mjs';
import { canonical } from './json.mjs';
import { after, LATE } from './times.mjs';

/** @import { Checkpoint, Checkpoints } from './checkpoints.mjs' */
/** @import { Manifest } from './manifest.mjs' */
/** @import { Keys } from './signature.mjs' */

/**
 * Checkpoints that the reader has collected: in each line of a file a compact JWS, or a JSON object (the event `checkpoint.v1`, or a
 * line of a pack) with one.
 * @param {readonly { name: string, text: string }[]} files
 * @param {Keys} keys
 * @returns {Checkpoints}
 */
export function collectedIn(files, keys) {
  /** @type {Map<number, Checkpoint>} */
  const found = new Map();
  for (const { name, text } of files) {
    for (const [place, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const checkpoint = usable(jwsIn(line.trim()), { keys, name: `${name}, line ${place + 1}` });
      const other = found.get(checkpoint.number);
      if (other && other.digest !== checkpoint.digest)
        throw new Fault(
          { checkpoint: checkpoint.number },
          `you have collected two that differ (${differences(other, checkpoint)}); both are signed, so the log was forked`,
        );
      found.set(checkpoint.number, checkpoint);
    }
  }
  return new Map([...found].sort(([one], [next]) => one - next));
}

/** @param {string} line */
function jwsIn(line) {
  const [, jws = line] = /"jws"\s*:\s*"([^"\\]*)"/.exec(line) ?? [];
  return jws;
}

/**
 * @param {string} jws
 * @param {{ keys: Keys, name: string }} by
 */
function usable(jws, { keys, name }) {
  try {
    return readCheckpoint(jws, { keys, where: {} });
  } catch (error) {
    throw new NotChecked(
      `the checkpoint you collected in ${name} cannot be used: ${reasonOf(error).replace(/^the pack: /, 'it ')}`,
    );
  }
}

/** A checkpoint that was made this long before the pack must have been there for it, ms. */
const SETTLED = 10 * 60_000;

/**
 * What the checkpoints that were brought say of those in the pack.
 * @typedef {object} Compared
 * @property {number} brought
 * @property {number} matched How many are in both.
 * @property {{ count: number, first: number | undefined }} loose Those in the pack that nothing brought vouches for.
 */

/**
 * The pack's checkpoints next to those collected: equal where both have one, one chain together, and none held back.
 * @param {Checkpoints} checkpoints
 * @param {{ collected: Checkpoints, manifest: Manifest }} by
 * @returns {Compared}
 */
export function checkCollected(checkpoints, { collected, manifest }) {
  let matched = 0;
  for (const [number, own] of collected) {
    const packed = checkpoints.get(number);
    if (packed && packed.digest !== own.digest)
      throw new Fault(
        { checkpoint: number },
        `is not the one you collected (${differences(own, packed)}): the past was rewritten`,
      );
    if (packed) matched += 1;
    else if (mustBeIn(own, { checkpoints, manifest }))
      throw new Fault(
        { checkpoint: number },
        `you collected it, it was made at ${own.at}, and the pack of ${manifest.createdAt} leaves it out`,
      );
  }
  checkChain(
    [...new Map([...checkpoints, ...collected]).values()].sort((one, next) => one.number - next.number),
  );
  return { brought: collected.size, matched, loose: looseIn(checkpoints, collected) };
}

/**
 * One that was brought vouches for itself and, as each names the digest of the one before it, for all from which an unbroken row
 * of checkpoints leads up to it. Across a gap in the numbers it vouches for nothing.
 * @param {Checkpoints} checkpoints
 * @param {Checkpoints} collected
 */
function looseIn(checkpoints, collected) {
  const numbers = [...new Set([...checkpoints.keys(), ...collected.keys()])].sort((one, next) => next - one);
  /** @type {number | undefined} The lowest number that is vouched for, so far. */
  let vouched;
  /** @type {number[]} */
  const loose = [];
  for (const number of numbers) {
    if (collected.has(number) || vouched === number + 1) vouched = number;
    else loose.unshift(number);
  }
  return { count: loose.length, first: loose[0] };
}

/**
 * @param {Checkpoint} own
 * @param {{ checkpoints: Checkpoints, manifest: Manifest }} by
 */
function mustBeIn({ number, from, to, at }, { checkpoints, manifest }) {
  if (Date.parse(at) + SETTLED > Date.parse(manifest.createdAt)) return false;
  if (manifest.kind === 'period') return from < after(manifest.to, LATE) && to > manifest.from;
  return number > ([...checkpoints.keys()].at(-1) ?? 0);
}

/** @type {(one: Checkpoint, other: Checkpoint) => string} */
function differences({ digest: _, ...one }, { digest: __, ...other }) {
  const members = new Map(Object.entries(flat(other)));
  const differing = Object.entries(flat(one)).filter(([name, value]) => members.get(name) !== value);
  return differing.map(([name, value]) => `${name} ${value}, now ${members.get(name)}`).join('; ');
}

/** @type {(one: Omit<Checkpoint, 'digest'>) => object} */
const flat = ({ counts, ...rest }) => ({ ...rest, counts: counts ? canonical(counts) : 'none' });
