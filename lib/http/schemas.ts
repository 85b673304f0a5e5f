import * as z from 'zod';

/** What the API answers with, as schemas: for the API's description, and for tests that hold every answer to it. */

const Time = z.iso.datetime().describe('ISO 8601, UTC, milliseconds.');
const State = z.enum(['granted', 'withdrawn', 'pending']);
const AnswerState = z.enum(['granted', 'withdrawn', 'pending', 'none']);
const Actor = z.enum(['subject', 'agent', 'system', 'import']);
const Count = z.int().min(0);
const Because = z.enum([
  'granted',
  'person-withdrew',
  'source-withdrew',
  'restricted',
  'expired',
  'confirmation-pending',
  'no-answer',
]);
const Choice = z.strictObject({ topic: z.string(), channel: z.string(), state: State });
const Preference = z.strictObject({ key: z.string(), value: z.string() });
const Outcome = z.strictObject({
  ...Choice.shape,
  outcome: z.enum(['applied', 'unchanged', 'superseded', 'refused']),
  reason: z.string().exactOptional(),
});

const Row = z.strictObject({
  topic: z.string(),
  channel: z.string(),
  state: State,
  because: Because,
  occurredAt: Time,
  source: z.string(),
  actor: Actor,
  method: z.string(),
  legalBasis: z.string().exactOptional(),
  notice: z.strictObject({ id: z.string(), version: z.string(), language: z.string() }).exactOptional(),
  expiresAt: Time.exactOptional(),
});

const Record = z
  .strictObject({
    subject: z.string(),
    version: Count.describe('0 for a subject nobody has spoken of.'),
    recordedAt: Time.nullable().describe('Null too where the version is broken: then nobody knows.'),
    choices: z.array(Row),
    stopped: z.array(z.string()).describe('Channels on which the person has stopped everything at once.'),
    preferences: z.array(Preference),
    identifiers: z
      .record(z.string(), z.string())
      .describe(
        'By kind. Masked for a person’s own token, for an auditor who may not read preferences, and after a change, ' +
          'where only those it named are shown.',
      ),
  })
  .describe('One row for each topic and channel that has an answer. Only `granted` permits.');

export const AcceptedAnswer = z.strictObject({
  subject: z.string(),
  version: Count,
  recordedAt: Time.nullable(),
  outcomes: z.array(Outcome).describe('What became of each choice.'),
  record: Record,
});

const Evidence = z.strictObject({
  source: z.string(),
  actor: z.strictObject({ kind: Actor, id: z.string().exactOptional() }),
  method: z.string(),
  occurredAt: Time,
  claimedAt: Time.exactOptional().describe('The caller’s time, where it lay in the future.'),
  legalBasis: z.string().exactOptional(),
  jurisdiction: z.string().exactOptional(),
  notice: z
    .strictObject({
      ...{ id: z.string(), version: z.string(), language: z.string(), sha256: z.string() },
      text: z
        .string()
        .exactOptional()
        .describe('Where the text that was shown is, word for word, if Heed keeps it.'),
    })
    .exactOptional(),
  receivedDigest: z
    .string()
    .exactOptional()
    .describe('SHA-256 of what a vendor sent: the body of its notice, or of its reply to a poll.'),
  confirms: z
    .string()
    .exactOptional()
    .describe('Of a grant that was confirmed from a message: the id of the change that asked for it.'),
  corrects: Count.exactOptional().describe('Of a rectification: the version whose words it puts right.'),
  consentStrings: z
    .strictObject({ tcf: z.string().exactOptional(), gpp: z.string().exactOptional() })
    .exactOptional()
    .describe('Strings of the IAB’s frameworks that stood beside the choice, as they came.'),
  personal: z.record(z.string(), z.string()).exactOptional(),
});

const Broken = Count.exactOptional().describe(
  'Set where the answer rests on this version, which is not what its digest says: then everything reads as withdrawn.',
);

/** Where an answer comes from. */
const source = {
  change: z.strictObject({ version: Count }).describe('The version that brought the word that decided.'),
  evidence: Evidence,
};

export const RecordAnswer = Record.extend({
  choices: z.array(Row.extend(source)),
  broken: Broken,
});

export const DecisionAnswer = z.strictObject({
  subject: z.string(),
  topic: z.string(),
  channel: z.string(),
  permitted: z.boolean(),
  because: Because,
  state: AnswerState,
  version: Count,
  expiresAt: Time.exactOptional(),
  change: source.change.exactOptional(),
  evidence: Evidence.exactOptional(),
  broken: Broken,
});

const HistoryEntry = z.strictObject({
  version: Count,
  recordedAt: Time,
  change: z.strictObject({
    choices: z.array(Choice),
    preferences: z.array(Preference),
    identifiers: z.array(z.strictObject({ kind: z.string(), removed: z.boolean() })),
    restricted: z
      .boolean()
      .exactOptional()
      .describe('Set where the use of what is known was restricted, or a restriction lifted.'),
  }),
  evidence: Evidence,
  outcomes: z.array(Outcome),
  changed: z.array(
    z.strictObject({ topic: z.string(), channel: z.string(), from: AnswerState, to: AnswerState }),
  ),
  digest: z.string().describe('SHA-256 of the stored version.'),
  previous: z.string().nullable().describe('Digest of the version before.'),
});

const BrokenEntry = z
  .strictObject({ version: Count, broken: z.literal(true), digest: z.string().nullable() })
  .describe('A version that is not what its digest says.');

/** Versions that are all what their digests say. */
export const HistoryAnswer = z.strictObject({
  subject: z.string(),
  versions: z.array(HistoryEntry),
  next: z.string().exactOptional().describe('`cursor` of the next page.'),
});

export const AnyHistoryAnswer = HistoryAnswer.extend({
  versions: z.array(z.union([HistoryEntry, BrokenEntry])),
});

export const TokensAnswer = z.strictObject({
  tokens: z.array(
    z.strictObject({
      subject: z.string(),
      purpose: z.enum(['preferences', 'unsubscribe', 'confirm']),
      token: z.string(),
      url: z.string().describe('The page the token opens.'),
      expiresAt: Time,
      headers: z
        .strictObject({ 'List-Unsubscribe': z.string(), 'List-Unsubscribe-Post': z.string() })
        .exactOptional()
        .describe('Of the message that an `unsubscribe` link goes into (RFC 8058). DKIM must cover both.'),
    }),
  ),
});

export const LookupAnswer = z.strictObject({
  subjects: z.array(z.string()).describe('At most 100.'),
  more: z.literal(true).exactOptional().describe('More go by it than are named.'),
});
export const KeywordAnswer = z.strictObject({
  keyword: z.enum(['stop', 'start', 'help', 'none']),
  reply: z
    .string()
    .exactOptional()
    .describe('What whoever wrote it may be answered; the same for any number.'),
});
export const NoticeAnswer = z.strictObject({ changes: Count, unchanged: Count, ignored: Count });
export const ProbeAnswer = z.strictObject({ destination: z.string() });
export const HealthAnswer = z.strictObject({ status: z.literal('ok') });

export const ProblemAnswer = z
  .strictObject({
    type: z.string().regex(/^\/problems\/[a-z-]+$/),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().exactOptional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).exactOptional(),
    withdrawals: z
      .record(z.string(), z.unknown())
      .exactOptional()
      .describe('A change with the withdrawals that were not stored, ready to be posted.'),
    version: Count.exactOptional().describe('The version that stands.'),
  })
  .describe('RFC 9457. `type` is stable.');
