import * as z from 'zod';
import { type Hash, leafHash } from './merkle.ts';

/**
 * What a checkpoint says of how many versions each subject has: the tree over one leaf a subject, by subject. It is made of the
 * leaves of the checkpoints alone, so that whoever takes a version away afterwards does not change it.
 */
export const Counts = z.strictObject({
  root: z.string().regex(/^[0-9a-f]{64}$/),
  /** How many subjects. */
  size: z.int().nonnegative(),
  /** `to` of checkpoint `upTo`. */
  to: z.iso.datetime({ precision: 3 }),
  /** The last checkpoint that is counted. */
  upTo: z.int().positive(),
});
export type Counts = Readonly<z.infer<typeof Counts>>;

/** How many leaves checkpoints have of a subject's versions. */
export const Count = z.strictObject({ subject: z.string(), versions: z.int().positive() });
export type Count = Readonly<z.infer<typeof Count>>;

/** Canonical JSON: the members are in their order here. */
export const countText = ({ subject, versions }: Count): string => JSON.stringify({ subject, versions });

export const hashOfCount = (count: Count): Hash => leafHash(countText(count));
