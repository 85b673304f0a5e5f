import * as z from 'zod';
import { columnEvidence, columnValues } from '../fields.ts';

const Column = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,29}$/, 'a column name has letters, digits and underscores only');
const Ending = z.string().regex(/^[A-Za-z0-9_]{1,10}$/, 'an ending has letters, digits and underscores only');
/** As it stands in an address. */
const Name = z.string().min(1).max(100).transform(encodeURIComponent);

/** A column of the extension table for each channel that a topic has. */
const Columns = z
  .strictObject({ email: Column.optional(), sms: Column.optional() })
  .refine(({ email, sms }) => email ?? sms, 'name a column for email, for sms, or for both');

const allDistinct = (topics: Readonly<Record<string, z.output<typeof Columns>>>): boolean => {
  const names = Object.values(topics)
    .flatMap(({ email, sms }) => [email, sms])
    .flatMap((name) => name?.toUpperCase() ?? []);
  return new Set(names).size === names.length;
};

/** Where the list is, which columns stand for which topics, and what Oracle leaves open. */
export const Settings = z.strictObject({
  /** Login host; all further requests go where the login's answer says. */
  loginUrl: z
    .url({ protocol: /^https$/ })
    .regex(/[^/]$/, 'without a slash at its end')
    .describe(
      'Address to log in at, as your account has it: https://login2.responsys.net, or https://ACCOUNT-api.responsys.ocs.oraclecloud.com.',
    ),
  list: Name.describe('Name of the profile list.'),
  extension: Name.describe(
    'Name of the profile extension table of that list whose columns hold one choice each.',
  ),
  topics: z
    .record(z.string(), Columns)
    .refine(allDistinct, 'two topics or channels share a column; each needs one of its own')
    .describe('Topic → the column of the extension table that holds its choice, for e-mail, SMS or both.'),
  values: columnValues('Y', 'N'),
  evidence: columnEvidence(Ending),
  globalStop: z
    .boolean()
    .default(true)
    .describe(
      'Whoever stops everything on a channel at once is opted out of it in the list, also of programs that no topic maps.',
    ),
  lift: z
    .enum(['own', 'any'])
    .default('own')
    .describe(
      'Which opt-outs of the list a later grant lifts: only those Heed itself set ("own": each grant is looked up first), or every one ("any": quicker, and only safe where Responsys reports its own opt-outs to Heed).',
    ),
  phone: z
    .enum(['digits', 'e164'])
    .default('digits')
    .describe('How the list writes mobile numbers: 4512345678 ("digits") or +4512345678 ("e164").'),
  extensionMatch: z
    .enum(['matchColumnName1', 'matchColumn'])
    .default('matchColumnName1')
    .describe('Name of the property that says by which column the extension table is matched.'),
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Topics that an opt-out at Responsys withdraws; left out, all that are mapped on the channel.'),
});
export type Settings = z.output<typeof Settings>;
