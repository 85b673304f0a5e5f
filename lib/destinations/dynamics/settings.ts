import * as z from 'zod';

const Guid = z.guid('an id as Dynamics shows it at the end of an address').toLowerCase();
const Column = z.string().regex(/^[a-z][a-z0-9_]*$/, 'the logical name of a column, in lower case');

/** Columns of contacts that say no; true means that it is not allowed. */
const FLAGS = [
  'donotemail',
  'donotbulkemail',
  'donotphone',
  'donotfax',
  'donotpostalmail',
  'donotbulkpostalmail',
  'donotsendmm',
] as const;

/** Kinds of contact point: https://learn.microsoft.com/dynamics365/developer/reference/entities/msdynmkt_contactpointconsent4 */
export const TYPES = { email: 534120000, sms: 534120001, phone: 534120003 } as const;
export type Channel = keyof typeof TYPES;

const Topic = z.strictObject({
  /** Purpose of the compliance profile that the topic stands under. */
  purpose: Guid.describe('The id of the purpose in your compliance profile.'),
  /** Left out, the purpose as a whole is what people choose. */
  topic: Guid.optional().describe(
    'The id of the topic under that purpose; leave it out if people choose the purpose.',
  ),
});

export const Settings = z
  .strictObject({
    /** https://example.crm4.dynamics.com */
    environmentUrl: z
      .url({ protocol: /^https$/ })
      .regex(/[^/]$/, 'without a slash at its end')
      .describe('The address of your Dynamics environment.'),
    /** Directory (tenant) id of Microsoft Entra. */
    tenant: z.string().min(1).describe('The id of your Microsoft Entra directory.'),
    /** Segment of the path. */
    apiVersion: z
      .string()
      .regex(/^v\d+\.\d+$/)
      .default('v9.2')
      .describe('The version of the Web API.'),
    /** Heed's topic → the purpose and topic of Customer Insights – Journeys, each pair its own. */
    topics: z
      .record(z.string(), Topic)
      .describe('For each topic, its purpose and topic in Customer Insights – Journeys.'),
    /** Who stops everything on a channel is opted out of every mapped purpose there, and so of what no topic maps. */
    globalStop: z
      .boolean()
      .default(true)
      .describe(
        'Opt people out of the mapped purposes when they stop everything; a later grant opts them in again.',
      ),
    /** Dynamics counts a topic's opt-in only where its purpose is opted in too. */
    purposeOptIn: z
      .boolean()
      .default(true)
      .describe(
        'Opt people in to the purpose of a topic that they grant; without that the topic alone has no effect.',
      ),
    /** What the reason of each row that Heed writes begins with: how its own changes are known. */
    marker: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'a word in lower case, at most 20 characters')
      .default('heed')
      .describe('The word by which Heed knows its own changes among those that Dynamics reports.'),
    /** Method of a change → choice of `msdynmkt_source`; Internal for any other. */
    sources: z
      .record(z.string(), z.int())
      .default({})
      .describe(
        'For a method such as form, the number of the source that Dynamics shows; Internal for the others.',
      ),
    /** Flags of contacts, written only for people who stop everything on a channel. */
    contactFlags: z
      .strictObject({
        /** Channel → flags, each its own. */
        flags: z.partialRecord(z.enum(['email', 'sms', 'phone', 'post']), z.array(z.enum(FLAGS)).min(1)),
        /** Text column of contacts in which Heed notes which flags it has set itself. Only those are lifted again. */
        stopColumn: Column,
        emailColumn: Column.default('emailaddress1'),
      })
      .optional()
      .describe('Contact fields that say no for a whole channel, set for people who stop everything there.'),
  })
  .refine(
    ({ topics }) => new Set(Object.values(topics).map(keyOf)).size === Object.keys(topics).length,
    'two topics stand for the same topic of Dynamics',
  )
  .refine(
    ({ topics }) =>
      !Object.values(topics).some(({ topic, purpose }) => topic === undefined && isShared(topics, purpose)),
    'a purpose that people choose as a whole cannot have topics of its own: an opt-out of it would reach them',
  )
  .refine(({ contactFlags }) => {
    const flags = Object.values(contactFlags?.flags ?? {}).flat();
    return new Set(flags).size === flags.length;
  }, 'two channels would write to the same field of contacts');
export type Settings = z.output<typeof Settings>;
export type Topic = z.output<typeof Topic>;

const keyOf = ({ purpose, topic = '' }: Topic): string => `${purpose} ${topic}`;

const isShared = (topics: Readonly<Record<string, Topic>>, purpose: string): boolean =>
  Object.values(topics).filter((other) => other.purpose === purpose).length > 1;
