import { GrantAnswer, GrantBody, GrantsAnswer, GrantsQuery } from './grant-schemas.ts';
import type { Operation } from './operations.ts';

const PROPOSED = {
  id: '0mriszqo05a1d2f8c7b64e930',
  person: 'alice',
  issuer: 'https://id.acme.example',
  purpose: 'complaint',
  reference: 'case-2026-118',
  subject: 'p-1001',
  until: '2026-05-08T12:00:00.000Z',
  state: 'proposed',
  proposed: { at: '2026-05-01T12:00:00.000Z', by: 'bob', issuer: 'https://id.acme.example' },
};
const APPROVED = {
  ...PROPOSED,
  state: 'standing',
  approved: { at: '2026-05-01T12:30:00.000Z', by: 'carol', issuer: 'https://id.acme.example' },
};

/** Leave to audit for a while. */
export const grantOperations: Readonly<Record<string, Operation>> = {
  grants: {
    title: 'List audit grants',
    text: 'Who may audit for a while, or might: newest first. The scope audit:read will do as well.',
    scope: 'grants:write',
    query: GrantsQuery,
    answers: [
      { status: 200, title: 'A page of grants', schema: GrantsAnswer, example: { grants: [APPROVED] } },
    ],
    problems: ['invalid-query'],
  },
  'propose-grant': {
    title: 'Propose that somebody may audit for a while',
    text:
      'For a purpose, at most thirty days, for everything or for one subject. Nobody may read anything by it until a ' +
      'second person has approved it. It ends by itself. Every read by it is on record and names it. A client in nobody’s ' +
      'name can neither propose one nor read by one. Purpose and reference are codes: they outlive an erasure.',
    scope: 'grants:write',
    body: {
      schema: GrantBody,
      example: {
        person: PROPOSED.person,
        purpose: PROPOSED.purpose,
        reference: PROPOSED.reference,
        until: PROPOSED.until,
        subject: PROPOSED.subject,
      },
    },
    answers: [{ status: 201, title: 'Proposed', schema: GrantAnswer, example: PROPOSED }],
    problems: ['malformed-json', 'too-large', 'unsupported-media-type', 'invalid-request', 'second-person'],
  },
  'approve-grant': {
    title: 'Approve an audit grant',
    text: 'It stands from now on. Neither who proposed it nor who is to audit by it can approve it, nor a client in nobody’s name.',
    scope: 'grants:write',
    answers: [{ status: 200, title: 'It stands', schema: GrantAnswer, example: APPROVED }],
    problems: ['second-person', 'not-found', 'grant-decided'],
  },
  'revoke-grant': {
    title: 'Revoke an audit grant',
    text: 'From this moment nobody reads anything by it. One that is revoked stays so.',
    scope: 'grants:write',
    answers: [
      {
        status: 200,
        title: 'It is revoked',
        schema: GrantAnswer,
        example: {
          ...APPROVED,
          state: 'revoked',
          revoked: { at: '2026-05-02T09:00:00.000Z', by: 'bob', issuer: 'https://id.acme.example' },
        },
      },
    ],
    problems: ['not-found'],
  },
};
