import * as z from 'zod';
import { columnEvidence, columnValues } from '../fields.ts';

const Column = z.string().regex(/^[^<>&"'\s][^<>&"']{0,63}$/, 'the name of a column, as the database has it');
const Ending = z
  .string()
  .regex(/^[A-Za-z0-9_ ]{1,16}$/, 'an ending has letters, digits, spaces and underscores');
const Program = z.string().regex(/^[A-Za-z0-9]{1,64}$/, 'the id of a text-to-join program');

const Topic = z
  .strictObject({ email: Column.optional(), sms: Program.optional() })
  .refine(({ email, sms }) => email ?? sms, 'name a column for email, a program for sms, or both');

const areDistinct = (values: readonly (string | undefined)[]): boolean => {
  const named = values.flatMap((value) => value?.toUpperCase() ?? []);
  return new Set(named).size === named.length;
};

/** Which pod and database, what stands for which topic there, and what Acoustic leaves open. */
export const Settings = z
  .strictObject({
    pod: z
      .string()
      .regex(/^(us|eu|ap|ca)-\d{1,2}$/, 'such as us-1 or eu-1')
      .describe('Pod of your organization, as in api-campaign-eu-1.goacoustic.com: eu-1.'),
    database: z.int().positive().describe('Id of the contact database.'),
    topics: z
      .record(z.string(), Topic)
      .refine(
        (topics) => areDistinct(Object.values(topics).map(({ email }) => email)),
        'two topics share a column',
      )
      .refine(
        (topics) => areDistinct(Object.values(topics).map(({ sms }) => sms)),
        'two topics share a program',
      )
      .describe(
        'Topic → the column that holds its choice on e-mail, the text-to-join program that stands for it on SMS, or both.',
      ),
    values: columnValues('Yes', 'No'),
    evidence: columnEvidence(Ending),
    globalStop: z
      .boolean()
      .default(true)
      .describe('Whoever stops everything on e-mail at once is opted out of the whole database.'),
    stopColumn: Column.optional().describe(
      'Text column in which Heed notes that it opted somebody out. By it Heed knows its own opt-outs, the only ones that a later grant lifts.',
    ),
    lift: z
      .strictObject({ column: Column, value: z.string() })
      .default({ column: 'OPT_OUT', value: 'false' })
      .describe('Column and value that end an opt-out of the database.'),
    create: z
      .boolean()
      .default(true)
      .describe('Add a contact, as opted in, for a grant of somebody unknown.'),
    flexible: z
      .boolean()
      .default(false)
      .describe('The database has no unique key: contacts are found by EMAIL as a sync field.'),
    smsOptIn: z
      .enum(['OPTED-IN', 'OPT-IN'])
      .default('OPTED-IN')
      .describe('How an opt-in to SMS is spelled; Acoustic’s pages have both.'),
  })
  .refine(
    ({ globalStop, stopColumn }) => !globalStop || stopColumn !== undefined,
    'name a stopColumn, or turn globalStop off: without it nobody could tell which opt-outs a grant may lift',
  );
export type Settings = z.output<typeof Settings>;
