// @ts-check
import { createHash } from 'node:crypto';
import { Fault } from './fault.mjs';
import { canonical, membersOf, parseCanonical } from './json.mjs';

/** @import { Where } from './fault.mjs' */
/** @import { Line } from './files.mjs' */
/** @import { Members } from './json.mjs' */

/**
 * One line of `versions.jsonl`.
 * @typedef {object} Version
 * @property {string} subject
 * @property {number} version
 * @property {string | null} digest The stored one: null only where it is broken.
 * @property {string | null} recordedAt Null only where it is broken.
 * @property {boolean} broken Heed itself says that its document is not what its digest says.
 * @property {string | null} [previous] Missing where it is broken.
 * @property {string} [source]
 * @property {Where} where
 */

/**
 * Reads a line, and holds the document in it to the digest beside it.
 * @param {Line} line
 * @param {Where} due The version that has to stand here, as far as that is known.
 * @returns {Version}
 */
export function readVersion({ data, where: place }, due) {
  const expected = { ...place, ...due };
  const line = membersOf(parseCanonical(data, expected), expected);
  const subject = line.text('subject');
  const version = line.natural('version');
  const where = due.version === undefined ? { ...place, subject, version } : expected;
  const read = line.has('broken') ? brokenVersion : wholeVersion;
  return read(line, { subject, version, where });
}

/** @typedef {{ subject: string, version: number, where: Where }} Named */

/**
 * @param {Members} line
 * @param {Named} named
 * @returns {Version}
 */
function wholeVersion(line, { subject, version, where }) {
  line.only(['digest', 'document', 'subject', 'version']);
  const [document, digest] = [line.text('document'), line.digest('digest')];
  if (createHash('sha256').update(document).digest('hex') !== digest)
    throw new Fault(where, 'its document is not what its digest says');
  const members = membersOf(parseCanonical(document, where), where);
  const own = `${members.text('subject')} version ${members.natural('version')}`;
  if (own !== `${subject} version ${version}`)
    throw new Fault(where, `its line says ${subject} version ${version}, its document ${own}`);
  const [recordedAt, previous] = [members.time('recordedAt'), members.digestOrNull('previous')];
  const source = sourceIn(members, where);
  return { subject, version, where, digest, recordedAt, previous, source, broken: false };
}

/**
 * @param {Members} document
 * @param {Where} where
 */
const sourceIn = (document, where) =>
  membersOf(membersOf(document.object('change'), where).object('evidence'), where).text('source');

/**
 * @param {Members} line
 * @param {Named} named
 * @returns {Version}
 */
function brokenVersion(line, named) {
  line.only(['broken', 'digest', 'document', 'recordedAt', 'subject', 'version']);
  if (!line.isTrue('broken')) throw new Fault(named.where, 'its "broken" can only be true');
  line.textOrNull('document');
  const recordedAt = line.has('recordedAt') ? line.textOrNull('recordedAt') : null;
  return { ...named, digest: line.textOrNull('digest'), recordedAt, broken: true };
}

/**
 * What a checkpoint's tree holds of a version.
 * @param {Pick<Version, 'digest' | 'recordedAt' | 'subject' | 'version'>} version
 */
export const leafOf = ({ digest, recordedAt, subject, version }) =>
  canonical({ digest, recordedAt, subject, version });
