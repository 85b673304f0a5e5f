import * as z from 'zod';

/** 1 to 5 are Quick Base's own, such as the record's id, which is 3. */
const Field = z.int().min(6, 'fields that you added have numbers from 6');

const Fields = z
  .strictObject({
    key: Field.describe('A unique text field: which customer, channel and topic a record is about.'),
    customer: Field.describe('A text field for the customer number.'),
    channel: Field.describe('A text field for the channel, such as email.'),
    topic: Field.describe('A text field for the topic.'),
    state: Field.describe('A text field for the choice.'),
    time: Field.optional().describe('A date/time field for when the person chose.'),
    source: Field.optional().describe('A text field for where the person chose.'),
    notice: Field.optional().describe('A text field for the text the person was shown, and its version.'),
    legalBasis: Field.optional().describe('A text field for the legal basis.'),
    evidence: Field.optional().describe('A text field for all of that in one line.'),
  })
  .refine(
    (fields) => new Set(Object.values(fields)).size === Object.values(fields).length,
    'two of these are the same field',
  );

export const Settings = z.strictObject({
  realm: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/i, 'must be the part of the address before .quickbase.com')
    .describe('Your Quick Base realm: acme, where you work at acme.quickbase.com.'),
  table: z
    .string()
    .regex(/^[a-z0-9]{4,40}$/i, 'must be the id that the address of the table shows after /db/')
    .describe('The id of the table that holds a record for each customer, channel and topic.'),
  fields: Fields.describe('The numbers of the table’s fields.'),
  topics: z
    .record(z.string(), z.string().min(1).max(255))
    .refine(
      (names) => new Set(Object.values(names)).size === Object.keys(names).length,
      'two topics have the same name',
    )
    .describe('For each topic, what the topic field says.'),
  values: z
    .strictObject({ granted: z.string().min(1), withdrawn: z.string().min(1) })
    .default({ granted: 'opted in', withdrawn: 'opted out' })
    .refine(({ granted, withdrawn }) => granted !== withdrawn, 'yes and no must not be the same word')
    .describe('What the field of the choice says for yes and for no.'),
});
export type Settings = z.output<typeof Settings>;
