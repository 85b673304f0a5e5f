import * as z from 'zod';

const TypeId = z.int().positive();

const OwnTypes = z.union([
  TypeId.transform((email): Types => ({ email })),
  z.strictObject({ email: TypeId.optional(), sms: TypeId.optional(), push: TypeId.optional() }),
]);
type Types = {
  readonly email?: number | undefined;
  readonly sms?: number | undefined;
  readonly push?: number | undefined;
};

const idsOf = (types: Readonly<Record<string, Types>>): readonly number[] =>
  Object.values(types).flatMap(({ email = [], sms = [], push = [] }) => [email, sms, push].flat());

/** Which project, what stands for our topics there, and how its people are named. */
export const Settings = z.strictObject({
  region: z
    .enum(['us', 'eu'])
    .default('us')
    .describe('Where the project is kept: "us" (api.iterable.com) or "eu" (api.eu.iterable.com).'),
  /** Topic → message type by e-mail, or for each channel. A type is one topic's on one channel. */
  messageTypes: z
    .record(z.string(), OwnTypes)
    .refine(
      (types) => new Set(idsOf(types)).size === idsOf(types).length,
      'two topics, or two channels, share a message type',
    )
    .describe('The id of the message type that stands for each topic, by e-mail or for each channel.'),
  /** Of a person who has both. A project names people by one of them. */
  namedBy: z
    .enum(['email', 'customer'])
    .default('email')
    .describe(
      'How the project names people whom Heed knows both ways: by "email", or by the company’s own id ("customer", its userId).',
    ),
  /** Who stops everything at once is unsubscribed from every marketing message type there is on the channel. */
  globalStop: z
    .boolean()
    .default(true)
    .describe('Unsubscribe people who stop everything from every marketing message type of the channel.'),
  createUsers: z
    .boolean()
    .default(true)
    .describe('Create a user for people whom Iterable does not know and who subscribe.'),
  /**
   * Data field (an object) that holds what was last told of each topic, and its evidence. By it Heed sees that somebody
   * left at Iterable since, and does not subscribe them again for an old grant.
   */
  evidenceField: z
    .union([z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'letters, digits and underscores'), z.literal(false)])
    .default('heed')
    .describe('The user field that holds how and when each choice was made; false: none.'),
  /** Heed's own requests come back as notices, too. */
  apiUnsubscribes: z
    .boolean()
    .default(false)
    .describe('Take unsubscribes that another system of yours made through Iterable’s API as withdrawals.'),
});
export type Settings = z.output<typeof Settings>;
