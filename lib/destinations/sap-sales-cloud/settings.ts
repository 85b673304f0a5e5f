import * as z from 'zod';
import { topicFields } from '../fields.ts';

/** Names of OData properties; fields that a company adds end in _KUT. */
const Property = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'the name of a property in the OData service');

const ANSWER_CHANNELS = ['email', 'sms', 'phone', 'push', 'post'] as const;

const Codes = z
  .strictObject({
    granted: z.string().min(1).describe('The code of your system’s list that means yes.'),
    withdrawn: z.string().min(1).describe('The code of your system’s list that means no.'),
  })
  .refine(({ granted, withdrawn }) => granted !== withdrawn, 'yes and no must not be the same code');

export const Settings = z
  .strictObject({
    host: z
      .string()
      .regex(/^[a-z0-9-]+\.crm\.ondemand\.com$/i, 'the host alone, such as my123456.crm.ondemand.com')
      .describe('The host of your tenant.'),
    /** Unconfirmed. */
    service: z
      .string()
      .regex(/^(\/[\w.-]+)+$/, 'a path that begins with a slash and ends with none')
      .default('/sap/c4c/odata/v1/c4codataapi')
      .describe('The path of the OData service.'),
    collection: z
      .enum(['ContactCollection', 'IndividualCustomerCollection'])
      .default('ContactCollection')
      .describe('Which of the two kinds of people Heed looks for.'),
    emailProperty: Property.default('Email').describe('The property that holds the e-mail address.'),
    topics: topicFields(Property).describe(
      'For each topic and channel, the extension fields that hold it: SAP has none of its own.',
    ),
    values: Codes.describe('What the fields of choices hold for yes and for no, from their code list.'),
    permission: z
      .strictObject({
        property: Property.default('ContactPermissionCode').describe('The property of the permission.'),
        codes: Codes.describe('The codes of the permission: look them up in your system, none is assumed.'),
        stopField: Property.describe(
          'A text field of Heed’s own, in which it notes that it was itself who took the permission away.',
        ),
        channels: z
          .array(z.enum(ANSWER_CHANNELS))
          .min(1)
          .describe('It is taken away from people who stop everything on all of these channels.'),
      })
      .optional()
      .describe('The one contact permission SAP has for everything. Left out, it is left alone.'),
  })
  .refine(
    ({ topics, permission, emailProperty }) =>
      !Object.values(topics)
        .flatMap((channels) => Object.values(channels))
        .some(({ choice }) => [permission?.property, permission?.stopField, emailProperty].includes(choice)),
    'the permission for everything, its note and the address cannot hold a topic',
  );
export type Settings = z.output<typeof Settings>;
