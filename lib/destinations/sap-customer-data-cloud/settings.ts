import * as z from 'zod';

const SCHEMA_ID = /^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;
const SchemaId = z
  .string()
  .regex(SCHEMA_ID, 'an id as the site’s schema spells it, its parts joined by full stops');

/** What a topic has on a channel: a subscription to e-mail, a consent statement, or both. */
const Held = z
  .strictObject({
    subscription: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'an id as the site’s schema spells it')
      .optional()
      .describe('The communication preference (subscription) of this topic.'),
    consent: SchemaId.optional().describe(
      'The consent statement of this topic, such as marketing.newsletter.',
    ),
  })
  .refine(
    ({ subscription, consent }) => subscription !== undefined || consent !== undefined,
    'name a subscription or a consent',
  );
export type Held = z.output<typeof Held>;

const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];

const Topic = z
  .record(z.string(), Held)
  .refine((channels) => Object.keys(channels).length > 0, 'name at least one channel')
  .refine(
    (channels) => Object.keys(channels).every((name) => CHANNELS.includes(name)),
    `the channels are ${CHANNELS.join(', ')}`,
  )
  .refine(
    (channels) =>
      Object.entries(channels).every(
        ([channel, { subscription }]) => channel === 'email' || subscription === undefined,
      ),
    'subscriptions are to e-mail; other channels need a consent statement',
  );

export const Settings = z
  .strictObject({
    /** Where the site's data is kept. */
    dataCenter: z
      .enum(['us1', 'eu1', 'eu2', 'au1', 'ru1', 'cn1'])
      .describe('The data center of your site, as the console shows it.'),
    /** Names the site; it stands in every page and is no secret. */
    apiKey: z.string().min(1).describe('The API key of your site.'),
    /** Topic → channel → what holds it, each its own. */
    topics: z
      .record(z.string(), Topic)
      .describe('For each topic and channel, the subscription or consent statement that holds it.'),
    /** Prefix of the tags that hold the evidence, and by which Heed knows what it wrote itself. */
    marker: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'a word in lower case, at most 20 characters')
      .default('heed')
      .describe('The word that begins Heed’s tags; tags of others are kept.'),
    /** Whether tags can be written could not be confirmed for every site. */
    tags: z
      .boolean()
      .default(true)
      .describe(
        'Write the evidence as tags. Without them Heed cannot tell its own changes from other people’s.',
      ),
    /** `actionTimestamp` of consents; whether it may be written hangs on the site's schema. Unconfirmed. */
    actionTimestamp: z
      .boolean()
      .default(false)
      .describe('Send when the person chose as the consent’s action time; your schema has to allow that.'),
    /** `docVersion` and `language` of consents: versions of Heed's notices must be those of the statements. */
    document: z
      .boolean()
      .default(false)
      .describe(
        'Send the version and language of the text shown; both systems have to number versions alike.',
      ),
    /** No webhook is sent for what Heed writes. */
    muteWebhooks: z
      .boolean()
      .default(true)
      .describe(
        'Keep quiet about Heed’s own changes. Turn off if other systems listen to your site’s webhooks.',
      ),
    /** Error codes that mean that there is no such account. Unconfirmed. */
    absentCodes: z
      .array(z.int())
      .default([403047])
      .describe('The error codes by which your site says that an account does not exist.'),
    /** `iss` of the tokens that prove notices. */
    issuer: z.url().optional().describe('Who signs the webhooks, if not the address with your API key.'),
  })
  .refine(({ topics }) => {
    const names = namesIn(topics);
    return new Set(names).size === names.length;
  }, 'two topics or channels stand for the same subscription or consent');
export type Settings = z.output<typeof Settings>;

const namesIn = (topics: Readonly<Record<string, Readonly<Record<string, Held>>>>): readonly string[] =>
  Object.values(topics)
    .flatMap((channels) => Object.values(channels))
    .flatMap(({ subscription, consent }) => [
      ...(subscription === undefined ? [] : [`subscription ${subscription}`]),
      ...(consent === undefined ? [] : [`consent ${consent}`]),
    ]);

/** Every topic and channel that is mapped. */
export const mappedIn = ({ topics }: Settings): readonly { topic: string; channel: string; held: Held }[] =>
  Object.entries(topics).flatMap(([topic, channels]) =>
    Object.entries(channels).map(([channel, held]) => ({ topic, channel, held })),
  );
