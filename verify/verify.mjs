// @ts-check
import { checkEnd, readCheckpoints } from './checkpoints.mjs';
import { checkCollected } from './collected.mjs';
import { entriesOf } from './container.mjs';
import { counterOf } from './counts.mjs';
import { edgesOf } from './edges.mjs';
import { Fault } from './fault.mjs';
import { linesOf } from './files.mjs';
import { checkLeaves } from './leaves.mjs';
import { checkList, firstAltered, readManifest } from './manifest.mjs';
import { orderOf } from './order.mjs';
import { proverOf } from './proofs.mjs';
import { readVersion } from './versions.mjs';

/** @import { Checkpoint, Checkpoints } from './checkpoints.mjs' */
/** @import { Bytes } from './container.mjs' */
/** @import { Where } from './fault.mjs' */
/** @import { Pack } from './files.mjs' */
/** @import { Manifest } from './manifest.mjs' */
/** @import { Keys } from './signature.mjs' */
/** @import { Version } from './versions.mjs' */

/**
 * What the reader brings, who trusts nothing in the pack.
 * @typedef {object} Brought
 * @property {Keys} keys
 * @property {Checkpoints} [collected] Checkpoints collected earlier, somewhere else.
 * @property {(done: number, of: number, what: string) => void} [progress]
 */

/** @typedef {Awaited<ReturnType<typeof checkFiles>>} Checked */

/**
 * @typedef {object} Verdict
 * @property {boolean} valid
 * @property {Fault} [fault] The first thing that does not hold.
 * @property {string} [altered] The file that is no longer what the manifest was signed over, where that is where the fault lies.
 * @property {Checked} [checked] What was checked; missing where it did not come to an end.
 */

/**
 * Judges a pack: its container, the manifest's signature, every file, every checkpoint, every version. Stops at the first thing
 * that does not hold; that Heed itself calls a version broken stops nothing, so that all of those are named.
 * @param {Bytes} bytes
 * @param {Brought} brought
 * @returns {Promise<Verdict>}
 */
export async function verifyPack(bytes, { keys, collected = new Map(), progress = () => {} }) {
  /** @type {string | undefined} */
  let altered;
  const note = (/** @type {string} */ file) => {
    altered = file;
  };
  try {
    const pack = { bytes, entries: new Map(entriesOf(bytes).map((entry) => [entry.name, entry])) };
    const manifest = readManifest(pack, keys);
    const checked = await checkFiles(pack, { manifest, keys, collected, progress, note });
    const [first] = checked.broken;
    return first ? { valid: false, fault: new Fault(first, BROKEN), checked } : { valid: true, checked };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { valid: false, fault: error, ...(altered !== undefined && { altered }) };
  }
}

/** Files that are read line by line: in these an altered byte is traced to the version or checkpoint that it hit. */
const TRACED = /^(versions|checkpoints|proofs|edges|leaves\/)/;

/**
 * @param {Pack} pack
 * @param {Required<Brought> & { manifest: Manifest, note: (altered: string) => void }} by
 */
async function checkFiles(pack, { manifest, keys, collected, progress, note }) {
  let read = 0;
  checkList(pack, manifest);
  const count = (/** @type {number} */ bytes) => {
    read += bytes;
    progress(read, pack.bytes.size, 'bytes');
  };
  const file = firstAltered(pack, { manifest, progress: count });
  const altered =
    file === undefined ? undefined : new Fault({ file }, 'is not what it was when it was signed');
  if (file !== undefined) note(file);
  if (altered && !TRACED.test(file ?? '')) throw altered;
  const checkpoints = await readCheckpoints(pack, { keys, manifest });
  const compared = checkCollected(checkpoints, { collected, manifest });
  checkLeaves(pack, checkpoints);
  const versions = await checkVersions(pack, { manifest, checkpoints, progress });
  checkEnd(checkpoints, manifest);
  if (altered) throw altered;
  return {
    pack: outline(manifest),
    ...versions,
    checkpoints: summary(checkpoints),
    collected: compared,
  };
}

/** @param {Manifest} manifest */
const outline = ({ files, versions: _, ...rest }) => ({ ...rest, files: files.length });

/** @param {Checkpoints} checkpoints */
function summary(checkpoints) {
  const all = [...checkpoints.values()];
  return { count: all.length, first: all[0]?.number, last: all.at(-1)?.number, to: all.at(-1)?.to };
}

/**
 * @param {Pack} pack
 * @param {{ manifest: Manifest, checkpoints: Checkpoints, progress: Required<Brought>['progress'] }} by
 */
async function checkVersions(pack, { manifest, checkpoints, progress }) {
  const order = orderOf(manifest);
  const edges = await edgesOf(pack, { manifest, checkpoints });
  const prover = proverOf(pack, { manifest, checkpoints, edges });
  const counter = await counterOf(pack, { manifest, checkpoints });
  const tally = tallied(checkpoints.get(1));
  try {
    for await (const line of linesOf(pack, 'versions')) {
      const version = readVersion(line, order.due());
      order.place(version);
      const by = await prover.prove(version);
      order.link({ ...version, proved: by !== undefined });
      tally.count(version, by);
      counter.note(version, by);
      if (tally.result.versions > manifest.versions)
        throw new Fault(version.where, `is one more than the ${manifest.versions} of the manifest`);
      if (tally.result.versions % 1000 === 0) progress(tally.result.versions, manifest.versions, 'versions');
    }
    order.end();
    await prover.end();
  } finally {
    await prover.close();
  }
  const { versions } = tally.result;
  if (versions !== manifest.versions)
    throw new Fault({}, `has ${versions} versions; the manifest says ${manifest.versions}`);
  return { ...tally.result, counted: counter.end() };
}

/** Versions that Heed itself calls broken are listed up to this number. */
const LISTED = 100;

/** @typedef {{ count: number, first: string | undefined }} Noted */

const nothing = () => ({
  versions: 0,
  /** Held by a checkpoint. */
  proved: 0,
  /** Recorded before the first checkpoint there is. */
  older: none(),
  /** Newer than the newest checkpoint. */
  unproved: none(),
  /** In a checkpoint after the one they belong to, by their time. */
  late: { ...none(), mostMs: 0 },
  brokenCount: 0,
  broken: /** @type {Where[]} */ ([]),
});

/** @returns {Noted} */
const none = () => ({ count: 0, first: undefined });

/** @param {Checkpoint | undefined} log The first checkpoint there is. */
function tallied(log) {
  const result = nothing();
  return {
    result,
    /**
     * @param {Version} version
     * @param {Checkpoint | undefined} by
     */
    count: (version, by) => {
      result.versions += 1;
      if (by) result.proved += 1;
      else noted(isOlder(version, log) ? result.older : result.unproved, version);
      if (by && !version.broken && version.recordedAt !== null && version.recordedAt < by.from) {
        noted(result.late, version);
        const ms = Date.parse(by.from) - Date.parse(version.recordedAt);
        result.late.mostMs = Math.max(result.late.mostMs, ms);
      }
      if (!version.broken) return;
      result.brokenCount += 1;
      if (result.broken.length < LISTED) result.broken.push(version.where);
    },
  };
}

/**
 * @param {Version} version
 * @param {Checkpoint | undefined} log
 */
const isOlder = ({ recordedAt }, log) => log !== undefined && recordedAt !== null && recordedAt < log.from;

const BROKEN = 'is broken: Heed itself says that what it stored is no longer what its digest says';

/**
 * @param {Noted} list
 * @param {Version} version
 */
function noted(list, { subject, version }) {
  list.count += 1;
  list.first ??= `${subject} version ${version}`;
}
