import * as z from 'zod';
import type { Operation } from './operations.ts';

const Time = z.iso.datetime();

const Recipient = z.strictObject({
  name: z.string(),
  purpose: z.string(),
  role: z.enum(['processor', 'controller', 'joint']),
  country: z.string().describe('ISO 3166-1 alpha-2: where it keeps the data.'),
  contact: z.string(),
  data: z.array(z.string()).exactOptional(),
  retention: z.string().exactOptional().describe('ISO 8601 duration.'),
  safeguards: z.string().exactOptional().describe('What a transfer to a third country rests on.'),
});

const Known = z.strictObject({
  destination: z.string(),
  title: z.string(),
  enabled: z.boolean(),
  recipient: Recipient.nullable().describe('null: nobody has declared who it is.'),
  erases: z
    .enum(['erase', 'suppress'])
    .describe('What it is told of a person who is erased: to erase her, or that everything is withdrawn.'),
});

export const RecipientsAnswer = z.strictObject({
  subject: z.string(),
  recipients: z.array(
    z.strictObject({
      ...Known.shape,
      firstToldAt: Time.describe(
        'When the first request about this person was answered or, where none was, last tried; of a system that is told ' +
          'every version, when it left.',
      ),
      lastToldAt: Time.describe(
        'When one was last answered or, if later, last tried; of a system that is told every version, when the last one left.',
      ),
      version: z.int().min(0).describe('Highest version it has; 0 for none.'),
      outcome: z.enum(['delivered', 'skipped', 'held', 'needs-user-action', 'failed', 'pending']),
    }),
  ),
});

const Words = z.union([z.array(z.string()), z.literal('all')]);

export const RegisterAnswer = z.strictObject({
  recipients: z.array(
    z.strictObject({
      ...Known.shape,
      data: z.array(z.string()).describe('Categories of personal data that are sent.'),
      topics: Words,
      channels: Words,
    }),
  ),
});

const RECIPIENT = {
  ...{ name: 'Acme CRM', purpose: 'Direct marketing', role: 'processor', country: 'DE' },
  contact: 'privacy@acme.example',
};
const KNOWN = {
  ...{ destination: 'crm', title: 'CRM', enabled: true },
  recipient: RECIPIENT,
  erases: 'erase',
};

/** Who is told. */
export const recipientOperations: Readonly<Record<string, Operation>> = {
  recipients: {
    title: 'Who has been told of a person',
    text:
      'For Articles 15 and 19 of the GDPR: a row for every destination that was ever sent anything about this person, also ' +
      'where it is disabled today or the request failed, timed out, or was given up without an answer: it may have arrived.',
    scope: 'audit:read',
    answers: [
      {
        status: 200,
        title: 'One row per recipient',
        schema: RecipientsAnswer,
        example: {
          subject: 'p-1001',
          recipients: [
            {
              ...KNOWN,
              firstToldAt: '2026-05-01T12:00:01.000Z',
              lastToldAt: '2026-05-03T08:30:00.000Z',
              ...{ version: 12, outcome: 'delivered' },
            },
          ],
        },
      },
    ],
    problems: ['invalid-query'],
  },
  register: {
    title: 'Who may be told at all',
    text:
      'The register of recipients, for Article 30 of the GDPR: every destination of the configuration with who is behind it ' +
      'and what it is sent. The same as a page is docs/recipients.md.',
    scope: 'audit:read',
    answers: [
      {
        status: 200,
        title: 'One row per destination',
        schema: RegisterAnswer,
        example: {
          recipients: [
            { ...KNOWN, data: ['email', 'choices'], topics: ['acme/newsletter'], channels: ['email'] },
          ],
        },
      },
    ],
    problems: ['invalid-query'],
  },
};
