import * as z from 'zod';
import { topicFields } from '../fields.ts';

/** REST names of fields, as the field management shows them. */
const Field = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,254}$/, 'must be the REST name of a field, such as prefEmailNewsletter')
  .refine((name) => !OWN.has(name.toLowerCase()), 'a field of Marketo’s own cannot hold a topic');

/** Fields that say something about all of Marketo, or about who the person is. */
const OWN: ReadonlySet<string> = new Set([
  ...[
    'id',
    'email',
    'emailinvalid',
    'unsubscribed',
    'unsubscribedreason',
    'marketingsuspended',
    'blacklisted',
  ],
  ...['donotcall', 'donotcallreason', 'firstname', 'lastname'],
]);

/** Marketo has no topics: what people choose is held in fields that somebody has to add. */
export const Settings = z.strictObject({
  munchkin: z
    .string()
    .regex(/^\d{3}-[A-Z]{3}-\d{3}$/, 'must be the account id, such as 123-ABC-456')
    .describe('Your Marketo account id (Munchkin id), as in 123-ABC-456.mktorest.com.'),
  topics: topicFields(Field).describe(
    'For each topic and channel, the Marketo fields that hold it; a choice is a true/false field.',
  ),
  create: z
    .boolean()
    .default(false)
    .describe('Add people whom Marketo does not know when they grant something.'),
  /** Heed notes in the reason that it was itself, so that a later grant may lift it. */
  globalStop: z
    .boolean()
    .default(true)
    .describe(
      'Unsubscribe from all Marketo mail who stops everything at once; a later grant lifts that again.',
    ),
  /** What `unsubscribed` withdraws; left out, the topics that have a field for e-mail. */
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The topics that end when somebody unsubscribes from all mail at Marketo.'),
});
export type Settings = z.output<typeof Settings>;
