import * as z from 'zod';

const ListId = z.string().regex(/^[A-Za-z0-9]{4,16}$/, 'a list id, the letters and digits in its address');

const OwnLists = z.union([
  ListId.transform((email): Lists => ({ email })),
  z.strictObject({ email: ListId.optional(), sms: ListId.optional() }),
]);
type Lists = { readonly email?: string | undefined; readonly sms?: string | undefined };

const idsOf = (lists: Readonly<Record<string, Lists>>): readonly string[] =>
  Object.values(lists).flatMap(({ email = [], sms = [] }) => [email, sms].flat());

/** What stands for our topics at Klaviyo, and how it is spoken to. */
export const Settings = z.strictObject({
  /** Topic → list of those who get it by e-mail, or by channel. Each list is one topic's on one channel. */
  lists: z
    .record(z.string(), OwnLists)
    .refine(
      (lists) => new Set(idsOf(lists)).size === idsOf(lists).length,
      'a list stands for one topic on one channel: whoever leaves it leaves it altogether',
    )
    .describe('The id of the list at Klaviyo that stands for each topic, by e-mail or for each channel.'),
  /** Sent with every request. Klaviyo keeps a revision for about two years. */
  revision: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2026-07-15')
    .default('2026-07-15')
    .describe('The revision of Klaviyo’s interface that is spoken.'),
  /**
   * Grants come as consent that was given before, with its time. Every delivery says every grant again: without this,
   * lists with double opt-in would ask people to confirm each time, and welcome flows would start anew.
   */
  alreadyConsented: z
    .boolean()
    .default(true)
    .describe(
      'Tell Klaviyo that consent was given before, so that it asks nobody to confirm and starts no welcome flow.',
    ),
  /** Who stops everything at once is unsubscribed from the channel as a whole, and leaves lists that no topic maps. */
  globalStop: z
    .boolean()
    .default(true)
    .describe('Unsubscribe people who stop everything from the whole channel, whatever list they are on.'),
  /** Custom property by which Heed knows a stop of its own again: what it did not stop, it does not lift. */
  stopProperty: z
    .string()
    .min(1)
    .default('heed_stopped')
    .describe('The start of the name of a profile property that marks people whom Heed unsubscribed.'),
  /** What an unsubscribe from a whole channel at Klaviyo withdraws there; left out, the mapped topics. */
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The topics that end when somebody unsubscribes from all mail, or all texts, at Klaviyo.'),
});
export type Settings = z.output<typeof Settings>;
