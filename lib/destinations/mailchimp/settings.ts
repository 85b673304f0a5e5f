import * as z from 'zod';

const Id = z.string().regex(/^[0-9a-f]{10}$/, 'ten characters, digits and the letters a to f');
const MergeTag = z.string().regex(/^[A-Z0-9_]{1,10}$/, 'a merge tag such as NEWSSRC');

const Audience = z.union([z.string(), z.record(z.string(), Id)]);
type Audience = z.output<typeof Audience>;

const groupsOf = (audience: Audience): readonly string[] =>
  typeof audience === 'string' ? [] : Object.values(audience);

/** What stands for our topics at Mailchimp, and how people are let in there. */
export const Settings = z.strictObject({
  /** Audience id → the one topic it stands for as a whole, or topic → id of a group in it. */
  audiences: z
    .record(Id, Audience)
    .refine((audiences) => {
      const ids = Object.values(audiences).flatMap(groupsOf);
      return new Set(ids).size === ids.length;
    }, 'two topics share a group')
    .describe(
      'For each audience, by its id: the topic that the whole audience stands for, or the id of the group that stands for each topic.',
    ),
  /** `pending`: Mailchimp asks by mail first. Heed has asked already. */
  subscribeAs: z
    .enum(['subscribed', 'pending'])
    .default('subscribed')
    .describe('Let people in at once ("subscribed"), or have Mailchimp ask them by mail first ("pending").'),
  /** Mailchimp lets nobody back in who left by themselves, until they confirm by mail. */
  askAgain: z
    .boolean()
    .default(false)
    .describe(
      'Have Mailchimp send a mail that asks people who left there, and subscribed anew here, to confirm.',
    ),
  /** Who stops everything at once is unsubscribed from the audience, and leaves groups that no topic maps. */
  globalStop: z
    .boolean()
    .default(true)
    .describe('Unsubscribe people who stop everything from the whole audience, whatever groups they are in.'),
  /** Tag by which Heed knows a stop of its own again: what it did not stop, it lifts only for a newer grant. */
  stopTag: z
    .string()
    .min(1)
    .max(100)
    .default('heed-stopped')
    .describe('The name of a tag that marks contacts whom Heed unsubscribed.'),
  /** Topic → merge field (text) for the evidence of the choice. */
  evidence: z
    .record(z.string(), MergeTag)
    .default({})
    .describe('The merge field, by its tag, that holds how and when the choice on each topic was made.'),
  /** What an unsubscribe at Mailchimp withdraws; left out, the topics of the audience. */
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The topics that end when somebody unsubscribes from an audience at Mailchimp.'),
  /** Whoever changes their profile there is asked for: of what was granted, groups they are not in count as withdrawn. */
  groupChanges: z
    .boolean()
    .default(true)
    .describe(
      'When a contact updates their preferences at Mailchimp, take the groups they did not tick as withdrawn if they had granted them.',
    ),
  /** Notices name their time without a zone. Unconfirmed. */
  noticeOffset: z
    .string()
    .regex(/^[+-]\d{2}:\d{2}$/, 'such as +00:00')
    .default('+00:00')
    .describe('The time zone in which Mailchimp’s notices name their time, as an offset from UTC.'),
});
export type Settings = z.output<typeof Settings>;

/** Topics that an audience stands for. */
export const topicsOf = (audience: Audience): readonly string[] =>
  typeof audience === 'string' ? [audience] : Object.keys(audience);

export const standsFor = (audience: Audience, topic: string): boolean =>
  typeof audience === 'string' ? audience === topic : Object.hasOwn(audience, topic);

/** Group of a topic in an audience; undefined where the audience as a whole stands for it. */
export const groupOf = (audience: Audience, topic: string): string | undefined =>
  typeof audience === 'string' ? undefined : audience[topic];
