import * as z from 'zod';
import type { PackFile } from './container.ts';
import type { PackFiles, PackJob } from './job.ts';

/** Files that are made and not enough for a part yet: a store takes small parts at the end alone. */
export interface Rest {
  readonly files: readonly PackFile[];
  readonly versions: number;
  readonly checkpoints: readonly number[];
}

const NOTHING: Rest = { files: [], versions: 0, checkpoints: [] };

const Kept = z.object({
  files: z.array(z.object({ name: z.string(), content: z.base64() })),
  versions: z.int().min(0),
  checkpoints: z.array(z.int()),
});

/** By the save that names it: what a run leaves that dies before that is found by nobody. */
export const restName = ({ revision }: Pick<PackJob, 'revision'>): string => String(revision + 1);

export const keepRest = (files: PackFiles, job: PackJob, { files: made, ...rest }: Rest): Promise<void> => {
  const inText = made.map(({ name, content }) => ({
    name,
    content: Buffer.from(content).toString('base64'),
  }));
  return files.keep(job.id, restName(job), Buffer.from(JSON.stringify({ ...rest, files: inText })));
};

export async function restOf(
  files: Pick<PackFiles, 'kept'>,
  { id, rest }: Pick<PackJob, 'id' | 'rest'>,
): Promise<Rest> {
  if (rest === undefined) return NOTHING;
  const bytes = await files.kept(id, rest);
  if (!bytes) throw new Error('what was made of a part is gone');
  const { files: made, ...others } = Kept.parse(JSON.parse(Buffer.from(bytes).toString()));
  return {
    ...others,
    files: made.map(({ name, content }) => ({ name, content: Buffer.from(content, 'base64') })),
  };
}
