import * as z from 'zod';

const Field = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be the API name of a field, such as PrefKey__c');
const RecordId = z
  .string()
  .regex(/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/, 'must be the id of a record, of 15 or 18 letters and digits');
const Name = z.string().min(1).max(255);
const Topic = z.strictObject({ name: Name, dataUsePurposeId: RecordId.optional() });
const ContactPoint = z.enum(['Email', 'Phone', 'MailingAddress', 'Social', 'Web']);

const allDistinct = (values: readonly object[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size === values.length;

const CHANNELS = ['email', 'sms', 'phone', 'post'];

const areKnown = (channels: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(channels).every((channel) => CHANNELS.includes(channel));
const KNOWN = `the channels are ${CHANNELS.join(', ')}`;

/** Vendors' names are the same whatever their case. */
const areApart = (names: readonly string[]): boolean =>
  new Set(names.map((name) => name.toLowerCase())).size === names.length;

/** Which org, and how its people, topics and channels are called there. */
export const Settings = z
  .strictObject({
    instanceUrl: z
      .url()
      .regex(/[^/]$/, 'without a slash at its end')
      .describe('The org by its My Domain, such as https://example.my.salesforce.com.'),
    topics: z
      .record(z.string(), z.union([Name.transform((name): z.output<typeof Topic> => ({ name })), Topic]))
      .refine((topics) => allDistinct(Object.values(topics)), 'two topics are one to Salesforce')
      .describe(
        'Topic → what its consent rows are called, and the id of the DataUsePurpose that stands for it.',
      ),
    channels: z
      .record(
        z.string(),
        z.strictObject({ type: ContactPoint, engagementChannelTypeId: RecordId.optional() }),
      )
      .default({ email: { type: 'Email' }, phone: { type: 'Phone' }, post: { type: 'MailingAddress' } })
      .refine(areKnown, KNOWN)
      .refine((channels) => allDistinct(Object.values(channels)), 'two channels are one to Salesforce')
      .describe(
        'Channel → kind of contact point; two channels of one kind are told apart by their engagement channel type.',
      ),
    apiVersion: z
      .string()
      .regex(/^\d{2,3}\.0$/, 'a version such as 62.0')
      .default('62.0')
      .describe('Version of the REST API.'),
    consents: z
      .boolean()
      .default(true)
      .describe(
        'Write ContactPointTypeConsent rows. Needs Data Protection and Privacy, and an Individual for each person.',
      ),
    externalIdField: Field.default('PrefKey__c').describe(
      'Text field of 255 characters on ContactPointTypeConsent that you add: external id, unique, case-sensitive.',
    ),
    status: z
      .strictObject({ granted: z.string().min(1), withdrawn: z.string().min(1) })
      .refine(({ granted, withdrawn }) => granted !== withdrawn, 'a yes and a no must not be the same')
      .default({ granted: 'OptIn', withdrawn: 'OptOut' })
      .describe('Values of PrivacyConsentStatus in this org; `describe` lists them.'),
    capturedBy: z
      .record(z.string(), ContactPoint)
      .default({})
      .describe('Method of a change → CaptureContactPointType; Web for any other.'),
    people: z
      .array(z.enum(['Contact', 'Lead']))
      .min(1)
      .default(['Contact', 'Lead'])
      .describe('The kinds of record that people are looked for among by e-mail.'),
    flags: z
      .enum(['none', 'contact', 'lead', 'both'])
      .default('none')
      .describe(
        'Records whose global flags are kept: true when everything is stopped on the channel or all of flagTopics are withdrawn, false when one of them is granted.',
      ),
    flagFields: z
      .record(z.string(), Field)
      .default({ email: 'HasOptedOutOfEmail', phone: 'DoNotCall' })
      .refine(areKnown, KNOWN)
      .refine((fields) => areApart(Object.values(fields)), 'two channels share a flag')
      .describe('Channel → field of the flag that says that the person opted out of it.'),
    flagTopics: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Topics the flags stand for; must be given where flags are kept, since a flag stops all of them.',
      ),
    optOuts: z
      .boolean()
      .default(true)
      .describe('Ask regularly for opt-outs that were made in Salesforce itself.'),
    optOutTopics: z
      .array(z.string())
      .optional()
      .describe(
        'Topics withdrawn by an opt-out row without a purpose whose name is no topic’s; left out, all that are mapped.',
      ),
    optOutTime: z
      .enum(['modified', 'captured'])
      .default('modified')
      .describe(
        'When an opt-out row counts from: when it was last changed, or its CaptureDate, if your org keeps that date with care.',
      ),
    user: RecordId.optional().describe(
      'Id of the user Heed runs as; must be given where flags are kept, so that what Heed set can be told from what others set.',
    ),
  })
  .refine(({ flags, flagTopics }) => flags === 'none' || flagTopics !== undefined, {
    message: 'say which topics the flags stand for',
    path: ['flagTopics'],
  })
  .refine(({ flags, user }) => flags === 'none' || user !== undefined, {
    message: 'say which user Heed runs as, so that flags it set can be told from those of others',
    path: ['user'],
  });
export type Settings = z.output<typeof Settings>;
