import * as z from 'zod';

const ListId = z.int().positive();

/** Which account, and which of its publication lists stand for our topics. */
export const Settings = z.strictObject({
  subdomain: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'the part of the addresses before .rest.marketingcloudapis.com')
    .describe('The subdomain of the account: the part of its addresses before .rest.marketingcloudapis.com.'),
  accountId: z
    .string()
    .regex(/^\d+$/, 'the MID, a number')
    .optional()
    .describe('The MID of the business unit, if the credentials are good for several.'),
  lists: z
    .record(z.string(), ListId)
    .refine((ids) => new Set(Object.values(ids)).size === Object.keys(ids).length, 'two topics share a list')
    .describe('The number of the publication list that stands for each topic.'),
  subscriberKey: z
    .enum(['customer', 'email'])
    .default('customer')
    .describe('What the account has for a subscriber key: your customer number, or the e-mail address.'),
  /** Without it a stop for somebody who is only entered later is lost. Takes both the key and an address. */
  createSubscribers: z
    .boolean()
    .default(true)
    .describe(
      'Enter people whom Marketing Cloud does not know yet, so that it knows what they chose once it writes to them.',
    ),
  globalStop: z
    .boolean()
    .default(true)
    .describe(
      'Unsubscribe people who stop everything from All Subscribers, which stops all commercial mail.',
    ),
  liftGlobalStop: z
    .boolean()
    .default(true)
    .describe('Let people who subscribe anew back into All Subscribers.'),
  /** So that they stay out of these when a later grant lets them in again. */
  otherLists: z
    .array(ListId)
    .default([])
    .describe('Numbers of further publication lists that people leave, too, when they stop everything.'),
  evidence: z
    .strictObject({
      dataExtension: z
        .string()
        .regex(/^[A-Za-z0-9_.-]+$/)
        .describe('The external key of the data extension.'),
    })
    .optional()
    .describe(
      'A data extension that keeps when, where and on what terms people chose, a row for each topic.',
    ),
  /** Left out: every list that no topic maps, since the list of a mail without one is that of all subscribers. */
  globalLists: z
    .array(ListId)
    .optional()
    .describe(
      'Numbers of the lists whose unsubscribe ends everything, such as that of All Subscribers; left out, every list that stands for no topic.',
    ),
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The topics that end when somebody unsubscribes from everything at Marketing Cloud.'),
});
export type Settings = z.output<typeof Settings>;
