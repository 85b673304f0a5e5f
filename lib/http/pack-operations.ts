import type { Operation } from './operations.ts';
import { PackAnswer, PackBody, PackBytes } from './pack-schemas.ts';

const WAITING = {
  id: '0b8f6a52-7a55-4f0e-9d6b-0f8a3f5f9f10',
  state: 'waiting',
  ...{ versions: 0, bytes: 0, parts: 0 },
};

/** Evidence packs. */
export const packOperations: Readonly<Record<string, Operation>> = {
  evidence: {
    title: 'Make an evidence pack of one person',
    text:
      'A zip that proves itself: record and history, who was told, the texts shown, consent records and receipts, and ' +
      'proofs that can be checked without access to Heed. Identifiers and personal evidence are readable in it; it is ' +
      'stored nowhere. Where it does not fit into an answer it is asked for in bulk.',
    scope: 'audit:read',
    answers: [{ status: 200, title: 'The pack', schema: PackBytes, type: 'application/zip' }],
    problems: ['invalid-query', 'pack-too-large'],
  },
  'bulk-evidence': {
    title: 'Ask for an evidence pack in bulk',
    text:
      'Of everything recorded in a period, of one source in a period, or of one person. It is made in the background, ' +
      'goes on where it was after a failure, and is kept for a week. Nothing in it is readable of anybody but what she chose.',
    scope: 'audit:read',
    body: {
      schema: PackBody,
      example: { from: '2026-04-01T00:00:00Z', to: '2026-05-01T00:00:00Z', source: 'preference-center' },
    },
    answers: [
      {
        status: 202,
        title: 'Begun',
        schema: PackAnswer,
        example: WAITING,
        headers: { Location: 'Where it can be asked after.' },
      },
    ],
    problems: ['malformed-json', 'too-large', 'unsupported-media-type', 'invalid-request'],
  },
  'evidence-state': {
    title: 'Ask after an evidence pack',
    text: 'How far it is, and once it is done an address from which it can be fetched for fifteen minutes.',
    scope: 'audit:read',
    answers: [{ status: 200, title: 'How it stands', schema: PackAnswer, example: WAITING }],
    problems: ['invalid-query', 'not-found'],
  },
};
