import type { Archive } from '../audit-ports.ts';
import { hashOfLeaf, type Place, type SignedCheckpoint } from '../domain/checkpoint.ts';
import { provenRoot } from '../domain/merkle.ts';
import { HOUR, toIso, toMs } from '../domain/time.ts';
import type { Checkpoints } from './checkpoints.ts';
import { WIDTH } from './leaf-files.ts';
import { type Leaves, leavesIn, SpoiledArchiveError } from './leaves.ts';

export interface ProvePorts {
  readonly archive: Pick<Archive, 'get'>;
  readonly checkpoints: Pick<Checkpoints, 'endingAfter' | 'numbered'>;
}

/** That one version is in a checkpoint. */
export interface Proved {
  readonly signed: SignedCheckpoint;
  readonly index: number;
  /** Nearest node first, each in base64. */
  readonly path: readonly string[];
}

/** The checkpoint a version is in, and where. */
export type Placed = Omit<Proved, 'path'>;

/** A version that was shown late is in one of the checkpoints that begin within this time after it, ms. */
const LATEST = HOUR;

/** Where versions are, without proof of it; undefined for what no checkpoint has yet. In the order asked. */
export const placesFor =
  (ports: ProvePorts, leaves: Leaves = leavesIn(ports.archive)) =>
  async (places: readonly Place[]): Promise<readonly (Placed | undefined)[]> => {
    const numbered = remembered(ports);
    return Promise.all(places.map((place) => placeOf({ ...ports, leaves, numbered }, place)));
  };

/** Proofs of versions, in the order asked; undefined for what no checkpoint has yet. */
export const proofsFor =
  (ports: ProvePorts) =>
  async (places: readonly Place[]): Promise<readonly (Proved | undefined)[]> => {
    const leaves = leavesIn(ports.archive);
    const placed = await placesFor(ports, leaves)(places);
    return Promise.all(placed.map((one) => one && proofOf(leaves, one)));
  };

interface Looking extends ProvePorts {
  readonly leaves: Leaves;
  readonly numbered: Checkpoints['numbered'];
}

async function placeOf(ports: Looking, place: Place): Promise<Placed | undefined> {
  let signed = await ports.checkpoints.endingAfter(place.recordedAt);
  const latest = toIso(toMs(place.recordedAt) + LATEST);
  while (signed && signed.checkpoint.from <= latest) {
    const index = await ports.leaves.find(signed.checkpoint, place);
    if (index !== undefined) return { signed, index };
    signed = await ports.numbered(signed.checkpoint.number + 1);
  }
  return undefined;
}

async function proofOf(leaves: Leaves, { signed, index }: Placed): Promise<Proved> {
  const { checkpoint } = signed;
  const path = await leaves.proof(checkpoint, index);
  const leaf = (await leaves.page(checkpoint, Math.floor(index / WIDTH)))[index % WIDTH];
  const proven = leaf && provenRoot({ leaf: hashOfLeaf(leaf), index, size: checkpoint.size, path });
  if (proven?.toString('hex') !== checkpoint.root)
    throw new SpoiledArchiveError(`the leaves of checkpoint ${checkpoint.number} are not those it says`);
  return { signed, index, path: path.map((hash) => hash.toString('base64')) };
}

/** Many versions of a subject look at the same checkpoints. */
function remembered({ checkpoints }: ProvePorts): Checkpoints['numbered'] {
  const known = new Map<number, Promise<SignedCheckpoint | undefined>>();
  return (number) => {
    const found = known.get(number) ?? checkpoints.numbered(number);
    known.set(number, found);
    return found;
  };
}
