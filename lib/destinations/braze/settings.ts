import * as z from 'zod';

const Group = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the API identifier of the group');

const OwnGroups = z.union([
  Group.transform((email): Groups => ({ email })),
  z.strictObject({ email: Group.optional(), sms: Group.optional() }),
]);
type Groups = { readonly email?: string | undefined; readonly sms?: string | undefined };

const idsOf = (groups: Readonly<Record<string, Groups>>): readonly string[] =>
  Object.values(groups).flatMap(({ email = [], sms = [] }) => [email, sms].flat());

/** Where the workspace is, and what stands for our topics there. */
export const Settings = z.strictObject({
  /** Of the cluster: rest.iad-01.braze.com, rest.fra-01.braze.eu and so on. A wrong one answers 401. */
  host: z
    .string()
    .regex(/^rest\.[a-z]{2,4}-\d{2}\.braze\.(com|eu)$/, 'such as rest.fra-01.braze.eu')
    .describe('The REST endpoint of the workspace, without https://.'),
  /** Topic → subscription group by e-mail, or for each channel. A group is one topic's on one channel. */
  groups: z
    .record(z.string(), OwnGroups)
    .refine(
      (groups) => new Set(idsOf(groups)).size === idsOf(groups).length,
      'two topics, or two channels, share a group',
    )
    .describe('The subscription group that stands for each topic, by e-mail or for each channel.'),
  /** Who stops everything at once is unsubscribed from e-mail as a whole, and from groups that no topic maps. */
  globalStop: z
    .boolean()
    .default(true)
    .describe('Unsubscribe people who stop everything from all mail, and from every group they are in.'),
  /** State of somebody whom Heed unsubscribed as a whole and who subscribes anew. */
  lifted: z
    .enum(['subscribed', 'opted_in'])
    .default('subscribed')
    .describe('The e-mail state of people who stopped everything once and subscribe again.'),
  /** Custom attribute by which Heed knows a stop of its own again: what it did not stop, it does not lift. */
  stopAttribute: z
    .string()
    .min(1)
    .max(255)
    .default('heed_email_stopped')
    .describe('The name of a custom attribute that marks users whom Heed unsubscribed from all mail.'),
  /** A user of their own for an address may double one that an app knows by its id. */
  createUsers: z
    .boolean()
    .default(false)
    .describe('Create a user for people whom Braze does not know and who subscribe.'),
  /** Topic → custom attribute that holds the evidence; `_email` or `_sms` is added. Each costs a data point. */
  evidence: z
    .record(z.string(), z.string().min(1).max(240))
    .default({})
    .describe('The custom attribute that holds how and when the choice on each topic was made.'),
});
export type Settings = z.output<typeof Settings>;
