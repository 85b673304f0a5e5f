import * as z from 'zod';
import { LANGUAGES } from '../domain/language.ts';
import { LEGAL_BASES } from '../domain/legal-basis.ts';
import { isOrigin } from '../domain/origin.ts';
import { CHANNEL_PATTERN, TOPIC, TOPIC_PATTERN } from '../domain/topic.ts';
import { Controller, Purpose } from './processing.ts';
import { Recipient } from './recipient.ts';

const Id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'an id is lower-case letters, digits and hyphens, at most 40');
const TopicPattern = z.string().regex(TOPIC_PATTERN, 'a topic, a prefix such as acme/*, or *');
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const ActorKind = z.enum(['subject', 'agent', 'system', 'import']);
const ChoiceState = z.enum(['granted', 'withdrawn', 'pending']);

/** Words for people: one text for every language (a name), or one for each, by language tag. */
const Text = z.union([
  z.string().min(1),
  z.record(z.string().regex(LANGUAGE, 'a language is a tag such as da'), z.string().min(1)),
]);

const DoubleOptIn = z.strictObject({
  channels: z.array(Id).min(1, 'name the channels on which a grant has to be confirmed'),
  /** Days she has for it; 7 where it is left out. */
  withinDays: z.int().positive().max(365).exactOptional(),
});

const Source = z.strictObject({
  title: Text,
  actors: z.array(ActorKind).min(1, 'a source needs at least one kind of actor it may speak as'),
  topics: z.array(TopicPattern).min(1, 'a source needs a right to at least one topic'),
  channels: z
    .array(z.string().regex(CHANNEL_PATTERN))
    .min(1, 'a source needs a right to at least one channel'),
  states: z.array(ChoiceState).min(1, 'a source needs a right to say at least one state'),
  preferences: z.array(z.string()).optional(),
  identifiers: z.array(z.string()).optional(),
  /** It asks people to confirm by itself: a grant of theirs with the method `double-opt-in` counts at once. */
  confirmed: z.boolean().optional(),
  /** Topics whose truth this source owns: at most one owner each. */
  owns: z.array(TopicPattern).optional(),
});

const IdentifierRule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('email'), lowerCase: z.enum(['all', 'domain']).optional() }),
  z.strictObject({ type: z.literal('phone'), defaultCountry: z.string().length(2).optional() }),
  z.strictObject({ type: z.literal('id') }),
]);

/** Of a point on P-256, base64url. */
const Coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a coordinate is 32 bytes in base64url');

/** An OIDC issuer whose tokens speak for systems and staff. */
const Origin = z
  .string()
  .refine(isOrigin, 'an origin is written as browsers name it: https://www.acme.example');

const Issuer = z.strictObject({
  issuer: z.url(),
  audience: z.string(),
  jwks: z.url(),
  /** Token `client_id` (or `azp`, or `sub`) → sources it speaks for. */
  clients: z.record(z.string(), z.strictObject({ sources: z.array(Id) })),
  /** Clients that people sign in with. Where they are named, only those people propose and approve audit grants. */
  staff: z.array(z.string().min(1)).min(1).exactOptional(),
});

/** The customer's own pages: the preference centre, one-click links, confirmations. */
const PreferenceCentre = z.strictObject({
  /** What is shown, and recorded with every choice made there; kept in `notices/` in every language of the pages. */
  notice: z.strictObject({ id: z.string(), version: z.string() }),
  /** `consent` where it is left out. */
  legalBasis: z.enum(LEGAL_BASES).exactOptional(),
  jurisdiction: z.string().exactOptional(),
  /** Languages of the pages. The first serves whoever asks for none of them. */
  languages: z.array(z.enum(LANGUAGES)).min(1).exactOptional(),
  /** The preference key that holds a person's language, if one does. */
  languageKey: z.string().exactOptional(),
  /** Origins of sites that embed `<heed-preferences>` or use the client: only they may call from a browser. */
  origins: z.array(Origin).exactOptional(),
  /** Topics that a browser's opt-out signal (Global Privacy Control) withdraws; never messages. */
  signal: z.array(TopicPattern).exactOptional(),
  /** When the resource in `/.well-known/gpc.json` was last true, `YYYY-MM-DD`. */
  signalSince: z.iso.date().exactOptional(),
  /** Where a person finds help: a page, or a mailto address. */
  help: z.url().exactOptional(),
});

/** How confirmations are sent (double opt-in). Left out: some other subscriber of the event sends them. */
const Confirmations = z.strictObject({
  /** `Acme <preferences@acme.example>`: an identity that SES may send as. */
  from: z.string().min(3),
  region: z.string().exactOptional(),
  configurationSet: z.string().exactOptional(),
});

