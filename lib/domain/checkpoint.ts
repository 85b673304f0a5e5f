import * as z from 'zod';
import { Counts } from './count.ts';
import { canonical, sha256 } from './digest.ts';
import { type Hash, leafHash } from './merkle.ts';
import { Subject } from './subject.ts';
import { isTime, MINUTE, toMs } from './time.ts';

const Time = z.iso.datetime({ precision: 3 });
const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What the index by time showed late is in a checkpoint that begins within this time after it, or in none, ms. */
export const LOOK_BACK = 15 * MINUTE;

/** What is signed: the tree over the versions of one period, chained to the one before. See docs/evidence-packs.md. */
export const Checkpoint = z.strictObject({
  format: z.literal('heed-checkpoint/1'),
  /** Names the log it belongs to. */
  origin: z.string(),
  number: z.int().positive(),
  from: Time,
  /** Not included. */
  to: Time,
  at: Time,
  size: z.int().nonnegative(),
  root: Digest,
  previous: Digest.nullable(),
  /** Renewed once a day, and said by every checkpoint in between: the newest always does, once there were any. */
  counts: Counts.optional(),
});
export type Checkpoint = Readonly<z.infer<typeof Checkpoint>>;

/** A checkpoint as it is handed on: what it says, and the signed text that says it. */
export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly jws: string;
}

/** As part of a name: names sort as numbers do. */
export const paddedNumber = (number: number): string => String(number).padStart(10, '0');

/** The bytes that are signed. */
export const checkpointText = (checkpoint: Checkpoint): string => canonical(checkpoint);

/** What the next one calls `previous`. */
export const checkpointDigest = (checkpoint: Checkpoint): string => sha256(checkpointText(checkpoint));

/** Reads what was signed; undefined where it is no checkpoint, or not written as one. */
export function checkpointIn(text: string): Checkpoint | undefined {
  try {
    const parsed = Checkpoint.safeParse(JSON.parse(text));
    return parsed.success && checkpointText(parsed.data) === text ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** What a checkpoint proves of one version. A version whose item has lost its digest is counted with `null`. */
export const Leaf = z.strictObject({
  digest: z.string().nullable(),
  recordedAt: z.string(),
  subject: z.string(),
  version: z.int(),
});
export type Leaf = Readonly<z.infer<typeof Leaf>>;

/** Canonical JSON: the members are in their order here. */
export const leafText = ({ digest, recordedAt, subject, version }: Leaf): string =>
  JSON.stringify({ digest, recordedAt, subject, version });

export const hashOfLeaf = (leaf: Leaf): Hash => leafHash(leafText(leaf));

/** Where a leaf stands among others. */
export type Place = Omit<Leaf, 'digest'>;

/** Whether it can be the place of a version that Heed has recorded. */
export const isPlace = ({ subject, version, recordedAt }: Place): boolean =>
  Subject.safeParse(subject).success && Number.isSafeInteger(version) && version > 0 && isTime(recordedAt);

/** Whether Heed can have written it into the index of that minute (ms of its start). */
export const isListedIn = (place: Place, minute: number): boolean =>
  isPlace(place) && Math.floor(toMs(place.recordedAt) / MINUTE) * MINUTE === minute;

/** By time, then subject, then version: subjects and times are ASCII, so that texts compare as their bytes do. */
export function byPlace(one: Place, other: Place): number {
  if (one.recordedAt !== other.recordedAt) return one.recordedAt < other.recordedAt ? -1 : 1;
  if (one.subject !== other.subject) return one.subject < other.subject ? -1 : 1;
  return one.version - other.version;
}
