import { RectificationBody } from '../domain/change.ts';
import { CHANGE } from './examples.ts';
import type { Operation } from './operations.ts';
import {
  ErasureAnswer,
  ErasureBody,
  ExportAnswer,
  ExportQuery,
  HoldBody,
  HoldsAnswer,
  RestrictionAnswer,
  RestrictionBody,
} from './rights-schemas.ts';
import { AcceptedAnswer } from './schemas.ts';

const BODY = ['malformed-json', 'too-large', 'unsupported-media-type', 'invalid-request'] as const;

const TELLING = {
  ...{ subject: 'p-1001', state: 'telling', requestedAt: '2026-05-01T12:00:00.000Z' },
  ...{ due: '2026-06-01T12:00:00.000Z', until: '2026-05-15T12:00:00.000Z', remains: [] },
  told: [{ destination: 'acme-mail', outcome: 'pending', how: 'suppress' }],
};
const HELD = {
  ...{ subject: 'p-1001', standing: true },
  entries: [
    {
      ...{ action: 'place', at: '2026-05-01T12:00:00.000Z', reason: 'litigation-2026-14' },
      by: { client: 'desk', person: 'bob' },
    },
  ],
};

/** What is done on a person's request: erased, held, restricted, put right, handed over. */
export const rightsOperations: Readonly<Record<string, Operation>> = {
  erase: {
    title: 'Erase a person',
    text:
      'Everything is withdrawn at once, and every destination is told to erase the person or to stop. When they have ' +
      'answered, or their time is over, her key is destroyed: nothing about her can be read any more, what she went by is ' +
      'refused until she confirms it herself, and a signed certificate says what was done. Asked again it answers the same.',
    scope: 'rights:write',
    body: { schema: ErasureBody, example: { reason: 'asked-by-mail', reference: 'case-118' } },
    answers: [
      { status: 202, title: 'Under way', schema: ErasureAnswer, example: TELLING },
      { status: 200, title: 'Done, or nothing to do', schema: ErasureAnswer },
    ],
    problems: [...BODY, 'on-hold'],
  },
  erasure: {
    title: 'How an erasure stands',
    text: 'Which destinations have answered, what remains and on which ground, and the certificate.',
    scope: 'audit:read',
    answers: [{ status: 200, title: 'The erasure', schema: ErasureAnswer, example: TELLING }],
    problems: ['invalid-query', 'not-found'],
  },
  'set-hold': {
    title: 'Place or release a legal hold',
    text: 'While one stands, nothing is erased; an erasure that is under way and has destroyed nothing yet is stopped.',
    scope: 'rights:write',
    body: { schema: HoldBody, example: { action: 'place', reason: 'litigation-2026-14' } },
    answers: [{ status: 200, title: 'As it stands', schema: HoldsAnswer, example: HELD }],
    problems: [...BODY],
  },
  holds: {
    title: 'Legal holds of a person',
    text: 'Placed and released by whom, when and why; and erasures that were refused meanwhile.',
    scope: 'audit:read',
    answers: [{ status: 200, title: 'Holds', schema: HoldsAnswer, example: HELD }],
    problems: ['invalid-query'],
  },
  restrict: {
    title: 'Restrict the use of what is known of a person, or lift that',
    text:
      'Her choices stay as they are; nothing is permitted while it stands, and the destinations are told. Lifting it ' +
      'restores what she had chosen.',
    scope: 'rights:write',
    body: { schema: RestrictionBody, example: { restricted: true, reason: 'accuracy-contested' } },
    answers: [
      {
        ...{ status: 200, title: 'As it stands', schema: RestrictionAnswer },
        example: {
          ...{ subject: 'p-1001', restricted: true, version: 13 },
          ...{ requestedAt: '2026-05-01T12:00:00.000Z', due: '2026-06-01T12:00:00.000Z' },
        },
      },
    ],
    problems: [...BODY],
  },
  rectify: {
    title: 'Put right what a version says',
    text: 'A change like any other, whose evidence names the version it corrects; whoever cares is told.',
    scope: 'rights:write',
    body: { schema: RectificationBody, example: { ...CHANGE, corrects: 11 } },
    answers: [
      { status: 201, title: 'Recorded', schema: AcceptedAnswer },
      { status: 200, title: 'In the record already: nothing was stored', schema: AcceptedAnswer },
    ],
    problems: [
      ...(['malformed-json', 'too-large', 'unsupported-media-type', 'invalid-change'] as const),
      ...(['forbidden-source', 'erasing', 'suppressed'] as const),
    ],
  },
  export: {
    title: 'What a person can take with her',
    text:
      'Her choices, preferences and identifiers, and everything that was recorded of her, in a form that machines read ' +
      '(`schemas/export.v1.json`). With a person’s own token identifiers are masked: its link may have been forwarded.',
    scope: 'audit:read',
    ownToken: true,
    query: ExportQuery,
    answers: [{ status: 200, title: 'The export', schema: ExportAnswer }],
    problems: ['invalid-query'],
  },
};