/** A public client (no secret) at one of the `issuers`, whose redirect address is `/audit`. */
const SignIn = z.strictObject({
  issuer: z.url(),
  clientId: z.string().min(1),
  /** `openid audit:read preferences:read` where it is left out. */
  scope: z.string().min(1).exactOptional(),
  /** Sent as `audience`, for issuers that want it. */
  audience: z.string().min(1).exactOptional(),
  /** Origins of the issuer's endpoints that are not of its own: the console may ask these too. */
  connect: z.array(Origin).exactOptional(),
});

/** What is kept to prove the record by. */
const Auditing = z.strictObject({
  /** How long nobody can delete checkpoints from the archive; 10 where it is left out. What is there keeps its own time. */
  retentionYears: z.int().positive().max(100).exactOptional(),
  /** Raised by one to sign with a new key; the one before goes into `earlierKeys`. 1 where it is left out. */
  signingKey: z.int().positive().exactOptional(),
  /** Public keys that signed before: coordinates on P-256, as `/v1/keys` tells them. */
  earlierKeys: z.array(z.strictObject({ x: Coordinate, y: Coordinate })).exactOptional(),
  /** How staff sign in to the console. Left out: they paste a token, and the local engine asks who they are. */
  signIn: SignIn.exactOptional(),
});

/** How a person is erased. */
const Erasure = z.strictObject({
  /**
   * So long the destinations are waited for before the key is destroyed, and with it the addresses by which they are told: until
   * three days before she has to have her answer at most. 336 where it is left out: as long as a lane keeps its messages.
   */
  withinHours: z.int().positive().max(720).exactOptional(),
});

/** Words by which people stop, start and ask for help in text messages. */
const Keywords = z.strictObject({
  /** The source they speak for. */
  source: Id,
  channel: Id,
  /** What a stop withdraws, on that channel: the sender's topics, or `*`. */
  stops: z.array(TopicPattern).min(1).exactOptional(),
  /** What a start grants, with what was shown for it; left out: a start grants nothing and is answered with the way there. */
  starts: z
    .strictObject({
      topics: z.array(z.string().regex(TOPIC)).min(1),
      legalBasis: z.enum(LEGAL_BASES),
      notice: z.strictObject({ id: z.string(), version: z.string(), language: z.string() }),
    })
    .exactOptional(),
  languages: z.array(z.enum(LANGUAGES)).min(1).exactOptional(),
  /** SNS topics that AWS End User Messaging publishes inbound messages to. */
  snsTopics: z.array(z.string()).exactOptional(),
  /** Messages, in capitals, that Twilio answers by itself: Heed answers none of these there. Left out: Twilio's own list. */
  answeredByTwilio: z.array(z.string()).exactOptional(),
});

/** What `heed.config.ts` may say, with its parts in `config/`. What is left out is filled in by `completed`. */
export const Declaration = z.strictObject({
  /** Base URL under which the event schemas are published. */
  schemas: z.url(),
  /** Where people and vendors reach Heed, if that is not the API's own address: `https://preferences.acme.example`. */
  publicUrl: z.url().optional(),
  brands: z.record(Id, z.strictObject({ title: Text })),
  channels: z.array(Id).min(1),
  purposes: z.record(Id, Purpose),
  /** Without them evidence packs hold no consent records and receipts. */
  controllers: z.record(Id, Controller).exactOptional(),
  topics: z.record(
    z.string().regex(TOPIC, 'a topic is a path owned by a brand, such as acme/newsletter'),
    z.strictObject({
      title: Text,
      /** One sentence for the person who decides. */
      description: Text.optional(),
      purpose: Id,
      expiresAfterDays: z.int().positive().optional(),
      retired: z.boolean().optional(),
      /** Channels the preference centre offers; `*` alone is one control for all of them. Left out: every channel. */
      offeredOn: z.array(z.string().regex(CHANNEL_PATTERN)).min(1).optional(),
      doubleOptIn: DoubleOptIn.optional(),
    }),
  ),
  preferenceKeys: z.record(
    z.string(),
    z.strictObject({
      title: Text,
      values: z.array(z.string()).min(1),
      /** Words for the values; one without words is shown as it is. */
      labels: z.record(z.string(), Text).optional(),
    }),
  ),
  identifiers: z.record(Id, IdentifierRule),
  /** `id/version/language` → SHA-256 of the text in `notices/`; `npm run notices` writes the list. */
  notices: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  sources: z.record(
    Id.refine((id) => id !== 'heed', 'heed is Heed itself'),
    Source,
  ),
  issuers: z.array(Issuer).optional(),
  preferenceCentre: PreferenceCentre.optional(),
  confirmations: Confirmations.optional(),
  keywords: Keywords.optional(),
  audit: Auditing.optional(),
  erasure: Erasure.optional(),
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
      /** Who is behind it; left out, the register of recipients says that nobody declared it. */
      recipient: Recipient.optional(),
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
