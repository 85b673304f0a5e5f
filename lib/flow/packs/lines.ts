import { canonical } from '../../domain/digest.ts';
import type { Named, StoredRaw } from '../../record-ports.ts';
import type { ProvenCount } from '../count-pages.ts';
import type { CheckpointFile, Edge, Proved } from './proofs.ts';

/** Lines of the files that a verifier reads: canonical JSON, each ended by a line feed. */
const line = (value: object): string => `${canonical(value)}\n`;

/** A version as it is stored; one that is broken says so, with null for what is not there. */
export function versionLine(subject: string, raw: StoredRaw): string {
  const { version, document = null, digest = null, recordedAt = null, broken } = raw;
  return line(
    broken
      ? { broken, digest, document, recordedAt, subject, version }
      : { digest, document, subject, version },
  );
}

export const checkpointLine = ({ number, jws }: CheckpointFile): string => line({ jws, number });

/** With its path, or without where the pack has all the leaves. */
export const proofLine = (
  { subject, version }: Named,
  { checkpoint, index, path }: Omit<Proved, 'path'> & Partial<Pick<Proved, 'path'>>,
): string => line({ checkpoint, index, subject, version, ...(path && { path }) });

export const countLine = ({ index, path, subject, versions }: ProvenCount): string =>
  line({ index, path, subject, versions });

export const edgeLine = (checkpoint: number, { index, subject, version, recordedAt, digest }: Edge): string =>
  line({ checkpoint, digest, index, recordedAt, subject, version });
