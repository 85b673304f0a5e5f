import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Signer } from '../../audit-ports.ts';
import type { PackFile } from './container.ts';
import type { Cursor, PackJob, PackJobs, Place } from './job.ts';
import { checkpointLine, proofLine, versionLine } from './lines.ts';
import { type Listed, type ListingPorts, listedAfter } from './listing.ts';
import type { PackFacts } from './manifest.ts';
import type { Proofs } from './proofs.ts';
import { readmeOf } from './readme.ts';

const zipped = promisify(gzip);

export interface ChunkPorts extends ListingPorts {
  readonly proofs: Proofs;
  readonly signer: Pick<Signer, 'keys'>;
  readonly jobs: Pick<PackJobs, 'notes'>;
}

/** What the pack says of itself once everything is in it. */
export const bulkFacts = ({ wanted, createdAt, versions }: PackJob): PackFacts => ({
  ...{ createdAt, versions },
  ...wanted,
});

/** Some files that follow each other, and where work goes on after them. */
export interface Chunk {
  readonly files: readonly PackFile[];
  readonly versions: number;
  /** Checkpoints that hold versions of this chunk. */
  readonly checkpoints: readonly number[];
  readonly cursor: Cursor;
}

const NOTHING: Pick<Chunk, 'files' | 'versions' | 'checkpoints'> = {
  files: [],
  versions: 0,
  checkpoints: [],
};

/**
 * What a job still has to write up to its next phase: the same chunks from the same cursor, whoever asks. `held`: the
 * checkpoints that hold versions of the part that is being made, and are in no note yet.
 */
export function chunksFrom(
  ports: ChunkPorts,
  job: PackJob,
  held: ReadonlySet<number>,
): AsyncGenerator<Chunk> {
  const { cursor } = job;
  if (cursor.phase === 'versions') return versionChunks(ports, job, cursor);
  if (cursor.phase === 'checkpoints') return checkpointChunks(ports, { job, held }, cursor);
  if (cursor.phase === 'leaves') return leafChunks(ports, { job, held }, cursor.after);
  return lastChunk(ports, job);
}

interface Reached {
  readonly job: PackJob;
  readonly held: ReadonlySet<number>;
}

type InPhase<P extends Cursor['phase']> = Extract<Cursor, { phase: P }>;

/** A piece has about this many bytes before it is gzipped, and at most so many versions. */
const PIECE_BYTES = 8 * 1024 * 1024;
const PIECE_VERSIONS = 4_000;

const pieceOf = async (
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

async function* versionChunks(
  ports: ChunkPorts,
  job: PackJob,
  start: InPhase<'versions'>,
): AsyncGenerator<Chunk> {
  let cursor = start;
  let piece: Line[] = [];
  for await (const page of listedAfter(ports, job, start.after)) {
    piece.push(...(await linesOf(ports.proofs, job, page)));
    if (!isFull(piece)) continue;
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
  const asked = page.map(({ raw: { digest = '' }, subject, version, recordedAt }) => ({
    ...{ subject, version, recordedAt, digest },
  }));
  const found = await proofs.of(asked);
  return page.map(({ raw, ...place }, i) => {
    const proved = found[i];
    const version = versionLine(place.subject, raw);
    if (!proved || proved.checkpoint > newestCheckpoint) return { place, version };
    const { path, ...index } = proved;
    const proof = proofLine(place, wanted.kind === 'subject' ? proved : index);
    return { place, version, proof, checkpoint: proved.checkpoint };
  });
}

const isFull = (piece: readonly Line[]): boolean =>
  piece.length >= PIECE_VERSIONS ||
  piece.reduce((sum, { version }) => sum + version.length, 0) >= PIECE_BYTES;

type VersionChunk = Chunk & { readonly cursor: InPhase<'versions'> };

async function chunkOf(piece: readonly Line[], cursor: InPhase<'versions'>): Promise<VersionChunk> {
  const lines = piece.map(({ version }) => version);
  const versions = await pieceOf('versions', cursor.pieces + 1, lines);
  const proofs = await pieceOf('proofs', cursor.proofs + 1, known(piece.map(({ proof }) => proof)));
  const after = piece.at(-1)?.place ?? cursor.after;
  return {
    files: [...versions, ...proofs],
    versions: piece.length,
    checkpoints: [...new Set(known(piece.map(({ checkpoint }) => checkpoint)))],
    cursor: {
      phase: 'versions',
      pieces: cursor.pieces + versions.length,
      proofs: cursor.proofs + proofs.length,
      ...(after && { after }),
    },
  };
}

const known = <T>(values: readonly (T | undefined)[]): readonly T[] =>
  values.flatMap((value) => (value === undefined ? [] : [value]));

/** Checkpoints in one piece. */
const PIECE_CHECKPOINTS = 2_000;

async function* checkpointChunks(
  ports: ChunkPorts,
  reached: Reached,
  { after, pieces }: InPhase<'checkpoints'>,
): AsyncGenerator<Chunk> {
  const numbers = (await checkpointsOf(ports, reached)).filter((number) => number > after);
  for (let from = 0, piece = pieces + 1; from < numbers.length; from += PIECE_CHECKPOINTS, piece++) {
    const some = numbers.slice(from, from + PIECE_CHECKPOINTS);
    const lines = (await ports.proofs.checkpoints(some)).map(checkpointLine);
    const files = await pieceOf('checkpoints', piece, lines);
    const cursor = { phase: 'checkpoints', pieces: piece, after: some.at(-1) ?? after } as const;
    yield { ...NOTHING, files, cursor };
  }
  yield { ...NOTHING, cursor: { phase: 'leaves', after: 0 } };
}

/** Those that hold versions of the pack; and of a person the newest there is, of a period every one that shares a moment with it. */
async function checkpointsOf(ports: ChunkPorts, reached: Reached): Promise<readonly number[]> {
  const { wanted, newestCheckpoint = 0 } = reached.job;
  const others =
    wanted.kind === 'subject' ? [newestCheckpoint] : await ports.proofs.during(wanted.from, wanted.to);
  const numbers = new Set([...(await touched(ports, reached)), ...others]);
  return [...numbers].filter((number) => number > 0 && number <= newestCheckpoint).sort((a, b) => a - b);
}

async function touched({ jobs }: ChunkPorts, { job, held }: Reached): Promise<ReadonlySet<number>> {
  const notes = await jobs.notes(job.id, job.parts);
  return new Set([...notes.flatMap(({ checkpoints }) => checkpoints), ...held]);
}

/** A pack of one person has paths instead. */
async function* leafChunks(ports: ChunkPorts, reached: Reached, after: number): AsyncGenerator<Chunk> {
  const numbers = reached.job.wanted.kind === 'subject' ? [] : [...(await touched(ports, reached))];
  for (const number of numbers.filter((one) => one > after).sort((a, b) => a - b)) {
    const content = await ports.proofs.leaves(number);
    const files = [{ name: `leaves/${number}.bin`, content }];
    yield { ...NOTHING, files, cursor: { phase: 'leaves', after: number } };
  }
  yield { ...NOTHING, cursor: { phase: 'closing' } };
}

async function* lastChunk({ signer }: ChunkPorts, job: PackJob): AsyncGenerator<Chunk> {
  const keys = `${JSON.stringify({ keys: await signer.keys() }, null, 2)}\n`;
  const files = [
    { name: 'keys.json', content: Buffer.from(keys) },
    { name: 'README.txt', content: Buffer.from(readmeOf(bulkFacts(job))) },
  ];
  yield { ...NOTHING, files, cursor: { phase: 'joining' } };
}
