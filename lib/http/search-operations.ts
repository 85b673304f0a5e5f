import type { Operation } from './operations.ts';
import { AuditsAnswer, AuditsQuery, SearchAnswer, SearchQuery } from './search-schemas.ts';

const FOUND = {
  versions: [
    {
      subject: 'p-1001',
      version: 12,
      recordedAt: '2026-05-01T12:00:00.000Z',
      occurredAt: '2026-05-01T11:59:58.000Z',
      source: 'preference-center',
      actor: 'subject',
      notice: 'marketing/3',
      topics: ['acme/newsletter'],
      channels: ['email'],
      states: ['withdrawn'],
      delivery: {
        destination: 'acme-mail',
        outcome: 'failed',
        at: '2026-05-01T12:00:07.000Z',
        reason: 'http-400',
      },
    },
  ],
  indexedUpTo: '2026-05-01T12:01:00.000Z',
  searchedBy: 'outcome',
};

const READS = {
  audits: [
    {
      id: '5f0c6d0e-0d8e-4c52-8a64-1f2b8f6c7a10',
      at: '2026-05-01T12:02:00.000Z',
      who: { client: 'console', person: 'alice' },
      operation: 'search',
      query: { destination: 'acme-mail', outcome: 'failed' },
      rows: 1,
      status: 200,
    },
  ],
};

/** What is asked across all people. */
export const searchOperations: Readonly<Record<string, Operation>> = {
  search: {
    title: 'Search versions',
    text:
      'Across all subjects, newest first; everything that is given must hold. With a destination: what concerns it, and ' +
      'what became of it there; `outcome` asks for one outcome alone. What was held, failed or needs the person is what ' +
      'stands so now, by when it was answered. A page reads a bounded number of entries: where few of them are ' +
      'what is sought it holds fewer than asked for, and names the next one.',
    scope: 'audit:read',
    query: SearchQuery,
    answers: [{ status: 200, title: 'A page of versions', schema: SearchAnswer, example: FOUND }],
    problems: ['invalid-query'],
  },
  audits: {
    title: 'Who has looked',
    text: 'Every read and every act by staff, newest first: who, when, what was asked, and how many rows were shown. Reading this is one.',
    scope: 'audit:read',
    query: AuditsQuery,
    answers: [{ status: 200, title: 'A page of reads', schema: AuditsAnswer, example: READS }],
    problems: ['invalid-query'],
  },
};
