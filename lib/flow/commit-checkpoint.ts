import type { Archive, Signer } from '../audit-ports.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import {
  type Checkpoint,
  checkpointDigest,
  checkpointIn,
  checkpointText,
  type SignedCheckpoint,
} from '../domain/checkpoint.ts';
import { checkpointEvent } from '../domain/checkpoint-event.ts';
import { openJws } from '../domain/jws.ts';
import type { Bus } from '../ports.ts';
import type { Checkpoints } from './checkpoints.ts';
import { checkpointFile } from './leaf-files.ts';
import { archived, ForgedCheckpointError } from './newest-checkpoint.ts';

export interface CommitPorts {
  readonly signer: Signer;
  readonly archive: Archive;
  readonly checkpoints: Checkpoints;
  readonly bus: Bus;
  readonly catalogue: Catalogue;
}

/**
 * Signs and archives a checkpoint. The archive takes one of a number: where another run was first, its checkpoint is the one,
 * and is given back.
 */
export async function commit(
  ports: CommitPorts,
  before: SignedCheckpoint | undefined,
  checkpoint: Checkpoint,
): Promise<SignedCheckpoint> {
  const jws = await ports.signer.sign(checkpointText(checkpoint), 'heed-checkpoint');
  const first = await ports.archive.put(checkpointFile(checkpoint.number), Buffer.from(jws));
  if (first) return made(ports, { checkpoint, jws });
  const other = await archivedAfter(ports, before);
  if (!other) throw new ForgedCheckpointError(`${checkpointFile(checkpoint.number)} was there, and is gone`);
  return made(ports, other);
}

/** The newest there is, with what a run that came to no end left in the archive. */
export async function newestOf(ports: CommitPorts): Promise<SignedCheckpoint | undefined> {
  let newest = await archived(ports, await ports.checkpoints.newest());
  for (;;) {
    const next = await archivedAfter(ports, newest);
    if (!next) return newest;
    newest = await made(ports, next);
  }
}

async function archivedAfter(
  { archive, signer }: CommitPorts,
  before: SignedCheckpoint | undefined,
): Promise<SignedCheckpoint | undefined> {
  const file = checkpointFile((before?.checkpoint.number ?? 0) + 1);
  const bytes = await archive.get(file);
  if (!bytes) return undefined;
  const jws = Buffer.from(bytes).toString();
  const text = openJws(jws, { typ: 'heed-checkpoint', keys: await signer.keys() });
  const checkpoint = text === undefined ? undefined : checkpointIn(text);
  if (!checkpoint || !follows(checkpoint, before?.checkpoint))
    throw new ForgedCheckpointError(`${file} is no checkpoint of this log`);
  return { checkpoint, jws };
}

function follows(checkpoint: Checkpoint, before: Checkpoint | undefined): boolean {
  if (!before) return checkpoint.number === 1 && checkpoint.previous === null;
  const { number, origin, from, previous } = checkpoint;
  const fits = number === before.number + 1 && origin === before.origin && from === before.to;
  return fits && previous === checkpointDigest(before);
}

/** Told before it is noted: one that was not told is found in the archive by the next run, and told then. */
async function made(ports: CommitPorts, one: SignedCheckpoint): Promise<SignedCheckpoint> {
  const detail = checkpointEvent(one, ports.catalogue);
  const [taken] = await ports.bus.put([{ type: detail.type, time: one.checkpoint.at, detail }]);
  if (taken !== true) throw new Error('the bus did not take a checkpoint');
  await ports.checkpoints.add(one);
  return one;
}
