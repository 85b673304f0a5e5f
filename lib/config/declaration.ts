import * as z from 'zod';
import { LEGAL_BASES } from '../domain/legal-basis.ts';
import { CHANNEL_PATTERN, TOPIC, TOPIC_PATTERN } from '../domain/topic.ts';

const Id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'an id is lower-case letters, digits and hyphens, at most 40');
const TopicPattern = z.string().regex(TOPIC_PATTERN, 'a topic, a prefix such as acme/*, or *');
const ActorKind = z.enum(['subject', 'agent', 'system', 'import']);
const ChoiceState = z.enum(['granted', 'withdrawn', 'pending']);

const Purpose = z.strictObject({
  title: z.string(),
  controller: z.string(),
  /** ISO 8601 duration. */
  retention: z.string().regex(/^P/, 'an ISO 8601 duration such as P3Y'),
  recipients: z.array(z.string()),
  jurisdiction: z.array(z.string()),
});

const Source = z.strictObject({
  title: z.string(),
  actors: z.array(ActorKind).min(1, 'a source needs at least one kind of actor it may speak as'),
  topics: z.array(TopicPattern).min(1, 'a source needs a right to at least one topic'),
  channels: z
    .array(z.string().regex(CHANNEL_PATTERN))
    .min(1, 'a source needs a right to at least one channel'),
  states: z.array(ChoiceState).min(1, 'a source needs a right to say at least one state'),
  preferences: z.array(z.string()).optional(),
  identifiers: z.array(z.string()).optional(),
  /** Topics whose truth this source owns: at most one owner each. */
  owns: z.array(TopicPattern).optional(),
});

const IdentifierRule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('email'), lowerCase: z.enum(['all', 'domain']).optional() }),
  z.strictObject({ type: z.literal('phone'), defaultCountry: z.string().length(2).optional() }),
  z.strictObject({ type: z.literal('id') }),
]);

/** An OIDC issuer whose tokens speak for systems and staff. */
const Issuer = z.strictObject({
  issuer: z.url(),
  audience: z.string(),
  jwks: z.url(),
  /** Token `client_id` (or `azp`, or `sub`) → sources it speaks for. */
  clients: z.record(z.string(), z.strictObject({ sources: z.array(Id) })),
});

/** What `heed.config.ts` may say. What is left out is filled in by `completed`. */
export const Declaration = z.strictObject({
  /** Base URL under which the event schemas are published. */
  schemas: z.url(),
  brands: z.record(Id, z.strictObject({ title: z.string() })),
  channels: z.array(Id).min(1),
  purposes: z.record(Id, Purpose),
  topics: z.record(
    z.string().regex(TOPIC, 'a topic is a path owned by a brand, such as acme/newsletter'),
    z.strictObject({
      title: z.string(),
      purpose: Id,
      expiresAfterDays: z.int().positive().optional(),
      retired: z.boolean().optional(),
    }),
  ),
  preferenceKeys: z.record(
    z.string(),
    z.strictObject({ title: z.string(), values: z.array(z.string()).min(1) }),
  ),
  identifiers: z.record(Id, IdentifierRule),
  /** `id/version/language` → SHA-256 of the text in `notices/`; `npm run notices` writes the list. */
  notices: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  sources: z.record(
    Id.refine((id) => id !== 'heed', 'heed is Heed itself'),
    Source,
  ),
  issuers: z.array(Issuer).optional(),
  /** Personal parts of evidence that are kept (encrypted); others are dropped. */
  personalEvidence: z.array(z.enum(['ip', 'userAgent', 'comment'])).optional(),
  /** By destination id. Settings are checked against the destination's own schema where lanes are built. */
  destinations: z.record(
    Id,
    z.strictObject({
      enabled: z.boolean().optional(),
      /** A paused lane answers `held` and sends nothing; resuming sends what was held. */
      paused: z.boolean().optional(),
      settings: z.unknown().optional(),
      /** What stands behind grants that this destination reports. Without it they are not taken. */
      grantEvidence: z
        .strictObject({
          legalBasis: z.enum(LEGAL_BASES),
          notice: z.strictObject({ id: z.string(), version: z.string(), language: z.string() }),
        })
        .optional(),
    }),
  ),
});

export type Declaration = z.input<typeof Declaration>;
