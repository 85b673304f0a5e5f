import * as z from 'zod';

/** Letters, digits and underscores, not a digit first: https://support.pendo.io/hc/en-us/articles/360031832072 */
const Field = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a field name has letters, digits and underscores, and no digit first');

const Fields = z.strictObject({
  choice: Field.describe('The field that says whether the person wants this topic on this channel.'),
  time: Field.optional().describe('A field for when the person chose.'),
  source: Field.optional().describe('A field for where the person chose.'),
  notice: Field.optional().describe('A field for the text the person was shown, and its version.'),
  legalBasis: Field.optional().describe('A field for the legal basis of the choice.'),
});
export type Fields = z.output<typeof Fields>;

const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];

/** A field alone is the choice, without evidence. */
const Topic = z
  .record(z.string(), z.union([Field.transform((choice): Fields => ({ choice })), Fields]))
  .refine((channels) => Object.keys(channels).length > 0, 'name a field for at least one channel')
  .refine(
    (channels) => Object.keys(channels).every((name) => CHANNELS.includes(name)),
    `the channels are ${CHANNELS.join(', ')}`,
  );

const allIn = (topics: Readonly<Record<string, z.output<typeof Topic>>>): readonly string[] =>
  Object.values(topics)
    .flatMap((channels) => Object.values(channels))
    .flatMap((fields) => Object.values(fields))
    .filter((field) => field !== undefined);

export const Settings = z.strictObject({
  topics: z
    .record(z.string(), Topic)
    .refine((topics) => new Set(allIn(topics)).size === allIn(topics).length, 'a field is named twice')
    .describe('For each topic and channel, the custom visitor fields that hold it.'),
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
