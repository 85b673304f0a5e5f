import * as z from 'zod';

const Group = z.int().positive();

/** What stands for our topics at SendGrid, and what its lists mean. */
export const Settings = z.strictObject({
  /** Topic → id of the unsubscribe group, each its own. */
  groups: z
    .record(z.string(), Group)
    .refine((ids) => new Set(Object.values(ids)).size === Object.keys(ids).length, 'two topics share a group')
    .describe('The id of the unsubscribe group at SendGrid that stands for each topic.'),
  /** Subusers of the EU region are reached at an address of their own. */
  region: z
    .enum(['global', 'eu'])
    .default('global')
    .describe('Where the account is kept: "global", or "eu" for subusers of the European region.'),
  /** Goes into `on-behalf-of`: a parent account's key speaks for this subuser. */
  subuser: z
    .string()
    .regex(/^[\x21-\x7E]+( [\x21-\x7E]+)*$/, 'a subuser name has no accents or line breaks')
    .optional()
    .describe('The subuser whose unsubscribe groups these are, if the key belongs to its parent account.'),
  /** Who stops everything at once is put on the global list, which also stops mail of groups that no topic maps. */
  globalStop: z
    .boolean()
    .default(true)
    .describe('Put people who stop everything on the list of those who get no mail at all.'),
  /** Without it, somebody on the global list who subscribes anew has to be taken off it by hand. */
  liftGlobalStop: z
    .boolean()
    .default(true)
    .describe(
      'Take people whom Heed put on the global list off it once they subscribe anew, and into every unsubscribe group they did not subscribe to.',
    ),
  /** What an unsubscribe from all withdraws; left out, the mapped topics. */
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The topics that end when somebody unsubscribes from all mail at SendGrid.'),
  /** A complaint ("this is spam") counts as an unsubscribe from all. */
  complaints: z
    .boolean()
    .default(true)
    .describe('Treat somebody who reports mail as spam as having unsubscribed from all of it.'),
});
export type Settings = z.output<typeof Settings>;
