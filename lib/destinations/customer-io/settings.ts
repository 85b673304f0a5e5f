import * as z from 'zod';

/** Channels that its messages go out on. A topic there is about all of them at once, so each is mapped to one. */
export const CHANNELS = ['email', 'sms', 'push'] as const;
const Channel = z.enum(CHANNELS);

const TopicId = z.int().positive();

/** A number stands for e-mail. */
const Topic = z.union([
  TopicId.transform((email): z.output<typeof ByChannel> => ({ email })),
  z.lazy(() => ByChannel),
]);
const ByChannel = z.partialRecord(Channel, TopicId);

const areDistinct = (topics: Readonly<Record<string, z.output<typeof ByChannel>>>): boolean => {
  const ids = Object.values(topics).flatMap((channels) => Object.values(channels));
  return new Set(ids).size === ids.length;
};

export const Settings = z.strictObject({
  topics: z
    .record(z.string(), Topic)
    .refine(areDistinct, 'two topics, or two channels of one, share a topic of Customer.io')
    .describe(
      'The number of the topic in the subscription centre that stands for each topic: one number for e-mail, or one for each channel.',
    ),
  region: z
    .enum(['us', 'eu'])
    .default('us')
    .describe('Where the workspace is kept: in the United States or in the European Union.'),
  /** All that a person has are told, since they may be those of two profiles; only the first creates one. */
  identifyBy: z
    .array(z.enum(['id', 'email', 'phone']))
    .min(1)
    .default(['id', 'email'])
    .describe(
      'What the workspace knows people by, the most important first: your customer number, the e-mail address, the phone number.',
    ),
  /** Without it a stop for somebody who is only entered later is lost, and the default of the topic counts. */
  createPeople: z
    .boolean()
    .default(true)
    .describe(
      'Enter people whom Customer.io does not know yet, so that it knows what they chose once it writes to them.',
    ),
  /** `unsubscribed`, which stops every channel and every topic. */
  globalStop: z
    .array(Channel)
    .default([...CHANNELS])
    .describe(
      'Unsubscribe people altogether once they have stopped everything on all of these channels; with none, never.',
    ),
  liftGlobalStop: z
    .boolean()
    .default(true)
    .describe(
      'Let people who subscribe anew get messages again, unless they unsubscribed altogether after that.',
    ),
  /** Then a grant that counts again without a new word of the person's, such as one that somebody else's stop had outweighed, has no effect. */
  timedGrants: z
    .boolean()
    .default(false)
    .describe(
      'Say when people agreed, so that Customer.io keeps a no that somebody gave it later and of which no notice came.',
    ),
  /** So that they stay out of these when a later grant lets them in again. */
  otherTopics: z
    .array(TopicId)
    .default([])
    .describe('Numbers of further topics of the workspace that end, too, when somebody stops everything.'),
  evidence: z
    .boolean()
    .default(true)
    .describe(
      'Keep when, where and on what terms people chose in attributes named heed_topic_ and a number.',
    ),
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The topics that end when somebody unsubscribes altogether at Customer.io.'),
  complaints: z
    .boolean()
    .default(true)
    .describe('Treat somebody who reports mail as spam as having unsubscribed altogether.'),
});
export type Settings = z.output<typeof Settings>;

/** The topic of Customer.io that stands for a topic on a channel. */
export function idOf(
  { topics }: Settings,
  { topic, channel }: { readonly topic: string; readonly channel: string },
): number | undefined {
  const known = CHANNELS.find((one) => one === channel);
  return known && topics[topic]?.[known];
}
