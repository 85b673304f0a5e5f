import * as z from 'zod';
import { ChangeBody } from '../domain/change.ts';
import { auditOperations } from './audit-operations.ts';
import { DeliveriesAnswer } from './delivery-schemas.ts';
import { ACCEPTED, CHANGE, MINT, MINTED, SOURCED } from './examples.ts';
import { grantOperations } from './grant-operations.ts';
import { MintBody } from './minting.ts';
import { packOperations } from './pack-operations.ts';
import { pageOperations } from './page-operations.ts';
import type { ProblemType } from './problem.ts';
import { proofOperations } from './proof-operations.ts';
import { recipientOperations } from './recipient-operations.ts';
import {
  DecisionQuery,
  DeliveriesQuery,
  HistoryQuery,
  KeywordBody,
  LookupBody,
  RecordQuery,
} from './requests.ts';
import { rightsOperations } from './rights-operations.ts';
import {
  AcceptedAnswer,
  AnyHistoryAnswer,
  DecisionAnswer,
  HealthAnswer,
  KeywordAnswer,
  LookupAnswer,
  NoticeAnswer,
  ProbeAnswer,
  RecordAnswer,
  TokensAnswer,
} from './schemas.ts';
import { searchOperations } from './search-operations.ts';
import type { Scope } from './tokens.ts';

export interface Answer {
  readonly status: number;
  readonly title: string;
  readonly schema: z.ZodType;
  /** JSON where it is left out. */
  readonly type?: 'application/zip';
  readonly example?: object;
  /** Header → what it says. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One route, in words. */
export interface Operation {
  readonly title: string;
  readonly text: string;
  readonly scope?: Scope;
  /** A token of the subject's own will do instead; without a scope nothing else will. */
  readonly ownToken?: boolean;
  /** A signature that its sender is known by will do instead of a token. */
  readonly orSigned?: boolean;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly schema: z.ZodType; readonly example: object };
  readonly answers: readonly Answer[];
  readonly problems: readonly ProblemType[];
}

const ETAG = { ETag: 'The version, as in "12".' };

const NOTICES: Operation = {
  title: 'Take a vendor’s notice',
  text:
    'A destination’s own webhook, in its own form, proved by its own signature. Where not everything in it could be ' +
    'learned or stored the answer is 503, and the vendor sends it again.',
  body: { schema: z.unknown(), example: [] },
  answers: [
    {
      status: 200,
      title: 'Taken',
      schema: NoticeAnswer,
      example: { changes: 1, unchanged: 0, ignored: 0 },
    },
  ],
  problems: ['invalid-signature', 'unknown-destination', 'too-large', 'invalid-notice'],
};

const PROBE: Operation = {
  title: 'Does this destination take notices?',
  text: 'For vendors that look before they send.',
  answers: [{ status: 200, title: 'It does', schema: ProbeAnswer, example: { destination: 'acme-mail' } }],
  problems: ['unknown-destination'],
};

