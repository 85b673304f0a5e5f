import * as z from 'zod';

const Area = z.string().max(40);
const Medium = z.string().min(1).max(20);
const Origin = z.string().min(1).max(20);

const Topic = z.strictObject({
  /** May be empty: the area that is none. */
  area: Area.describe('The marketing area that stands for the topic.'),
  category: z
    .string()
    .min(1)
    .optional()
    .describe('The communication category, in versions of the service that keep permissions by category.'),
});
export type Topic = z.output<typeof Topic>;

const Channel = z.strictObject({
  medium: Medium.describe('The communication medium.'),
  origin: Origin.describe('The origin of contact ids that are such addresses or numbers.'),
  by: z.enum(['email', 'phone']).describe('Whether it is reached by e-mail address or by number.'),
});
export type Channel = z.output<typeof Channel>;

const KNOWN = ['email', 'sms', 'phone'];
const areDistinct = (values: readonly object[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size === values.length;

export const Settings = z
  .strictObject({
    /** https://my300000-api.s4hana.ondemand.com */
    host: z
      .url({ protocol: /^https$/ })
      .regex(/[^/]$/, 'without a slash at its end')
      .describe('The address of your tenant’s API.'),
    /** Of `API_MKT_CONTACT_SRV`. */
    serviceVersion: z
      .string()
      .regex(/^\d{4}$/, 'four digits, such as 0004')
      .default('0004')
      .describe('The version of the contact service that your tenant offers.'),
    /** Hangs on the version; the service's $metadata says which. */
    valueField: z
      .enum(['ContactPermission', 'PermissionGranted'])
      .default('ContactPermission')
      .describe('What your version calls the field that holds Y or N.'),
    /** Topic → marketing area, each its own. */
    topics: z
      .record(z.string(), z.union([Area.transform((area): Topic => ({ area })), Topic]))
      .refine((topics) => areDistinct(Object.values(topics)), 'two topics stand for the same marketing area')
      .describe('For each topic, its marketing area.'),
    /** Channel → medium and origin, each its own. */
    channels: z
      .record(z.string(), Channel)
      .default({
        email: { medium: 'EMAIL', origin: 'EMAIL', by: 'email' },
        sms: { medium: 'SMS', origin: 'MOBILE', by: 'phone' },
        phone: { medium: 'PHONE', origin: 'PHONE', by: 'phone' },
      })
      .refine(
        (channels) => areDistinct(Object.values(channels).map(({ medium }) => [medium])),
        'two channels stand for the same medium',
      )
      .refine(
        (channels) => Object.keys(channels).every((name) => KNOWN.includes(name)),
        `the channels are ${KNOWN.join(', ')}`,
      )
      .describe('For each channel, its communication medium and the origin of its addresses.'),
    /** Part of the key where a topic names a category. */
    categoryInKey: z
      .boolean()
      .default(true)
      .describe('Whether your version tells permissions apart by category; only where a topic names one.'),
    /** `PermissionSourceSystem`: what Heed knows its own permissions by. */
    sourceSystem: z
      .string()
      .min(1)
      .max(255)
      .default('HEED')
      .describe('What your tenant calls Heed as the source of a permission.'),
    sourceSystemType: z
      .string()
      .max(20)
      .optional()
      .describe('The type of source system, as your tenant lists them.'),
    sourceMedium: z
      .string()
      .max(20)
      .default('WEB')
      .describe('The medium on which people give their permission to you.'),
    /** Asks SAP to confirm by its own double opt-in. */
    confirm: z
      .boolean()
      .default(false)
      .describe('Let SAP ask people to confirm before a permission counts; Heed confirms by itself.'),
    /** Whether a permission of an unknown contact makes one is unconfirmed. */
    createContacts: z
      .boolean()
      .default(false)
      .describe(
        'Add a contact, with nothing but its address, before the first permission that somebody grants.',
      ),
    /** Otherwise the tenant may queue what it is told. */
    synchronous: z
      .boolean()
      .default(true)
      .describe('Ask SAP to carry out each change at once instead of queueing it.'),
  })
  .refine(
    ({ topics, categoryInKey }) =>
      categoryInKey || areDistinct(Object.values(topics).map(({ area }) => [area])),
    'without categories in the key two topics cannot share a marketing area',
  );
export type Settings = z.output<typeof Settings>;
