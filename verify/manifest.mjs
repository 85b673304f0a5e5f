// @ts-check

import { Fault, NotChecked } from './fault.mjs';
import { sumsOf, wholeFile } from './files.mjs';
import { membersOf, parseCanonical } from './json.mjs';
import { isLowest, signedPayload } from './signature.mjs';

/** @import { Pack } from './files.mjs' */
/** @import { Members } from './json.mjs' */
/** @import { Keys } from './signature.mjs' */

/** @typedef {ReturnType<typeof readManifest>} Manifest */

const JSON_FILE = 'manifest.json';
const SIGNED_FILE = 'manifest.jws';
const FORMAT = 'heed-evidence-pack/2';
/** Of 65,535 files with the longest names it has a quarter of that. */
const LARGEST = 64 * 1024 * 1024;

/**
 * What Heed has signed about the pack.
 * @param {Pack} pack
 * @param {Keys} keys
 */
export function readManifest(pack, keys) {
  const { text, kid, jws } = signedManifest(pack, keys);
  const where = { file: JSON_FILE };
  const members = membersOf(parseCanonical(text, where), where);
  const format = members.text('format');
  if (format !== FORMAT)
    throw new NotChecked(`the pack is of the format ${format}; this program knows ${FORMAT}`);
  if (!isLowest(jws))
    throw new Fault(
      { file: SIGNED_FILE },
      'its signature is not in the one form that Heed writes: it was changed',
    );
  const about = {
    createdAt: members.time('createdAt'),
    versions: members.natural('versions'),
    files: filesIn(members),
    kid,
  };
  const kind = members.text('kind');
  if (kind === 'subject') return { ...about, ...subjectIn(members) };
  if (kind === 'period') return { ...about, ...periodIn(members) };
  throw new Fault(where, 'its kind is neither "subject" nor "period"');
}

/** @param {Members} members */
function subjectIn(members) {
  members.only([...SHARED, 'subject', 'newest']);
  return {
    kind: /** @type {const} */ ('subject'),
    subject: members.text('subject'),
    newest: newestIn(members),
  };
}

/** @param {Members} members */
function periodIn(members) {
  members.only([...SHARED, 'from', 'to', 'source']);
  return {
    kind: /** @type {const} */ ('period'),
    from: members.time('from'),
    to: members.time('to'),
    source: members.has('source') ? members.text('source') : undefined,
  };
}

const SHARED = ['format', 'kind', 'createdAt', 'versions', 'files'];

/**
 * @param {Pack} pack
 * @param {Keys} keys
 */
function signedManifest(pack, keys) {
  for (const file of [JSON_FILE, SIGNED_FILE])
    if ((pack.entries.get(file)?.size ?? 0) > LARGEST)
      throw new Fault({ file }, 'is larger than a manifest can be');
  const jws = wholeFile(pack, SIGNED_FILE).toString('latin1');
  const { payload, kid } = signedPayload(jws, { typ: 'heed-manifest', keys, where: { file: SIGNED_FILE } });
  const text = wholeFile(pack, JSON_FILE);
  if (!text.equals(payload)) {
    const length = Math.max(text.length, payload.length);
    const place = Array.from({ length }).findIndex((_, at) => text[at] !== payload[at]);
    const byte = (pack.entries.get(JSON_FILE)?.start ?? 0) + place;
    throw new Fault({ file: JSON_FILE, byte }, `is not what ${SIGNED_FILE} signs`);
  }
  return { text, kid, jws };
}

/** @param {Members} members */
function filesIn(members) {
  return members.list('files').map((value) => {
    const file = membersOf(value, { file: JSON_FILE });
    file.only(['name', 'bytes', 'sha256']);
    return { name: file.text('name'), bytes: file.natural('bytes'), sha256: file.digest('sha256') };
  });
}

/** @param {Members} members */
function newestIn(members) {
  if (!members.has('newest')) return undefined;
  const newest = membersOf(members.object('newest'), { file: JSON_FILE });
  newest.only(['version', 'digest']);
  return { version: newest.natural('version'), digest: newest.textOrNull('digest') };
}

/**
 * The files must be those of the manifest, no other and in its order.
 * @param {Pack} pack
 * @param {Manifest} manifest
 */
export function checkList({ entries }, { files }) {
  const names = [...entries.keys()].slice(0, -2);
  for (const [at, file] of names.entries())
    if (file !== files[at]?.name) throw new Fault({ file }, notInPlace(files[at]?.name));
  const missing = files[names.length];
  if (missing) throw new Fault({ file: missing.name }, 'is missing');
}

/**
 * The first file whose content is not what the manifest says, by name.
 * @param {Pack} pack
 * @param {{ manifest: Manifest, progress: (bytes: number) => void }} by
 */
export function firstAltered({ bytes, entries }, { manifest, progress }) {
  const due = new Map(manifest.files.map((file) => [file.name, file]));
  /** @type {string | undefined} */
  let altered;
  for (const entry of entries.values()) {
    const { sha256, crc } = sumsOf(bytes, entry);
    const file = due.get(entry.name);
    if (file && (file.bytes !== entry.size || file.sha256 !== sha256)) altered ??= entry.name;
    else if (crc !== entry.crc)
      throw new Fault({ byte: entry.header + 14 }, `the CRC-32 of ${entry.name} is not that of its data`);
    progress(entry.size);
  }
  return altered;
}

/** @param {string | undefined} due */
const notInPlace = (due) =>
  due === undefined
    ? 'is no file of the manifest'
    : `stands where the manifest has ${due}: one is missing, added or moved`;