/** Every operation, by its name in the registry of functions. Tokens, subjects and failures of Heed itself are added for all alike. */
export const operations: Readonly<Record<string, Operation>> = {
  changes: {
    title: 'Record a change',
    text:
      'A change is stored whole or not at all. A grant needs evidence. A change that only withdraws is refused for ' +
      'nothing but its token, its right, its subject or its syntax; where a mixed change is refused, the problem ' +
      'repeats its withdrawals ready to be posted. With a person’s own token, source, actor and time are set by Heed.',
    scope: 'preferences:write',
    ownToken: true,
    headers: {
      'Idempotency-Key':
        'Up to 255 printable characters. The same key with the same body gets the same answer and stores nothing new, ' +
        'for the last 64 changes of the subject.',
      'If-Match': 'The version that must still stand, as in "12". Ignored for a change that only withdraws.',
    },
    body: { schema: ChangeBody, example: CHANGE },
    answers: [
      {
        status: 201,
        title: 'Recorded',
        schema: AcceptedAnswer,
        example: ACCEPTED,
        headers: { ...ETAG, Location: 'The record as of this version.' },
      },
      {
        status: 200,
        title: 'In the record already: nothing was stored',
        schema: AcceptedAnswer,
        headers: { ...ETAG, Location: 'The record as of its newest version.' },
      },
    ],
    problems: [
      'malformed-json',
      'invalid-header',
      'forbidden-source',
      'version-conflict',
      'too-large',
      'unsupported-media-type',
      'invalid-change',
      'idempotency-mismatch',
    ],
  },
  record: {
    title: 'Read a record',
    text:
      'Now, or as of a past moment: `knownAt` asks what Heed had been told by then, `validAt` what had been chosen by ' +
      'then (late arrivals included), both together what was known then of an earlier time. Topics and how long a ' +
      'grant lasts are those of today’s catalogue. Each answer names the version and the evidence behind it. A subject ' +
      'nobody has spoken of reads as an empty record, version 0. Auditors may ask as well, and are put on record.',
    scope: 'preferences:read',
    ownToken: true,
    query: RecordQuery,
    answers: [{ status: 200, title: 'The record', schema: RecordAnswer, example: SOURCED, headers: ETAG }],
    problems: ['invalid-query'],
  },
  decision: {
    title: 'May we?',
    text:
      'One consistent read. No record, no answer, an expired or a pending one: not permitted. With `validAt` and ' +
      '`knownAt` as for a record: whether it was, with the version and the evidence behind it. Auditors may ask as ' +
      'well, and are put on record.',
    scope: 'preferences:read',
    query: DecisionQuery,
    answers: [
      {
        status: 200,
        title: 'The decision',
        schema: DecisionAnswer,
        example: {
          subject: 'p-1001',
          topic: 'acme/newsletter',
          channel: 'email',
          permitted: true,
          because: 'granted',
          state: 'granted',
          version: 12,
        },
      },
    ],
    problems: ['invalid-query', 'invalid-request'],
  },
  history: {
    title: 'Read a history',
    text:
      'Versions, newest first, each with its evidence, where the text that was shown is kept, what became of its ' +
      'choices, and which answers moved. A version that is not what its digest says is named as broken.',
    scope: 'audit:read',
    query: HistoryQuery,
    answers: [{ status: 200, title: 'A page of versions', schema: AnyHistoryAnswer }],
    problems: ['invalid-query'],
  },
  deliveries: {
    title: 'Who has been told',
    text:
      'What each enabled destination has of this subject, since when, and what is pending or stuck and why. With `version`: ' +
      'what became of that one version at each. With `at`: the highest version each had been given by then.',
    scope: 'audit:read',
    query: DeliveriesQuery,
    answers: [{ status: 200, title: 'One entry per destination', schema: DeliveriesAnswer }],
    problems: ['invalid-query'],
  },
  ...pageOperations,
  ...packOperations,
  ...auditOperations,
  ...grantOperations,
  ...recipientOperations,
  ...rightsOperations,
  ...proofOperations,
  ...searchOperations,
  lookup: {
    title: 'Find subjects by an identifier',
    text:
      'In a body, so that no address stands in a URL. Several people may share one. Auditors may ask as well; put on ' +
      'record is the keyed hash of what they asked for.',
    scope: 'preferences:read',
    body: {
      schema: LookupBody,
      example: { kind: 'email', value: 'alice@example.com' },
    },
    answers: [
      {
        status: 200,
        title: 'Subjects that go by it now',
        schema: LookupAnswer,
        example: { subjects: ['p-1001'] },
      },
    ],
    problems: ['malformed-json', 'too-large', 'unsupported-media-type', 'invalid-request'],
  },
  tokens: {
    title: 'Mint links',
    text:
      'For the messages of other systems: links to a person’s preferences, links that stop one topic on one channel ' +
      '(with the headers for one-click unsubscribing), links that confirm one request. Whoever may mint may act as ' +
      'anybody: give the scope to the systems that send messages, and to no one else. Nothing is stored.',
    scope: 'tokens:mint',
    body: { schema: MintBody, example: MINT },
    answers: [{ status: 200, title: 'One token for each, in order', schema: TokensAnswer, example: MINTED }],
    problems: ['malformed-json', 'too-large', 'unsupported-media-type', 'invalid-request'],
  },
  keywords: {
    title: 'Take a text message',
    text:
      'Reads the words by which people stop, start and ask for help, in the languages that are declared. A stop withdraws ' +
      'what the configuration says, for everybody who goes by the number; where nobody is known by it, for the number ' +
      'alone. A start grants only what the configuration says. The answer never tells whether a number is known. Twilio ' +
      'posts its own form here and is answered in TwiML; Amazon SNS posts what AWS End User Messaging publishes; both ' +
      'are proved by their signatures. Any other client brings a token that speaks for the source of the keywords.',
    scope: 'preferences:write',
    orSigned: true,
    body: { schema: KeywordBody, example: { from: '+4512345678', text: 'STOP', id: 'message-1' } },
    answers: [
      {
        status: 200,
        title: 'Taken',
        schema: KeywordAnswer,
        example: {
          keyword: 'stop',
          reply: 'Acme: you will get no more text messages from us at this number.',
        },
      },
    ],
    problems: [
      'malformed-json',
      'invalid-signature',
      'forbidden-source',
      'not-found',
      'too-large',
      'unsupported-media-type',
      'invalid-request',
    ],
  },
  notices: NOTICES,
  'notices-probe': PROBE,
  'secret-notices': {
    ...NOTICES,
    title: 'Take the notice of a vendor that signs nothing',
    text:
      'As above, at an address that only the vendor knows: the last segment is a secret of the destination’s. It is ' +
      'logged nowhere.',
  },
  'secret-notices-probe': PROBE,
  health: {
    title: 'Is it up?',
    text: 'Answers without looking at anything else.',
    answers: [{ status: 200, title: 'It is', schema: HealthAnswer, example: { status: 'ok' } }],
    problems: [],
  },
  openapi: {
    title: 'This description',
    text: 'OpenAPI 3.1.',
    answers: [{ status: 200, title: 'OpenAPI', schema: z.record(z.string(), z.unknown()) }],
    problems: [],
  },
};
