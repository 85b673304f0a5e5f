import * as z from 'zod';
import { pageLimit } from './numbers.ts';
import { HistoryQuery } from './requests.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Next = z.string().optional().describe('Cursor of the next page; missing on the last one.');

const Key = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string().describe('RFC 7638 thumbprint.'),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
});

export const KeysAnswer = z.strictObject({
  keys: z.array(Key).describe('The one that signs now first, then those that signed before.'),
});

const Proof = z.strictObject({
  checkpoint: z.int().describe('Number of the checkpoint that holds it.'),
  index: z.int().describe('Its place among the leaves, from 0.'),
  path: z.array(z.string()).describe('Inclusion proof (RFC 6962), nearest node first, in base64.'),
});

export const ProofsAnswer = z.strictObject({
  subject: z.string(),
  versions: z.array(
    z.strictObject({
      version: z.int(),
      document: z.string().nullable().describe('As it is stored: its SHA-256 is the digest.'),
      digest: z.string().nullable(),
      proof: Proof.nullable().describe('Null for what no checkpoint has yet.'),
      broken: z.literal(true).optional().describe('The document is not what the digest says.'),
      recordedAt: z.string().nullable().optional().describe('Of a broken one, as its item says.'),
    }),
  ),
  checkpoints: z
    .array(z.strictObject({ number: z.int(), jws: z.string() }))
    .describe('Those that the proofs name, and the newest.'),
  counts: z
    .array(z.strictObject({ subject: z.string(), versions: z.int(), index: z.int(), path: Proof.shape.path }))
    .optional()
    .describe(
      'On the first page: how many versions the newest checkpoint counts of the subject, or its neighbours where it counts none.',
    ),
  keys: z.array(Key),
  next: Next,
});

export const CheckpointAnswer = z.strictObject({
  number: z.int(),
  origin: z.string().describe('Names the log.'),
  from: z.iso.datetime(),
  to: z.iso.datetime().describe('Not included.'),
  at: z.iso.datetime().describe('When it was made.'),
  size: z.int().describe('How many versions are in it.'),
  root: Digest,
  previous: Digest.nullable().describe('SHA-256 of what the one before says.'),
  counts: z
    .strictObject({
      root: Digest,
      size: z.int().describe('How many subjects.'),
      to: z.iso.datetime().describe('What was recorded before is counted.'),
      upTo: z.int().describe('The last checkpoint that is counted.'),
    })
    .optional()
    .describe('How many versions each subject has, renewed once a day; missing before the first time.'),
  jws: z.string().describe('The same, signed; see docs/evidence-packs.md.'),
});

export const CheckpointsAnswer = z.strictObject({ checkpoints: z.array(CheckpointAnswer), next: Next });

export const CheckpointsQuery = HistoryQuery.extend({
  limit: pageLimit('Checkpoints'),
});
