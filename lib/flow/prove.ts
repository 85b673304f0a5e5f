import type { Archive } from '../audit-ports.ts';
import { hashOfLeaf, LOOK_BACK, type Place, type SignedCheckpoint } from '../domain/checkpoint.ts';
import { provenRoot } from '../domain/merkle.ts';
import { isTime, toIso, toMs } from '../domain/time.ts';
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

/** Where versions are, without proof of it; undefined for what no checkpoint has yet, or has no time. In the order asked. */
export const placesFor =
  (ports: ProvePorts, leaves: Leaves = leavesIn(ports.archive)) =>
  async (places: readonly Place[]): Promise<readonly (Placed | undefined)[]> => {
    const { endingAfter, numbered } = ports.checkpoints;
    const looking = { leaves, numbered: remembered(numbered), endingAfter: remembered(endingAfter) };
    const moments = places.flatMap(({ recordedAt }) => (isTime(recordedAt) ? [recordedAt] : []));
    await meetAll(looking.endingAfter, [...new Set(moments)].sort());
    return Promise.all(places.map((place) => placeOf(looking, place)));
  };

/** Proofs of versions, in the order asked; undefined for what no checkpoint has yet. */
export const proofsFor =
  (ports: ProvePorts) =>
  async (places: readonly Place[]): Promise<readonly (Proved | undefined)[]> => {
    const leaves = leavesIn(ports.archive);
    const placed = await placesFor(ports, leaves)(places);
    return Promise.all(placed.map((one) => one && proofOf(leaves, one)));
  };

interface Looking {
  readonly leaves: Leaves;
  readonly numbered: Remembered<number>;
  readonly endingAfter: Remembered<string>;
}

async function placeOf(ports: Looking, place: Place): Promise<Placed | undefined> {
  if (!isTime(place.recordedAt)) return undefined;
  let signed = await ports.endingAfter(place.recordedAt);
  const latest = toIso(toMs(place.recordedAt) + LOOK_BACK);
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

type Signed = SignedCheckpoint | undefined;

interface Remembered<K> {
  (key: K): Promise<Signed>;
  readonly keep: (key: K, signed: Signed) => void;
}

/** Many versions of a subject look at the same checkpoints. */
function remembered<K>(read: (key: K) => Promise<Signed>): Remembered<K> {
  const known = new Map<K, Promise<Signed>>();
  const keep = (key: K, signed: Signed): void => void known.set(key, Promise.resolve(signed));
  const look = (key: K): Promise<Signed> => {
    const found = known.get(key) ?? read(key);
    known.set(key, found);
    return found;
  };
  return Object.assign(look, { keep });
}

/** Finds the checkpoints of many moments, in rising order, by halving: between two of one checkpoint all are of that one. */
async function meetAll(endingAfter: Remembered<string>, moments: readonly string[]): Promise<void> {
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return;
  const [one, other] = await Promise.all([endingAfter(first), endingAfter(last)]);
  if (one?.checkpoint.number === other?.checkpoint.number)
    for (const moment of moments) endingAfter.keep(moment, one);
  else if (moments.length > 2) {
    const middle = Math.floor(moments.length / 2);
    await Promise.all(
      [moments.slice(0, middle), moments.slice(middle)].map((half) => meetAll(endingAfter, half)),
    );
  }
}
