import type { Clock } from '../../ports.ts';
import { type ChunkPorts, chunksFrom } from './chunks.ts';
import { type PackFile, sizeOf } from './container.ts';
import type { Cursor, PackFiles, PackJob } from './job.ts';
import { type Rest, restOf } from './rest.ts';

export interface PartPorts extends ChunkPorts {
  readonly files: PackFiles;
  readonly clock: Pick<Clock, 'now'>;
}

/** Files of one part, and where work goes on after them. */
export interface Part extends Rest {
  readonly cursor: Cursor;
  /** Enough of them, or the last there are. Otherwise time ran out. */
  readonly isWhole: boolean;
}

/** Chunks until there are enough bytes for a part, everything is written, or it is `until`, ms. */
export async function nextPart(ports: PartPorts, job: PackJob, until: number): Promise<Part> {
  const rest = await restOf(ports.files, job);
  const files: PackFile[] = [...rest.files];
  const checkpoints = new Set(rest.checkpoints);
  let [versions, bytes, cursor] = [rest.versions, bytesOf(files), job.cursor];
  const isOver = (): boolean => ports.clock.now() >= until;
  const isWhole = (): boolean => bytes >= ports.sizes.part || cursor.phase === 'joining';
  const isEnough = (): boolean => isWhole() || isOver();
  do {
    const reached = { ...job, cursor, versions: job.versions + versions };
    for await (const chunk of chunksFrom(ports, reached, { held: checkpoints, isOver })) {
      files.push(...chunk.files);
      for (const number of chunk.checkpoints) checkpoints.add(number);
      versions += chunk.versions;
      bytes += bytesOf(chunk.files);
      cursor = chunk.cursor;
      if (isEnough()) break;
    }
  } while (!isEnough());
  return { files, versions, checkpoints: [...checkpoints], cursor, isWhole: isWhole() };
}

const bytesOf = (files: readonly PackFile[]): number => files.reduce((sum, file) => sum + sizeOf(file), 0);
