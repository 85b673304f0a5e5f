import type { Operation } from './operations.ts';
import {
  CheckpointAnswer,
  CheckpointsAnswer,
  CheckpointsQuery,
  KeysAnswer,
  ProofsAnswer,
} from './proof-schemas.ts';
import { HistoryQuery } from './requests.ts';

const CHECKPOINT = {
  number: 2,
  origin: 'https://preferences.acme.example',
  from: '2026-05-01T12:00:00.000Z',
  to: '2026-05-01T12:05:00.000Z',
  at: '2026-05-01T12:07:02.118Z',
  size: 3,
  root: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  previous: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  jws: 'eyJhbGciOiJFUzI1NiIs….eyJhdCI6….bN0…',
};

/** What the record is proved by. */
export const proofOperations: Readonly<Record<string, Operation>> = {
  proofs: {
    title: 'Prove a history',
    text:
      'Versions as they are stored, newest first, each with the proof that a signed checkpoint holds it. Whoever has the ' +
      'public key can check them without believing Heed. A version is in a checkpoint minutes after it was recorded.',
    scope: 'audit:read',
    query: HistoryQuery,
    answers: [{ status: 200, title: 'A page of versions', schema: ProofsAnswer }],
    problems: ['invalid-query'],
  },
  checkpoints: {
    title: 'List checkpoints',
    text: 'Newest first. Each names the digest of the one before, so that the newest stands for them all.',
    scope: 'audit:read',
    query: CheckpointsQuery,
    answers: [
      {
        status: 200,
        title: 'A page of checkpoints',
        schema: CheckpointsAnswer,
        example: { checkpoints: [CHECKPOINT] },
      },
    ],
    problems: ['invalid-query'],
  },
  checkpoint: {
    title: 'Read a checkpoint',
    text: 'By its number.',
    scope: 'audit:read',
    answers: [{ status: 200, title: 'The checkpoint', schema: CheckpointAnswer, example: CHECKPOINT }],
    problems: ['invalid-query', 'not-found'],
  },
  keys: {
    title: 'Public keys',
    text:
      'A JWK set of the keys that sign checkpoints, packs and certificates. Fetch it once, keep it, and compare: what a key ' +
      'proves is worth as much as the way you got it.',
    answers: [{ status: 200, title: 'The keys', schema: KeysAnswer }],
    problems: [],
  },
};
