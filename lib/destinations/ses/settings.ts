import * as z from 'zod';
import { Region } from '../aws.ts';

/** https://docs.aws.amazon.com/ses/latest/dg/sending-email-list-management.html */
const Name = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphens and underscores, at most 64');

/** Which contact list, and how our topics are called there. */
export const Settings = z.strictObject({
  region: Region.describe('The AWS region of the contact list, such as eu-central-1.'),
  contactList: Name.describe('The name of the contact list; SES has one for each account and region.'),
  /** Topic → name of the list's topic, each its own. */
  topics: z
    .record(z.string(), Name)
    .refine(
      (names) => new Set(Object.values(names)).size === Object.keys(names).length,
      'two topics are one to SES',
    )
    .describe('The name of the topic in the contact list that stands for each topic.'),
  /** Who stops everything at once is unsubscribed from the whole list, also from topics that are not mapped. */
  globalStop: z
    .boolean()
    .default(true)
    .describe('Unsubscribe people who stop everything from the whole contact list.'),
  /** Without it, somebody who unsubscribed from the whole list and subscribes anew has to be let in by hand. */
  liftGlobalStop: z
    .boolean()
    .default(true)
    .describe(
      'Let people who subscribe anew, after Heed or they themselves left the whole list, in again, but for every topic they did not subscribe to.',
    ),
  /** Goes into `heed` within the contact's attributes, if these are a JSON object or empty. */
  evidence: z
    .boolean()
    .default(true)
    .describe(
      'Keep where, when and on what terms people chose in the attributes of their contact; by that Heed also sees who left at SES since.',
    ),
  /** Amazon SNS topics that the events come from; without one every notice is refused. */
  snsTopics: z
    .array(
      z
        .string()
        .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, 'the ARN of an SNS topic'),
    )
    .default([])
    .describe('The SNS topics that tell of people who unsubscribe at SES.'),
  /** What an unsubscribe from the whole list withdraws; left out, the mapped topics. */
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The topics that end when somebody unsubscribes from the whole contact list at SES.'),
  /** A complaint ("this is spam") counts as an unsubscribe from the whole list. */
  complaints: z
    .boolean()
    .default(true)
    .describe('Treat somebody who reports mail as spam as having unsubscribed from all of it.'),
});
export type Settings = z.output<typeof Settings>;
