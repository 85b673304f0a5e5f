import * as z from 'zod';

const Field = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/);
const RecordId = z.string().regex(/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/);
const Name = z.string().min(1).max(255);
const Topic = z.strictObject({ name: Name, dataUsePurposeId: RecordId.optional() });
const ContactPoint = z.enum(['Email', 'Phone', 'MailingAddress', 'Social', 'Web']);

const allDistinct = (values: readonly object[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size === values.length;

/** Which org, and how its people, topics and channels are called there. */
export const Settings = z.strictObject({
  /** My Domain: https://example.my.salesforce.com */
  instanceUrl: z.url().regex(/[^/]$/, 'without a slash at its end'),
  /** Topic → what its rows are called, and the id of the DataUsePurpose that stands for it where there is one. */
  topics: z
    .record(z.string(), z.union([Name.transform((name): z.output<typeof Topic> => ({ name })), Topic]))
    .refine((topics) => allDistinct(Object.values(topics)), 'two topics are one to Salesforce'),
  /** Channel → kind of contact point; two channels of one kind are told apart by their engagement channel type. */
  channels: z
    .record(z.string(), z.strictObject({ type: ContactPoint, engagementChannelTypeId: RecordId.optional() }))
    .default({ email: { type: 'Email' }, phone: { type: 'Phone' }, post: { type: 'MailingAddress' } })
    .refine((channels) => allDistinct(Object.values(channels)), 'two channels are one to Salesforce'),
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/)
    .default('62.0'),
  /** Write ContactPointTypeConsent rows; needs Data Protection and Privacy, and an Individual per person. */
  consents: z.boolean().default(true),
  /** Text field (255) on ContactPointTypeConsent: External Id, Unique, case-sensitive. */
  externalIdField: Field.default('PrefKey__c'),
  /** Picklist values of PrivacyConsentStatus; read them with `describe`, their spelling is unconfirmed. */
  status: z
    .strictObject({ granted: z.string(), withdrawn: z.string() })
    .default({ granted: 'OptIn', withdrawn: 'OptOut' }),
  /** Method of a change → CaptureContactPointType; `Web` for any other. */
  capturedBy: z.record(z.string(), ContactPoint).default({}),
  /** Where people are looked for by e-mail, each costs a request. */
  people: z
    .array(z.enum(['Contact', 'Lead']))
    .min(1)
    .default(['Contact', 'Lead']),
  /** Records whose global flags are kept: true when all of `flagTopics` are withdrawn, false when one is granted. */
  flags: z.enum(['none', 'contact', 'lead', 'both']).default('none'),
  flagFields: z.record(z.string(), Field).default({ email: 'HasOptedOutOfEmail', phone: 'DoNotCall' }),
  /** Left out, all mapped topics. */
  flagTopics: z.array(z.string()).min(1).optional(),
});
export type Settings = z.output<typeof Settings>;
