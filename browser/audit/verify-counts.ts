import { bytesOf, hex, leafHash, rootBy } from './digests.ts';
import { listTexts } from './list-texts.ts';
import type { Checkpoint, Counts } from './verify-checkpoints.ts';

/** How many versions of a subject a checkpoint counts, with the proof of it. */
export interface ProvenCount {
  readonly subject: string;
  readonly versions: number;
  readonly index: number;
  readonly path: readonly string[];
}

/** What is held to the counts of the newest checkpoint. */
export interface Uncounted {
  readonly subject: string;
  /** Of the subject, or of its neighbours where it has none. */
  readonly counts: readonly ProvenCount[];
  readonly checkpoint: Checkpoint | undefined;
  /** Versions, and the number of the checkpoint that was found to hold each. */
  readonly held: readonly { readonly version: number; readonly by: number }[];
}

type Fault = { readonly version?: number; readonly checkpoint?: number; readonly why: string };

const why = listTexts.proofs.faults;

/** Whether as many versions are there as were counted; undefined: they are, or nothing counts them. */
export async function miscounted({
  subject,
  counts,
  checkpoint,
  held,
}: Uncounted): Promise<Fault | undefined> {
  const said = checkpoint?.counts;
  if (!said) return undefined;
  const counted = await countIn(said, { subject, counts });
  if (counted === undefined) return { checkpoint: checkpoint.number, why: why.uncounted };
  const here = held.filter(({ by }) => by <= said.upTo).map(({ version }) => version);
  if (here.length > counted) return { checkpoint: checkpoint.number, why: why.fewer };
  return here.length < counted ? { version: Math.max(0, ...here) + 1, why: why.counted } : undefined;
}

async function countIn(
  said: Counts,
  { subject, counts }: Pick<Uncounted, 'subject' | 'counts'>,
): Promise<number | undefined> {
  for (const count of counts) if (!(await isProven(said, count))) return undefined;
  const [one, next] = counts;
  if (one && !next && one.subject === subject) return one.versions;
  return counts.length <= 2 && isBetween(said.size, { subject, counts }) ? 0 : undefined;
}

async function isProven(
  { root, size }: Counts,
  { subject, versions, index, path }: ProvenCount,
): Promise<boolean> {
  const nodes = path.flatMap((node) => bytesOf(node) ?? []);
  if (nodes.length !== path.length) return false;
  const leaf = await leafHash(JSON.stringify({ subject, versions }));
  const made = await rootBy({ leaf, index, size, path: nodes });
  return made !== undefined && hex(made) === root;
}

/** Ids are ASCII: as texts they are in the order of their bytes. */
function isBetween(
  size: number,
  { subject, counts: [one, next] }: Pick<Uncounted, 'subject' | 'counts'>,
): boolean {
  if (!one) return size === 0;
  const after = one.subject < subject;
  if (!next) return after ? one.index === size - 1 : one.index === 0 && subject < one.subject;
  return after && next.index === one.index + 1 && subject < next.subject;
}
