// @ts-check
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { crc32, createGunzip } from 'node:zlib';
import { Fault } from './fault.mjs';

/** @import { Bytes, Entry } from './container.mjs' */
/** @import { Where } from './fault.mjs' */

/** @typedef {{ bytes: Bytes, entries: ReadonlyMap<string, Entry> }} Pack */

/** @typedef {{ data: Buffer, where: Where }} Line */

const CHUNK = 256 * 1024;
const LONGEST_LINE = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * @param {Bytes} bytes
 * @param {Entry} entry
 */
export function* chunksOf(bytes, { start, size }) {
  for (let at = 0; at < size; at += CHUNK) yield bytes.read(start + at, Math.min(CHUNK, size - at));
}

/**
 * A small file, whole.
 * @param {Pack} pack
 * @param {string} name
 */
export function wholeFile({ bytes, entries }, name) {
  const entry = entries.get(name);
  if (!entry) throw new Fault({ file: name }, 'is missing');
  return bytes.read(entry.start, entry.size);
}

/**
 * @param {Bytes} bytes
 * @param {Entry} entry
 */
export function sumsOf(bytes, entry) {
  const sha256 = createHash('sha256');
  let crc = 0;
  for (const chunk of chunksOf(bytes, entry)) {
    sha256.update(chunk);
    crc = crc32(chunk, crc);
  }
  return { sha256: sha256.digest('hex'), crc };
}

/**
 * Lines of `<series>.jsonl`, or of its pieces `<series>-000001.jsonl`, `<series>-000002.jsonl` …, each gzipped or not.
 * @param {Pack} pack
 * @param {string} series
 * @returns {AsyncGenerator<Line>}
 */
export async function* linesOf({ bytes, entries }, series) {
  for (const entry of piecesOf([...entries.values()], series)) {
    let line = 0;
    for await (const found of split(unpacked(bytes, entry), { file: entry.name })) {
      line += 1;
      yield { data: found, where: { file: entry.name, line } };
    }
  }
}

/**
 * @param {readonly Entry[]} entries
 * @param {string} series
 */
function piecesOf(entries, series) {
  const pattern = new RegExp(`^${series}(-[0-9]+)?[.]jsonl([.]gz)?$`);
  const pieces = entries.filter(({ name }) => pattern.test(name));
  const [first, ...others] = pieces.map(({ name }) => name.replace(/[.]gz$/, ''));
  if (first === `${series}.jsonl` && others.length === 0) return pieces;
  pieces.forEach(({ name }, place) => {
    const due = `${series}-${String(place + 1).padStart(6, '0')}.jsonl`;
    if (name !== due && name !== `${due}.gz`) throw new Fault({ file: name }, `stands where ${due} has to`);
  });
  return pieces;
}

/**
 * @param {Bytes} bytes
 * @param {Entry} entry
 * @returns {AsyncGenerator<Buffer>}
 */
async function* unpacked(bytes, entry) {
  if (!entry.name.endsWith('.gz')) return yield* chunksOf(bytes, entry);
  try {
    yield* pipeline(Readable.from(chunksOf(bytes, entry)), createGunzip({ chunkSize: CHUNK }), () => {});
  } catch {
    throw new Fault({ file: entry.name }, 'cannot be unpacked: its gzip data was altered or cut off');
  }
}

/**
 * @param {AsyncIterable<Buffer>} chunks
 * @param {Where} where
 * @returns {AsyncGenerator<Buffer>}
 */
async function* split(chunks, where) {
  /** @type {Buffer[]} Beginnings of the line that is not over. */
  let begun = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield joined(begun, chunk.subarray(start, end));
      begun = [];
      start = end + 1;
    }
    begun.push(chunk.subarray(start));
    if (lengthOf(begun) > LONGEST_LINE) throw new Fault(where, 'has a line longer than any that Heed writes');
  }
  if (lengthOf(begun) === 0) return;
  yield Buffer.concat(begun);
  throw new Fault(where, 'ends in the middle of a line');
}

/** @type {(begun: readonly Buffer[], rest: Buffer) => Buffer} */
const joined = (begun, rest) => (begun.length === 0 ? rest : Buffer.concat([...begun, rest]));

/** @param {readonly Buffer[]} parts */
const lengthOf = (parts) => parts.reduce((sum, { length }) => sum + length, 0);

/**
 * Lines one after the other, with a look at the next.
 * @param {AsyncGenerator<Line>} lines
 */
export function inTurn(lines) {
  /** @type {Promise<IteratorResult<Line>> | undefined} */
  let ahead;
  const peek = async () => {
    ahead ??= lines.next();
    const { done, value } = await ahead;
    return done ? undefined : value;
  };
  return {
    peek,
    take: () => {
      ahead = undefined;
    },
    /** Frees what reading holds. */
    close: () => lines.return(undefined),
  };
}
