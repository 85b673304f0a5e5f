import type { Archive } from '../audit-ports.ts';
import { checkpointIn, type SignedCheckpoint } from '../domain/checkpoint.ts';
import type { Clock } from '../ports.ts';
import type { Checkpoints } from './checkpoints.ts';
import { checkpointFile } from './leaf-files.ts';

/** What stands in the archive under the next number is no checkpoint that follows: nothing may be built on it. */
export class ForgedCheckpointError extends Error {
  override readonly name = 'ForgedCheckpointError';
}

/** The archive has a newer checkpoint than the table: it was made this moment, or its row was taken away. */
export class UnlistedCheckpointError extends Error {
  override readonly name = 'UnlistedCheckpointError';
}

export interface NewestPorts {
  readonly archive: Pick<Archive, 'get'>;
  readonly checkpoints: Pick<Checkpoints, 'newest'>;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** A checkpoint is archived a moment before its row is written: so often it is looked for, this far apart, ms. */
const LOOKS = 6;
const APART = 250;

/**
 * The newest there is. Rows can be taken out of the table, files not out of the archive: what is made of fewer checkpoints than
 * there are would prove less than it could, and hide what was rewritten since. The next run lists one that is not listed.
 */
export async function newestThereIs(ports: NewestPorts): Promise<SignedCheckpoint | undefined> {
  for (let look = 1; ; look++) {
    const newest = await archived(ports, await ports.checkpoints.newest());
    const next = (newest?.checkpoint.number ?? 0) + 1;
    if (!(await ports.archive.get(checkpointFile(next)))) return newest;
    if (look === LOOKS)
      throw new UnlistedCheckpointError(`checkpoint ${next} is in the archive, and not in the table`);
    await ports.clock.sleep(APART);
  }
}

/**
 * As the archive has it: nothing is signed after what somebody put into the table. Whose key signed it does not matter here: none
 * but Heed can archive, and a key that was replaced may be known no more.
 */
export async function archived(
  { archive }: Pick<NewestPorts, 'archive'>,
  noted: SignedCheckpoint | undefined,
): Promise<SignedCheckpoint | undefined> {
  return noted && numberedIn(archive, noted.checkpoint.number);
}

/** One that was made, whatever became of its rows in the table. */
export async function numberedIn(archive: Pick<Archive, 'get'>, number: number): Promise<SignedCheckpoint> {
  const jws = Buffer.from((await archive.get(checkpointFile(number))) ?? []).toString();
  const checkpoint = checkpointIn(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
  if (checkpoint?.number !== number)
    throw new ForgedCheckpointError(`checkpoint ${number} is not in the archive`);
  return { checkpoint, jws };
}
