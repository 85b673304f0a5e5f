import type { PublicKey, Signer } from '../audit-ports.ts';
import type { SignedCheckpoint } from '../domain/checkpoint.ts';
import type { Records, StoredRaw } from '../ports.ts';
import type { Checkpoints } from './checkpoints.ts';
import { type ProvenCount, provenCounts } from './count-pages.ts';
import { type NewestPorts, newestThereIs } from './newest-checkpoint.ts';
import { type Proved, type ProvePorts, proofsFor } from './prove.ts';

export interface ReadProofsPorts extends ProvePorts, Pick<NewestPorts, 'clock'> {
  readonly records: Pick<Records, 'raw'>;
  readonly checkpoints: Pick<Checkpoints, 'endingAfter' | 'numbered' | 'newest'>;
  readonly signer: Pick<Signer, 'keys'>;
}

export interface ProofsQuery {
  readonly subject: string;
  readonly limit: number;
  /** Only versions below this one. */
  readonly below?: number | undefined;
}

/** One version as it is stored, and that a checkpoint has it. */
export interface ProvenVersion {
  readonly version: number;
  readonly document: string | null;
  readonly digest: string | null;
  /** Null for what no checkpoint has yet. */
  readonly proof: {
    readonly checkpoint: number;
    readonly index: number;
    readonly path: readonly string[];
  } | null;
  /** The document is not what the digest says. */
  readonly broken?: true;
  /** Only of one that is broken: what its item says. */
  readonly recordedAt?: string | null;
}

export interface ProofsView {
  readonly subject: string;
  readonly versions: readonly ProvenVersion[];
  /** Those that the proofs name, number 1, and the newest: none is newer, and a version of its time or before has its proof. */
  readonly checkpoints: readonly { readonly number: number; readonly jws: string }[];
  /** On the first page: how many versions the newest checkpoint counts, or that it counts none; empty where it does not count. */
  readonly counts?: readonly ProvenCount[];
  readonly keys: readonly PublicKey[];
  readonly next?: number;
}

/** A function's answer may have 6 MB; a page of large versions ends sooner than asked. */
const PAGE_BYTES = 4_000_000;

/** Everything that is needed to check a subject's versions without believing Heed, newest first. */
export const readProofs =
  (ports: ReadProofsPorts) =>
  async ({ subject, limit, below }: ProofsQuery): Promise<ProofsView> => {
    const newest = await newestThereIs(ports);
    const [found, first, counts, keys] = await Promise.all([
      ports.records.raw(subject, { limit, ...(below !== undefined && { below }) }),
      newest && ports.checkpoints.numbered(1),
      below === undefined ? countsOf(ports, subject, newest) : undefined,
      ports.signer.keys(),
    ]);
    const page = fitting(found);
    const proofs = (await proofsOf(ports, subject, page)).map((proof) =>
      isAfter(proof, newest) ? undefined : proof,
    );
    const last = page.at(-1)?.version ?? 1;
    return {
      subject,
      versions: page.map((raw, i) => versionOf(raw, proofs[i])),
      checkpoints: namedIn([...proofs.map((proof) => proof?.signed), first, newest]),
      ...(counts && { counts }),
      keys,
      ...(last > 1 && { next: last }),
    };
  };

async function countsOf(
  { archive }: Pick<ReadProofsPorts, 'archive'>,
  subject: string,
  newest: SignedCheckpoint | undefined,
): Promise<readonly ProvenCount[]> {
  const { counts } = newest?.checkpoint ?? {};
  return counts ? provenCounts(archive, counts, subject) : [];
}

/** One that was made meanwhile may hold some of them, and others be asked for too early. */
const isAfter = (proof: Proved | undefined, newest: SignedCheckpoint | undefined): boolean =>
  (proof?.signed.checkpoint.number ?? 0) > (newest?.checkpoint.number ?? 0);

function fitting(found: readonly StoredRaw[]): readonly StoredRaw[] {
  let bytes = 0;
  const end = found.findIndex(({ document = '' }) => {
    bytes += Buffer.byteLength(JSON.stringify(document));
    return bytes > PAGE_BYTES;
  });
  return end < 0 ? found : found.slice(0, Math.max(1, end));
}

async function proofsOf(
  ports: ReadProofsPorts,
  subject: string,
  page: readonly StoredRaw[],
): Promise<readonly (Proved | undefined)[]> {
  const places = page.flatMap(({ version, recordedAt }) =>
    recordedAt === undefined ? [] : [{ subject, version, recordedAt }],
  );
  const proofs = await proofsFor(ports)(places);
  const byVersion = new Map(places.map(({ version }, i) => [version, proofs[i]] as const));
  return page.map(({ version }) => byVersion.get(version));
}

const versionOf = (raw: StoredRaw, proof: Proved | undefined): ProvenVersion => ({
  version: raw.version,
  document: raw.document ?? null,
  digest: raw.digest ?? null,
  proof: proof ? { checkpoint: proof.signed.checkpoint.number, index: proof.index, path: proof.path } : null,
  ...(raw.broken && { broken: raw.broken, recordedAt: raw.recordedAt ?? null }),
});

const namedIn = (signed: readonly (SignedCheckpoint | undefined)[]): ProofsView['checkpoints'] => {
  const byNumber = new Map(signed.flatMap((one) => (one ? [[one.checkpoint.number, one.jws] as const] : [])));
  return [...byNumber].map(([number, jws]) => ({ number, jws })).sort((a, b) => a.number - b.number);
};
