import * as z from 'zod';
import { apart, attributeSettings, CHANNELS, withNames } from '../attributes.ts';

const Purpose = z.string().regex(/^[^\s"]+( [^\s"]+)*$/, 'must be the name of a consent purpose');
type Purposes = Readonly<Record<string, Readonly<Partial<Record<(typeof CHANNELS)[number], string>>>>>;

/** Purposes are told apart without regard to case. */
const areDistinct = (purposes: Purposes): boolean => {
  const names = Object.values(purposes).flatMap((byChannel) =>
    Object.values(byChannel).map((name) => name.toLowerCase()),
  );
  return new Set(names).size === names.length;
};

/** Which pod, and what choices are called there. */
export const Settings = z
  .strictObject({
    ...attributeSettings,
    topics: attributeSettings.topics.default({}),
    /** Part of the address. */
    pod: z
      .enum(['us1', 'us2', 'eu1', 'au1'])
      .describe('Where the mParticle account is kept: us1, us2, eu1 or au1.'),
    environment: z
      .enum(['production', 'development'])
      .default('production')
      .describe('Whether this is the production or the development data of mParticle.'),
    /** Topic → channel → name of the GDPR consent purpose, each its own; created in mParticle beforehand. */
    purposes: z
      .record(z.string(), z.partialRecord(z.enum(CHANNELS), Purpose))
      .refine(areDistinct, 'two choices share a purpose')
      .default({})
      .describe('The consent purpose in mParticle for each topic and channel that has one.'),
    /** CCPA knows one purpose, and turns it round: `consented` says that the person opted out. */
    dataSale: z
      .strictObject({ topic: z.string(), channel: z.enum(CHANNELS) })
      .optional()
      .describe('The choice that stands for the sale of data under CCPA: a no to it opts the person out.'),
    /** mParticle does not say whether a consent with an older time replaces a newer one. */
    consentTime: z
      .enum(['told', 'chosen'])
      .default('told')
      .describe(
        'The time of a consent: "told", when Heed recorded it, so that the newest word holds whatever mParticle makes of times; or "chosen", when the person chose.',
      ),
    /** Most of what mParticle feeds passes over updates without an event. */
    event: z
      .string()
      .min(1)
      .max(256)
      .nullable()
      .default('Preferences Changed')
      .describe('The name of the event that goes along, so that other systems are told at once; or null.'),
  })
  .refine(...apart)
  .transform(withNames);
export type Settings = z.output<typeof Settings>;
