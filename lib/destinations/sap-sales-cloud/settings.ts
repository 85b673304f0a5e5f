import * as z from 'zod';
import { type TopicFields, topicFields } from '../fields.ts';

/** Names of OData properties; fields that a company adds end in _KUT. */
const Property = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of a property in the OData service');

const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'] as const;

/** Pairs of values that mean yes and no. */
const yesAndNo = <T extends string | boolean>(value: z.ZodType<T>) =>
  z
    .strictObject({ granted: value.describe('What means yes.'), withdrawn: value.describe('What means no.') })
    .refine(({ granted, withdrawn }) => granted !== withdrawn, 'yes and no must not be the same');

const Code = z.string().min(1);

const Permission = z.strictObject({
  property: Property.default('ContactPermissionCode').describe('The property of the permission.'),
  /** What they mean is unconfirmed: no default. */
  codes: yesAndNo(Code).describe(
    'The codes of the permission: look them up in your system, none is assumed.',
  ),
  stopField: Property.describe(
    'A text field of Heed’s own, in which it notes that it was itself who took the permission away.',
  ),
  channels: z
    .array(z.enum(CHANNELS))
    .min(1)
    .describe('It is taken away from people who stop everything on all of these channels.'),
});

export const Settings = z
  .strictObject({
    host: z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'must be the host alone, such as my123456.crm.ondemand.com')
      .describe('The host of your tenant.'),
    /** The standard service; one of your own has another path. */
    service: z
      .string()
      .regex(/^(\/[\w.-]+)+$/, 'must be a path that begins with a slash and ends with none')
      .default('/sap/c4c/odata/v1/c4codataapi')
      .describe('The path of the OData service.'),
    collections: z
      .array(z.enum(['ContactCollection', 'IndividualCustomerCollection']))
      .min(1)
      .refine((names) => new Set(names).size === names.length, 'a collection is named twice')
      .default(['ContactCollection'])
      .describe('The kinds of people that Heed looks for. Each needs all of the fields.'),
    emailProperty: Property.default('Email').describe('The property that holds the e-mail address.'),
    topics: topicFields(Property).describe(
      'For each topic and channel, the extension fields that hold it: SAP has none of its own.',
    ),
    values: yesAndNo(z.union([Code, z.boolean()])).describe(
      'What the fields of choices hold for yes and for no: codes of their code list, or true and false.',
    ),
    permission: Permission.optional().describe(
      'The one contact permission SAP has for everything. Left out, it is left alone.',
    ),
  })
  .refine(({ topics, permission, emailProperty }) => {
    const named = [...namesIn(topics), emailProperty, 'ObjectID'];
    const own = permission ? [permission.property, permission.stopField] : [];
    return areDistinct([...named, ...own]);
  }, 'the address, the permission for everything and its note need properties of their own');
export type Settings = z.output<typeof Settings>;

const namesIn = (topics: TopicFields): readonly string[] =>
  Object.values(topics)
    .flatMap((channels) => Object.values(channels))
    .flatMap((fields) => Object.values(fields))
    .flatMap((name: string | undefined) => name ?? []);

const areDistinct = (names: readonly string[]): boolean =>
  new Set(names.map((name) => name.toLowerCase())).size === names.length;
