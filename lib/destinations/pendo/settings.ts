import * as z from 'zod';
import { topicFields } from '../fields.ts';

/** https://support.pendo.io/hc/en-us/articles/360031832072-Visitor-and-Account-Metadata */
const Field = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits and underscores, and begin with no digit');

export const Settings = z.strictObject({
  topics: topicFields(Field).describe('For each topic and channel, the custom visitor fields that hold it.'),
  values: z
    .strictObject({ granted: z.string().min(1), withdrawn: z.string().min(1) })
    .default({ granted: 'opted_in', withdrawn: 'opted_out' })
    .refine(({ granted, withdrawn }) => granted !== withdrawn, 'yes and no must not be the same word')
    .describe('What those fields say for yes and for no; segments have to look for these words.'),
  region: z
    .enum(['us', 'us1', 'eu', 'jpn', 'au'])
    .default('us')
    .describe('Where your Pendo subscription is kept.'),
  create: z
    .boolean()
    .default(false)
    .describe('Add visitors whom Pendo does not know when they grant something.'),
});
export type Settings = z.output<typeof Settings>;
