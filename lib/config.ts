import * as z from 'zod';
import type { Catalogue } from './domain/catalogue.ts';
import { LEGAL_BASES } from './domain/change.ts';
import { CHANNEL_PATTERN, covers, coversChannel, TOPIC, TOPIC_PATTERN } from './domain/topic.ts';
import type { Evidence } from './domain/vocabulary.ts';

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
  preferences: z.array(z.string()).default([]),
  identifiers: z.array(z.string()).default([]),
  /** Topics whose truth this source owns: at most one owner each. */
  owns: z.array(TopicPattern).default([]),
});

const IdentifierRule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('email'), lowerCase: z.enum(['all', 'domain']).default('all') }),
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

const Schema = z.strictObject({
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
  issuers: z.array(Issuer).default([]),
  /** Personal parts of evidence that are kept (encrypted); others are dropped. */
  personalEvidence: z.array(z.enum(['ip', 'userAgent', 'comment'])).default([]),
  /** By destination id. Settings are checked against the destination's own schema where lanes are built. */
  destinations: z.record(
    Id,
    z.strictObject({
      enabled: z.boolean().default(true),
      /** A paused lane answers `held` and sends nothing; resuming sends what was held. */
      paused: z.boolean().default(false),
      settings: z.unknown().default({}),
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

export type HeedConfigInput = z.input<typeof Schema>;

/** The whole declaration, checked. */
export interface HeedConfig extends z.output<typeof Schema> {
  readonly catalogue: Catalogue;
}

/** A configuration that contradicts itself: every contradiction, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonlyFaults: readonly string[]) {
    super(`heed.config.ts:\n${readonlyFaults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Checks a declaration and gives it its types. Throws a ConfigError that names everything inconsistent. */
export function defineConfig(input: HeedConfigInput): HeedConfig {
  const parsed = Schema.safeParse(input);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const config = parsed.data;
  const faults = contradictions(config);
  if (faults.length > 0) throw new ConfigError(faults);
  return { ...config, catalogue: catalogueOf(config) };
}

type Parsed = z.output<typeof Schema>;

function contradictions(config: Parsed): readonly string[] {
  return [
    ...topicFaults(config),
    ...preferenceFaults(config),
    ...sourceFaults(config),
    ...ownerFaults(config),
    ...clientFaults(config),
    ...evidenceFaults(config),
  ];
}

function topicFaults({ topics, brands, purposes }: Parsed): readonly string[] {
  return Object.entries(topics).flatMap(([topic, { purpose }]) => [
    ...(brandOf(topic) in brands ? [] : [`topics.${topic}: no brand ${brandOf(topic)} is declared`]),
    ...(purpose in purposes ? [] : [`topics.${topic}: no purpose ${purpose} is declared`]),
  ]);
}

function preferenceFaults({ topics, preferenceKeys }: Parsed): readonly string[] {
  return Object.keys(preferenceKeys).flatMap((key) => {
    const topic = key.slice(0, key.lastIndexOf('.'));
    return topic.includes('/') && !(topic in topics)
      ? [`preferenceKeys.${key}: no topic ${topic} is declared`]
      : [];
  });
}

function sourceFaults({ sources, topics, channels, preferenceKeys, identifiers }: Parsed): readonly string[] {
  return Object.entries(sources).flatMap(([id, source]) => [
    ...[...source.topics, ...source.owns]
      .filter((pattern) => !Object.keys(topics).some((topic) => covers(pattern, topic)))
      .map((pattern) => `sources.${id}: no topic ${pattern} is declared`),
    ...source.channels
      .filter((pattern) => !channels.some((channel) => coversChannel(pattern, channel)))
      .map((channel) => `sources.${id}: no channel ${channel} is declared`),
    ...source.preferences
      .filter((key) => key !== '*' && !(key in preferenceKeys))
      .map((key) => `sources.${id}: no preference ${key} is declared`),
    ...source.identifiers
      .filter((kind) => kind !== '*' && !(kind in identifiers))
      .map((kind) => `sources.${id}: no identifier ${kind} is declared`),
  ]);
}

function ownerFaults({ sources, topics }: Parsed): readonly string[] {
  return Object.keys(topics).flatMap((topic) => {
    const owners = Object.keys(sources).filter((id) =>
      sources[id]?.owns.some((pattern) => covers(pattern, topic)),
    );
    return owners.length > 1
      ? [`topics.${topic}: owned by ${owners.join(' and by ')}; a topic has one owner`]
      : [];
  });
}

function clientFaults({ issuers, sources }: Parsed): readonly string[] {
  return issuers.flatMap(({ issuer, clients }) =>
    Object.entries(clients).flatMap(([client, { sources: claimed }]) =>
      claimed
        .filter((source) => !(source in sources))
        .map((source) => `issuers ${issuer}: client ${client} speaks for ${source}, which is not declared`),
    ),
  );
}

function evidenceFaults({ destinations, notices }: Parsed): readonly string[] {
  return Object.entries(destinations).flatMap(([id, { grantEvidence }]) => {
    const name = grantEvidence && noticeName(grantEvidence.notice);
    return name && !Object.hasOwn(notices, name)
      ? [`destinations.${id}.grantEvidence: no notice ${name} is kept`]
      : [];
  });
}

const noticeName = ({
  id,
  version,
  language,
}: {
  readonly id: string;
  readonly version: string;
  readonly language: string;
}): string => `${id}/${version}/${language}`;

/** What stands behind the grants that a destination reports, with the digest of its notice. */
export const grantEvidenceOf =
  ({ destinations, notices }: HeedConfig) =>
  (destination: string): Pick<Evidence, 'legalBasis' | 'notice'> | undefined => {
    const given = destinations[destination]?.grantEvidence;
    const sha256 = given && notices[noticeName(given.notice)];
    return given && sha256
      ? { legalBasis: given.legalBasis, notice: { ...given.notice, sha256 } }
      : undefined;
  };

const brandOf = (topic: string): string => topic.slice(0, topic.indexOf('/'));

function catalogueOf(config: Parsed): Catalogue {
  const { channels, preferenceKeys, identifiers, notices, sources, personalEvidence, schemas } = config;
  const topics = Object.fromEntries(
    Object.entries(config.topics).map(([id, topic]) => [id, { ...topic, brand: brandOf(id) }]),
  );
  return { topics, channels, preferenceKeys, identifiers, notices, sources, personalEvidence, schemas };
}
