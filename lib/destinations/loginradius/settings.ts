import * as z from 'zod';

const Field = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'the name of a custom field, such as pref_newsletter_email');

const Fields = z.strictObject({
  choice: Field.describe('The custom field that says whether the person wants this topic on this channel.'),
  /** Begins with what Heed wrote into the choice: where the two agree, nobody else has changed it since. */
  evidence: Field.optional().describe(
    'A custom field for when, where and under which notice the person chose. By it Heed also knows its own writes again.',
  ),
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
    .flatMap(({ choice, evidence }) => [choice, ...(evidence === undefined ? [] : [evidence])]);

export const Settings = z
  .strictObject({
    topics: z
      .record(z.string(), Topic)
      .refine((topics) => new Set(allIn(topics)).size === allIn(topics).length, 'a field is named twice')
      .describe('For each topic and channel, the custom fields that hold it.'),
    values: z
      .strictObject({ granted: z.string().min(1), withdrawn: z.string().min(1) })
      .default({ granted: 'true', withdrawn: 'false' })
      .refine(({ granted, withdrawn }) => granted !== withdrawn, 'yes and no must not be the same word')
      .describe('What those fields say for yes and for no.'),
    stopField: Field.optional().describe(
      'A custom field of Heed’s own. With it, who stops everything is unsubscribed from all e-mail (IsEmailSubscribed), until they grant again.',
    ),
    api: z
      .url({ protocol: /^https$/ })
      .default('https://api.loginradius.com')
      .describe('The address of the API, where your contract names another.'),
  })
  .refine(
    ({ topics, stopField }) => stopField === undefined || !allIn(topics).includes(stopField),
    'the field for stopping everything cannot hold a topic',
  );
export type Settings = z.output<typeof Settings>;

/** What a person's choice is held in. */
export const fieldsOf = (
  { topics }: Settings,
  { topic, channel }: { readonly topic: string; readonly channel: string },
): Fields | undefined => topics[topic]?.[channel];

export const mappedIn = ({ topics }: Settings) =>
  Object.entries(topics).flatMap(([topic, channels]) =>
    Object.entries(channels).map(([channel, fields]) => ({ topic, channel, fields })),
  );
