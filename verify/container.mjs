// @ts-check
import { Fault } from './fault.mjs';

/**
 * The bytes of a pack, wherever they lie.
 * @typedef {object} Bytes
 * @property {number} size
 * @property {(start: number, length: number) => Buffer} read Fewer only where the pack ends.
 */

/**
 * One file in the container.
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} crc
 * @property {number} size
 * @property {number} header Where its header begins.
 * @property {number} start Where its data begins.
 */

/** A part of a zip as a row of numbers, little-endian: what each is called, how many bytes it has, and what it must be. */
/** @typedef {readonly (readonly [what: string, bytes: number, value: number])[]} Layout */

const CENTRAL = { size: 46, signature: 0x02014b50 };
const LOCAL = { size: 30, signature: 0x04034b50 };
const END = { size: 22, signature: 0x06054b50 };
const LONGEST_NAME = 255;

/** @param {{ name: string, crc: number, size: number }} entry */
const shared = ({ name, crc, size }) =>
  /** @type {const} */ ([
    ['version needed', 2, 20],
    ['field of flags', 2, 0x0800],
    ['method', 2, 0],
    ['time', 2, 0],
    ['date', 2, 0x0021],
    ['CRC-32', 4, crc],
    ['stored size', 4, size],
    ['size', 4, size],
    ['length of the name', 2, name.length],
    ['length of the extra field', 2, 0],
  ]);

/** @type {(entry: { name: string, crc: number, size: number }) => Layout} */
const localHeader = (entry) => [['signature', 4, LOCAL.signature], ...shared(entry)];

/** @type {(entry: { name: string, crc: number, size: number, header: number }) => Layout} */
const centralHeader = (entry) => [
  ['signature', 4, CENTRAL.signature],
  ['version made by', 2, 20],
  ...shared(entry),
  ['length of the comment', 2, 0],
  ['disk', 2, 0],
  ['field of internal attributes', 2, 0],
  ['field of external attributes', 4, 0],
  ['place of the local header', 4, entry.header],
];

/** @type {(directory: { entries: number, size: number, start: number }) => Layout} */
const endRecord = ({ entries, size, start }) => [
  ['signature', 4, END.signature],
  ['disk', 2, 0],
  ['disk of the directory', 2, 0],
  ['number of entries on this disk', 2, entries],
  ['number of entries', 2, entries],
  ['size of the directory', 4, size],
  ['place of the directory', 4, start],
  ['length of the comment', 2, 0],
];

/**
 * The files of a pack, in their order. Every byte that is not a file's data is compared with the only one it may be.
 * @param {Bytes} bytes
 * @returns {readonly Entry[]}
 */
export function entriesOf(bytes) {
  const end = bytes.size - END.size;
  if (end < 0) throw new Fault({}, 'is too short to be a zip');
  const record = bytes.read(end, END.size);
  if (record.readUInt32LE(0) !== END.signature)
    throw new Fault({ byte: end }, 'there is no end record of a zip here: bytes are missing or were added');
  const start = record.readUInt32LE(16);
  const entries = record.readUInt16LE(10);
  const directory = { entries, start, size: end - start };
  compare(record, { at: end, layout: endRecord(directory), of: 'the end record' });
  if (directory.size < 0 || directory.size > entries * (CENTRAL.size + LONGEST_NAME))
    throw new Fault({ byte: end + 16 }, 'the place of the central directory cannot be right');
  return listed(bytes, directory);
}

/**
 * @param {Bytes} bytes
 * @param {{ entries: number, start: number, size: number }} directory
 */
function listed(bytes, { entries, start, size }) {
  const directory = bytes.read(start, size);
  /** @type {Entry[]} */
  const found = [];
  let [at, next] = [0, 0];
  while (found.length < entries) {
    const { entry, length } = central(directory, { at, start, header: next });
    checkLocal(bytes, entry);
    found.push(entry);
    at += length;
    next = entry.start + entry.size;
    if (next > start)
      throw new Fault(
        { byte: start + at - length + 24 },
        `the size of ${entry.name} reaches beyond the files`,
      );
  }
  if (next !== start) throw new Fault({ byte: next }, 'there is something that belongs to no file');
  if (at !== size) throw new Fault({ byte: start + at }, 'there is something behind the central directory');
  return checkNames(found);
}

/**
 * @param {Buffer} directory
 * @param {{ at: number, start: number, header: number }} place
 */
function central(directory, { at, start, header }) {
  const fixed = directory.subarray(at, at + CENTRAL.size);
  if (fixed.length < CENTRAL.size)
    throw new Fault({ byte: start + at }, 'the central directory ends too early');
  const length = fixed.readUInt16LE(28);
  const name = directory.toString('latin1', at + CENTRAL.size, at + CENTRAL.size + length);
  const entry = {
    name,
    header,
    crc: fixed.readUInt32LE(16),
    size: fixed.readUInt32LE(24),
    start: header + LOCAL.size + length,
  };
  const layout = centralHeader(entry);
  compare(fixed, { at: start + at, layout, of: 'the central directory' });
  if (!isName(name) || name.length !== length)
    throw new Fault({ byte: start + at + CENTRAL.size }, 'this is no name that a file of a pack may have');
  return { entry, length: CENTRAL.size + length };
}

/**
 * @param {Bytes} bytes
 * @param {Entry} entry
 */
function checkLocal(bytes, entry) {
  const { name, header } = entry;
  const actual = bytes.read(header, LOCAL.size + name.length);
  compare(actual, { at: header, layout: localHeader(entry), of: `the header of ${name}` });
  if (actual.toString('latin1', LOCAL.size) !== name)
    throw new Fault({ byte: header + LOCAL.size }, `the name is not ${name}, as the central directory says`);
}

/**
 * @param {Buffer} actual
 * @param {{ at: number, layout: Layout, of: string }} expected
 */
function compare(actual, { at, layout, of }) {
  let place = 0;
  for (const [what, bytes, value] of layout) {
    const found = place + bytes <= actual.length ? actual.readUIntLE(place, bytes) : undefined;
    if (found !== value)
      throw new Fault(
        { byte: at + place + (found === undefined ? 0 : lowestDifference(found, value)) },
        `in ${of}, the ${what} is ${found ?? 'missing'} and must be ${value}`,
      );
    place += bytes;
  }
}

/**
 * Which byte of two different numbers differs, counted from the lowest.
 * @param {number} one
 * @param {number} other
 * @returns {number}
 */
function lowestDifference(one, other) {
  const [low, high] = [one % 256, other % 256];
  return low === high ? 1 + lowestDifference(Math.floor(one / 256), Math.floor(other / 256)) : 0;
}

/** @param {string} name */
const isName = (name) =>
  name.length <= LONGEST_NAME &&
  name.split('/').every((part) => /^[A-Za-z0-9._-]+$/.test(part) && part !== '.' && part !== '..');

/** @param {readonly Entry[]} entries */
function checkNames(entries) {
  const names = new Set();
  for (const { name, header } of entries) {
    if (names.has(name)) throw new Fault({ byte: header }, `there is a second file of the name ${name}`);
    names.add(name);
  }
  const last = entries.slice(-2).map(({ name }) => name);
  if (last.join() !== 'manifest.json,manifest.jws')
    throw new Fault({}, 'does not end with manifest.json and manifest.jws');
  return entries;
}
