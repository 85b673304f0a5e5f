import * as z from 'zod';

/** A part of `consents` in the schema of the entity type; full stops and numbers would mean something else there. */
const Consent = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
    'must be the name of a consent in the schema, such as newsletterEmail',
  );

const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];

const Topic = z
  .record(z.string(), Consent)
  .refine((channels) => Object.keys(channels).length > 0, 'name a consent for at least one channel')
  .refine(
    (channels) => Object.keys(channels).every((name) => CHANNELS.includes(name)),
    `the channels are ${CHANNELS.join(', ')}`,
  );

const allIn = (topics: Readonly<Record<string, z.output<typeof Topic>>>): readonly string[] =>
  Object.values(topics).flatMap((channels) => Object.values(channels));

export const Settings = z.strictObject({
  /** `acme.eu.janraincapture.com`: the form of the host is unconfirmed, so that only its end is asked for. */
  host: z
    .string()
    .regex(/^([a-z0-9-]+\.)+janraincapture\.com$/i, 'must be a host that ends in janraincapture.com')
    .describe('The host of your Identity Cloud application.'),
  entityType: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be the name of an entity type, such as user')
    .default('user')
    .describe('The entity type of your customers.'),
  /** Unconfirmed. People who go by their id are looked for by that. */
  emailAttribute: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.]*$/, 'must be the name of a unique attribute')
    .default('email')
    .describe('The unique attribute that holds the e-mail address.'),
  topics: z
    .record(z.string(), Topic)
    .refine((topics) => new Set(allIn(topics)).size === allIn(topics).length, 'a consent is named twice')
    .describe('For each topic and channel, the consent in the schema that holds it.'),
  clientId: z
    .string()
    .min(1)
    .default('heed')
    .describe(
      'The id of Heed’s own API client, which nobody else may use: Heed writes it beside each consent, and knows its own changes again by it.',
    ),
  types: z
    .record(z.string(), z.string().min(1))
    .default({ consent: 'explicit' })
    .describe('What a consent’s type says for each legal basis; for one that is not named, nothing is said.'),
  webhook: z
    .strictObject({
      issuer: z
        .string()
        .min(1)
        .describe('The iss of the tokens, such as https://v1.api.us.janrain.com/…/webhooks.'),
      keys: z
        .url({ protocol: /^https$/, hostname: /(^|\.)(janrain|janraincapture|akamai)\.com$/ })
        .describe(
          'The page of your account’s public keys, such as https://v1.api.us.janrain.com/…/login/jwk.',
        ),
    })
    .optional()
    .describe('The webhook that reports changes. Without it every notice is refused.'),
});
export type Settings = z.output<typeof Settings>;

/** Consents that are mapped, with what they stand for. */
export const mappedIn = ({ topics }: Settings) =>
  Object.entries(topics).flatMap(([topic, channels]) =>
    Object.entries(channels).map(([channel, consent]) => ({ topic, channel, consent })),
  );
