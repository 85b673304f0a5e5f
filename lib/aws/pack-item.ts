import * as z from 'zod';
import type { PackJob } from '../flow/packs/job.ts';

const Count = z.int().min(0);
const Place = z.object({ recordedAt: z.string(), subject: z.string(), version: z.int() });

const Wanted = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('subject'),
    subject: z.string(),
    newest: z.object({ version: z.int(), digest: z.string() }).exactOptional(),
  }),
  z.object({
    kind: z.literal('period'),
    from: z.string(),
    to: z.string(),
    source: z.string().exactOptional(),
  }),
]);

const Cursor = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('versions'), pieces: Count, proofs: Count, after: Place.exactOptional() }),
  z.object({ phase: z.literal('checkpoints'), pieces: Count, after: Count }),
  z.object({ phase: z.literal('leaves'), after: Count, edges: Count.default(0) }),
  z.object({ phase: z.literal('closing') }),
  z.object({ phase: z.literal('joining') }),
]);

const Job = z.object({
  id: z.string(),
  createdAt: z.string(),
  wanted: Wanted,
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  reason: z.string().exactOptional(),
  notBefore: z.number(),
  revision: Count,
  leasedUntil: z.number(),
  tries: Count,
  newestCheckpoint: Count.exactOptional(),
  upload: z.string().exactOptional(),
  rest: z.string().exactOptional(),
  fault: z.string().exactOptional(),
  parts: Count,
  entries: Count,
  bytes: Count,
  versions: Count,
  cursor: Cursor,
});

/** Reads a job as it is kept. */
export const packJobOf = (text: string): PackJob => Job.parse(JSON.parse(text));

/** Entries of the container and numbers of checkpoints, side by side. */
export const NotePiece = z.array(
  z.union([
    z.number(),
    z.object({
      entry: z.object({ name: z.string(), bytes: Count, sha256: z.string(), crc: Count, at: Count }),
    }),
  ]),
);
