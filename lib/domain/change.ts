import * as z from 'zod';
import { MAX_CHOICES } from './bounds.ts';
import { LEGAL_BASES } from './legal-basis.ts';
import { CHANNEL_PATTERN, TOPIC_PATTERN } from './topic.ts';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const code = (what: string) => z.string().regex(CODE, `${what} is 1 to 64 characters of A–Z a–z 0–9 . _ : -`);

const ChoiceBody = z.strictObject({
  topic: z
    .string()
    .max(210)
    .regex(TOPIC_PATTERN, 'a topic is a path such as acme/newsletter, a prefix such as acme/*, or *'),
  channel: z.string().regex(CHANNEL_PATTERN, 'a channel is a word such as email, or *'),
  state: z.enum(['granted', 'withdrawn', 'pending']),
});

const PreferenceBody = z.strictObject({ key: z.string().min(1).max(260), value: z.string().min(1).max(64) });

export const NoticeBody = z.strictObject({
  id: code('a notice id'),
  version: code('a notice version'),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language is a tag such as en or pt-BR'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hexadecimal digits')
    .optional()
    .describe('Digest of the text shown. May be left out for a notice that Heed keeps.'),
});

const ConsentStringsBody = z
  .strictObject({
    tcf: z.string().min(1).max(4000).optional().describe('A TC string of the IAB’s TCF 2.3.'),
    gpp: z.string().min(1).max(4000).optional().describe('A string of the IAB’s Global Privacy Platform.'),
  })
  .describe(
    'Evidence beside a choice: read by the IAB’s own library, kept as it came, never turned into a choice.',
  );

const EvidenceBody = z.strictObject({
  source: code('a source').optional(),
  actor: z
    .strictObject({
      kind: z.enum(['subject', 'agent', 'system', 'import']),
      id: code('an actor id').optional(),
    })
    .optional(),
  method: code('a method').optional().describe('How it was said: form, call, one-click, file …'),
  occurredAt: z.iso.datetime({ offset: true }).optional().describe('When the person chose.'),
  legalBasis: z.enum(LEGAL_BASES).optional(),
  jurisdiction: z
    .string()
    .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'a jurisdiction is a code such as DK or US-CA')
    .optional(),
  notice: NoticeBody.optional(),
  consentStrings: ConsentStringsBody.optional(),
  ip: z
    .union([z.ipv4(), z.ipv6()])
    .optional()
    .describe('Kept, encrypted, only where the configuration says so.'),
  userAgent: z
    .string()
    .max(512)
    .optional()
    .describe('Kept, encrypted, only where the configuration says so.'),
  comment: z.string().max(1000).optional().describe('Kept, encrypted, only where the configuration says so.'),
});

const ChangeShape = z.strictObject({
  choices: z.array(ChoiceBody).max(MAX_CHOICES, `at most ${MAX_CHOICES} choices in one change`).optional(),
  preferences: z.array(PreferenceBody).max(100, 'at most 100 preferences in one change').optional(),
  identifiers: z
    .record(z.string().max(40), z.string().min(1).max(320).nullable())
    .refine((all) => Object.keys(all).length <= 16, 'at most 16 identifiers in one change')
    .optional()
    .describe('Value by kind; null removes one.'),
  evidence: EvidenceBody.optional(),
});

const EMPTY = 'a change needs at least one choice, preference or identifier';

const saysSomething = ({ choices, preferences, identifiers }: z.infer<typeof ChangeShape>): boolean =>
  (choices?.length ?? 0) + (preferences?.length ?? 0) + Object.keys(identifiers ?? {}).length > 0;

/** The body of `POST /v1/subjects/{subject}/changes`: syntax only; meaning is checked against the catalogue. */
export const ChangeBody = ChangeShape.refine(saysSomething, EMPTY);

/** The body of `POST /v1/subjects/{subject}/rectification`. */
export const RectificationBody = ChangeShape.extend({
  corrects: z.int().positive().describe('The version whose words it puts right.'),
}).refine(saysSomething, EMPTY);

export type ChangeBody = z.infer<typeof ChangeBody>;
export type EvidenceBody = z.infer<typeof EvidenceBody>;

/** A change that only withdraws: nothing but a bad token, right, subject or syntax may stop it. */
export const onlyWithdraws = (body: ChangeBody): boolean =>
  (body.choices?.length ?? 0) > 0 &&
  (body.choices ?? []).every(({ state }) => state === 'withdrawn') &&
  (body.preferences?.length ?? 0) === 0 &&
  Object.keys(body.identifiers ?? {}).length === 0;

/** A stop that names no time is said as it comes: no clock that was ahead before may outdate it. */
export const stopsNow = ({ choices = [], evidence }: ChangeBody): boolean =>
  choices.length > 0 &&
  choices.every(({ state }) => state === 'withdrawn') &&
  evidence?.occurredAt === undefined;
