import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * The container of evidence packs (docs/evidence-packs.md): a zip of stored entries in the one form that leaves no byte
 * free. Written here because no library promises its bytes, and a pack is judged by every one of them.
 */

/** A file before it has its place. */
export interface PackFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A file in its place. */
export interface PackEntry {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly crc: number;
  /** Where its local header begins. */
  readonly at: number;
}

/** Without ZIP64 sizes have 32 bits and entries are counted in 16. */
export const MOST_BYTES = 0xffff_fffe;
export const MOST_ENTRIES = 0xfffe;

type Field = readonly [size: 2 | 4, value: number];

const VERSION: Field = [2, 20];
const NONE: Field = [2, 0];

/** UTF-8 names, stored, 1 January 1980. */
const ALIKE: readonly Field[] = [[2, 0x0800], NONE, NONE, [2, 0x0021]];

function packed(fields: readonly Field[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields) at = bytes.writeUIntLE(value, at, size);
  return bytes;
}

const sizes = ({ name, bytes, crc }: PackEntry): readonly Field[] => [
  [4, crc],
  [4, bytes],
  [4, bytes],
  [2, name.length],
  NONE,
];

/** The entry of a file whose local header begins at `at`. */
export const entryOf = ({ name, content }: PackFile, at: number): PackEntry => ({
  name,
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  crc: crc32(content),
  at,
});

/** Bytes that a file takes up, its local header with it. */
export const sizeOf = ({ name, content }: PackFile): number => 30 + name.length + content.length;

/** What stands before a file's bytes. */
export const headerOf = (entry: PackEntry): Buffer =>
  Buffer.concat([packed([[4, 0x0403_4b50], VERSION, ...ALIKE, ...sizes(entry)]), Buffer.from(entry.name)]);

const listed = (entry: PackEntry): Buffer =>
  Buffer.concat([
    packed([
      [4, 0x0201_4b50],
      VERSION,
      VERSION,
      ...ALIKE,
      ...sizes(entry),
      ...[NONE, NONE, NONE],
      [4, 0],
      [4, entry.at],
    ]),
    Buffer.from(entry.name),
  ]);

/** The central directory and its end record; it begins at `at`. */
export function directoryOf(entries: readonly PackEntry[], at: number): Buffer {
  const directory = Buffer.concat(entries.map(listed));
  const end = packed([
    [4, 0x0605_4b50],
    ...[NONE, NONE],
    [2, entries.length],
    [2, entries.length],
    [4, directory.length],
    [4, at],
    NONE,
  ]);
  return Buffer.concat([directory, end]);
}

export interface Placed {
  readonly entries: readonly PackEntry[];
  readonly bytes: Buffer;
  /** Where the next begins. */
  readonly at: number;
}

/** Files one after the other, from `at` on. */
export function placed(files: readonly PackFile[], at: number): Placed {
  const entries: PackEntry[] = [];
  const parts: Uint8Array[] = [];
  let next = at;
  for (const file of files) {
    const entry = entryOf(file, next);
    entries.push(entry);
    parts.push(headerOf(entry), file.content);
    next += sizeOf(file);
  }
  return { entries, bytes: Buffer.concat(parts), at: next };
}
