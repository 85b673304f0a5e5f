import { gzip } from 'node:zlib';
import type { Chunk } from './chunks.ts';
import type { PackFile } from './container.ts';
import type { Cursor, PackJob, PackSizes, Place } from './job.ts';
import { proofLine, versionLine } from './lines.ts';
import { type Listed, type ListingPorts, listedAfter } from './listing.ts';
import type { Proofs, Proved } from './proofs.ts';

const zipped = (text: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    gzip(text, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });

type VersionsCursor = Extract<Cursor, { phase: 'versions' }>;
type Found = (Omit<Proved, 'path'> & Partial<Pick<Proved, 'path'>>) | undefined;

export interface PiecePorts extends ListingPorts {
  readonly proofs: Proofs;
  readonly sizes: PackSizes;
}

export const pieceOf = async (
  name: string,
  number: number,
  lines: readonly string[],
): Promise<readonly PackFile[]> =>
  lines.length === 0
    ? []
    : [
        {
          name: `${name}-${String(number).padStart(6, '0')}.jsonl.gz`,
          content: await zipped(lines.join('')),
        },
      ];

interface Going {
  readonly start: VersionsCursor;
  readonly isOver: () => boolean;
}

/** Versions with their proofs, in pieces; a piece ends early where time does. */
export async function* versionChunks(
  ports: PiecePorts,
  job: PackJob,
  { start, isOver }: Going,
): AsyncGenerator<Chunk> {
  let cursor = start;
  let piece: Line[] = [];
  for await (const { page, reached } of listedAfter(ports, job, start.after)) {
    piece.push(...(await linesOf(ports.proofs, job, page)));
    cursor = { ...cursor, after: reached };
    if (!isFull(piece, ports.sizes) && !isOver()) continue;
    const chunk = await chunkOf(piece, cursor);
    yield chunk;
    cursor = chunk.cursor;
    piece = [];
  }
  const last = await chunkOf(piece, cursor);
  yield { ...last, cursor: { phase: 'checkpoints', pieces: 0, after: 0 } };
}

/** A version as it is written, and what proves it. */
interface Line {
  readonly place: Place;
  readonly version: string;
  readonly proof?: string;
  readonly checkpoint?: number;
}

async function linesOf(
  proofs: Proofs,
  { wanted, newestCheckpoint = 0 }: PackJob,
  page: readonly Listed[],
): Promise<readonly Line[]> {
  const asked = page.map(({ subject, version, recordedAt }) => ({ subject, version, recordedAt }));
  const found: readonly Found[] =
    wanted.kind === 'subject' ? await proofs.of(asked) : await proofs.places(asked);
  return page.map(({ raw, ...place }, i) => {
    const proved = found[i];
    const version = versionLine(place.subject, listedAs(raw, place));
    if (!proved || proved.checkpoint > newestCheckpoint) return { place, version };
    return { place, version, proof: proofLine(place, proved), checkpoint: proved.checkpoint };
  });
}

/** One that is broken has the time that it is listed by, whatever else its item says. */
const listedAs = (raw: Listed['raw'], { recordedAt }: Place): Listed['raw'] =>
  raw.broken && recordedAt !== '' ? { ...raw, recordedAt } : raw;

const isFull = (piece: readonly Line[], { pieceVersions, pieceBytes }: PackSizes): boolean =>
  piece.length >= pieceVersions || piece.reduce((sum, { version }) => sum + version.length, 0) >= pieceBytes;

type VersionChunk = Chunk & { readonly cursor: VersionsCursor };

async function chunkOf(piece: readonly Line[], cursor: VersionsCursor): Promise<VersionChunk> {
  const lines = piece.map(({ version }) => version);
  const versions = await pieceOf('versions', cursor.pieces + 1, lines);
  const proofs = await pieceOf('proofs', cursor.proofs + 1, known(piece.map(({ proof }) => proof)));
  return {
    files: [...versions, ...proofs],
    versions: piece.length,
    checkpoints: [...new Set(known(piece.map(({ checkpoint }) => checkpoint)))],
    cursor: {
      ...cursor,
      pieces: cursor.pieces + versions.length,
      proofs: cursor.proofs + proofs.length,
    },
  };
}

const known = <T>(values: readonly (T | undefined)[]): readonly T[] =>
  values.flatMap((value) => (value === undefined ? [] : [value]));
