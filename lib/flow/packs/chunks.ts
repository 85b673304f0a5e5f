import type { Signer } from '../../audit-ports.ts';
import { LOOK_BACK } from '../../domain/checkpoint.ts';
import { toIso, toMs } from '../../domain/time.ts';
import type { PackFile } from './container.ts';
import type { Cursor, PackJob, PackJobs, Wanted } from './job.ts';
import { checkpointLine, countLine, edgeLine } from './lines.ts';
import type { PackFacts } from './manifest.ts';
import { type PiecePorts, pieceOf, versionChunks } from './pieces.ts';
import { readmeOf } from './readme.ts';

export interface ChunkPorts extends PiecePorts {
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

interface Making {
  /** The checkpoints that hold versions of the part that is being made, and are in no note yet. */
  readonly held: ReadonlySet<number>;
  /** Whether what there is should be handed out now. */
  readonly isOver: () => boolean;
}

/** What a job still has to write up to its next phase: the same versions from the same cursor, whoever asks; files end where time does. */
export function chunksFrom(ports: ChunkPorts, job: PackJob, { held, isOver }: Making): AsyncGenerator<Chunk> {
  const { cursor } = job;
  if (cursor.phase === 'versions') return versionChunks(ports, job, { start: cursor, isOver });
  if (cursor.phase === 'checkpoints') return checkpointChunks(ports, { job, held }, cursor);
  if (cursor.phase === 'leaves') return leafChunks(ports, { job, held }, cursor);
  return lastChunk(ports, job);
}

interface Reached {
  readonly job: PackJob;
  readonly held: ReadonlySet<number>;
}

type InPhase<P extends Cursor['phase']> = Extract<Cursor, { phase: P }>;

async function* checkpointChunks(
  ports: ChunkPorts,
  reached: Reached,
  { after, pieces }: InPhase<'checkpoints'>,
): AsyncGenerator<Chunk> {
  const most = ports.sizes.pieceCheckpoints;
  const numbers = (await checkpointsOf(ports, reached)).filter((number) => number > after);
  for (let from = 0, piece = pieces + 1; from < numbers.length; from += most, piece++) {
    const some = numbers.slice(from, from + most);
    const lines = (await ports.proofs.checkpoints(some)).map(checkpointLine);
    const files = await pieceOf('checkpoints', piece, lines);
    const cursor = { phase: 'checkpoints', pieces: piece, after: some.at(-1) ?? after } as const;
    yield { ...NOTHING, files, cursor };
  }
  yield { ...NOTHING, cursor: { phase: 'leaves', after: 0, edges: 0 } };
}

/**
 * Those that hold versions of the pack; number 1, which says when the log began; the newest there is, which says up to when nothing
 * can be held back; and of a period every one that can hold something of it.
 */
async function checkpointsOf(ports: ChunkPorts, reached: Reached): Promise<readonly number[]> {
  const { wanted, newestCheckpoint = 0 } = reached.job;
  const others = wanted.kind === 'subject' ? [] : await sharing(ports, wanted);
  const numbers = new Set([1, newestCheckpoint, ...(await touched(ports, reached)), ...others]);
  return [...numbers].filter((number) => number > 0 && number <= newestCheckpoint).sort((a, b) => a - b);
}

/** What was recorded at the very end of a period, and shown late, is in one of the checkpoints after it. */
export const sharing = (
  { proofs }: Pick<ChunkPorts, 'proofs'>,
  { from, to }: Extract<Wanted, { kind: 'period' }>,
): Promise<readonly number[]> => proofs.during(from, toIso(toMs(to) + LOOK_BACK));

async function touched({ jobs }: ChunkPorts, { job, held }: Reached): Promise<ReadonlySet<number>> {
  const notes = await jobs.notes(job.id, job.parts);
  return new Set([...notes.flatMap(({ checkpoints }) => checkpoints), ...held]);
}

/** A pack of one person has paths instead. */
async function* leafChunks(
  ports: ChunkPorts,
  reached: Reached,
  { after, edges: before }: InPhase<'leaves'>,
): AsyncGenerator<Chunk> {
  const { wanted } = reached.job;
  let edges = before;
  for (const number of (await leavesOf(ports, reached)).filter((one) => one > after)) {
    if (wanted.kind === 'subject') break;
    const found = await ports.proofs.leaves(number, wanted);
    const lines = found.edges.map((edge) => edgeLine(number, edge));
    const shown = wanted.source === undefined ? await pieceOf('edges', edges + 1, lines) : [];
    const files = found.hashes.length === 0 ? [] : [{ name: `leaves/${number}.bin`, content: found.hashes }];
    edges += shown.length;
    yield { ...NOTHING, files: [...files, ...shown], cursor: { phase: 'leaves', after: number, edges } };
  }
  yield { ...NOTHING, cursor: { phase: 'closing' } };
}

/** Of all sources every checkpoint of the period: one that holds no version of it shows that it holds none. */
async function leavesOf(ports: ChunkPorts, reached: Reached): Promise<readonly number[]> {
  const { wanted, newestCheckpoint = 0 } = reached.job;
  const whole = wanted.kind === 'period' && wanted.source === undefined;
  const others = whole ? await sharing(ports, wanted) : [];
  const numbers = new Set([...(await touched(ports, reached)), ...others]);
  return [...numbers].filter((number) => number <= newestCheckpoint).sort((a, b) => a - b);
}

async function* lastChunk({ signer, proofs }: ChunkPorts, job: PackJob): AsyncGenerator<Chunk> {
  const { wanted, newestCheckpoint = 0 } = job;
  const counts = wanted.kind === 'subject' ? await proofs.counts(newestCheckpoint, wanted.subject) : [];
  const keys = `${JSON.stringify({ keys: await signer.keys() }, null, 2)}\n`;
  const files = [
    ...(await pieceOf('counts', 1, counts.map(countLine))),
    { name: 'keys.json', content: Buffer.from(keys) },
    { name: 'README.txt', content: Buffer.from(readmeOf(bulkFacts(job))) },
  ];
  yield { ...NOTHING, files, cursor: { phase: 'joining' } };
}
