import * as z from 'zod';
import { LaneStanding } from './lane-standing.ts';

/**
 * The events as schemas, apart from `event.ts`, which makes them: who only makes events need not load what checks them
 * (5 ms of a cold start).
 */

const Time = z.iso.datetime();
const State = z.enum(['granted', 'withdrawn', 'pending']);
const AnswerState = z.enum(['granted', 'withdrawn', 'pending', 'none']);
const Actor = z.enum(['subject', 'agent', 'system', 'import']);

const StateRow = z.object({
  topic: z.string(),
  channel: z.string(),
  state: State,
  occurredAt: Time,
  source: z.string(),
  actor: Actor,
  method: z.string(),
  legalBasis: z.string().exactOptional(),
  notice: z.object({ id: z.string(), version: z.string(), language: z.string() }).exactOptional(),
  expiresAt: Time.exactOptional(),
});

const VERSIONS = 'The record version: compare it, order is not promised.';

const envelope = <T extends string, D extends z.ZodType>(type: T, data: D, sequence = VERSIONS) =>
  z.object({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.literal('/heed'),
    type: z.literal(type),
    subject: z.string(),
    time: Time,
    sequence: z
      .string()
      .regex(/^[0-9]+$/)
      .describe(sequence),
    datacontenttype: z.literal('application/json'),
    dataschema: z.string(),
    data,
  });

/** A version was recorded. Carries the change and the whole resolved state, never contact data. */
export const PreferencesChanged = envelope(
  'preferences.changed.v1',
  z.object({
    version: z.number().int().positive(),
    occurredAt: Time,
    source: z.string(),
    actor: Actor,
    method: z.string(),
    topics: z.array(z.string()).describe('Concrete topics this version is about: prefixes are expanded.'),
    channels: z.array(z.string()).describe('Concrete channels this version is about.'),
    preferences: z.array(z.string()).describe('Keys of the preferences this version is about.'),
    identifiersChanged: z.array(z.string()).describe('Kinds of identifier that changed; never their values.'),
    changed: z.array(
      z.object({ topic: z.string(), channel: z.string(), from: AnswerState, to: AnswerState }),
    ),
    state: z.object({
      choices: z.array(StateRow),
      stopped: z.array(z.string()).describe('Channels on which the person has stopped everything at once.'),
      preferences: z.array(z.object({ key: z.string(), value: z.string() })),
    }),
  }),
);

/**
 * A version asks the person to confirm something (double opt-in). Whoever sends the message reads the record first: what it
 * asks may have been stopped since. Carries neither contact data nor the link.
 */
export const ConfirmationRequested = envelope(
  'preferences.confirmation-requested.v1',
  z.object({
    version: z.number().int().positive(),
    request: z.string().describe('Id of the change that asked: what a confirmation refers to.'),
    occurredAt: Time,
    language: z.string().exactOptional().describe('Of the notice that was shown, where one was.'),
    confirmations: z
      .array(z.object({ topic: z.string(), channel: z.string(), expiresAt: Time.exactOptional() }))
      .describe('What is to be confirmed, and by when; each by itself.'),
  }),
);

const DeliveryData = z.object({
  version: z.number().int().positive(),
  destination: z.string(),
  outcome: z.enum(['delivered', 'skipped', 'held', 'needs-user-action', 'failed']),
  reason: z.string().exactOptional(),
  reference: z.string().exactOptional(),
  attempts: z.number().int().positive(),
});

/** A destination has a version. */
export const PreferencesDelivered = envelope('preferences.delivered.v1', DeliveryData);

/** A destination could not be given a version, and somebody has to act. */
export const PreferencesDeliveryFailed = envelope('preferences.delivery-failed.v1', DeliveryData);

/**
 * How one destination's lane fares: told while it is in trouble and for a while after, and never of one that is well.
 * It is about no person, and holds no contact data.
 */
export const LaneReported = envelope(
  'lane.reported.v1',
  LaneStanding,
  'Grows from one report of a lane to the next: compare it, order is not promised.',
);

/**
 * What was recorded in a period was proved: the root of a hash tree over it, chained to the one before and signed. Keep these
 * where Heed cannot write: then nobody can rewrite what is older. It is about no person.
 */
export const CheckpointMade = envelope(
  'checkpoint.v1',
  z.object({
    format: z.literal('heed-checkpoint/1'),
    origin: z.string().describe('Names the log it belongs to.'),
    number: z.number().int().positive(),
    from: Time.describe('Versions recorded from here on are in it, as far as they are in none before'),
    to: Time.describe('up to here, not included.'),
    at: Time,
    size: z.number().int().nonnegative().describe('How many versions are in it.'),
    root: z.string().describe('Root of the tree (RFC 6962, SHA-256), in hexadecimal.'),
    previous: z
      .string()
      .nullable()
      .describe('SHA-256 of what the checkpoint before says; null for the first.'),
    counts: z
      .object({
        root: z.string().describe('Root of the tree over how many versions each subject has.'),
        size: z.number().int().nonnegative().describe('How many subjects.'),
        to: Time.describe('Versions recorded before that are counted.'),
        upTo: z.number().int().positive().describe('The last checkpoint that is counted.'),
      })
      .optional(),
    jws: z.string().describe('The same, signed: a compact JWS (RFC 7515, ES256).'),
  }),
  'The number of the checkpoint.',
);

/**
 * What could be read of a subject has been destroyed; from here on her choices stand under an opaque id. The certificate
 * says who was told and what remains.
 */
export const SubjectErased = envelope(
  'subject.erased.v1',
  z.object({
    version: z.number().int().positive().describe('The version with which it was done.'),
    certificate: z.string().describe('A compact JWS (RFC 7515, ES256).'),
  }),
);

export type PreferencesChanged = z.infer<typeof PreferencesChanged>;
export type ConfirmationRequested = z.infer<typeof ConfirmationRequested>;
export type PreferencesDelivered = z.infer<typeof PreferencesDelivered>;
export type PreferencesDeliveryFailed = z.infer<typeof PreferencesDeliveryFailed>;

export type LaneReported = z.infer<typeof LaneReported>;
export type CheckpointMade = z.infer<typeof CheckpointMade>;
export type SubjectErased = z.infer<typeof SubjectErased>;

/** Every event there is, by its detail-type. */
export const events = {
  'preferences.changed.v1': PreferencesChanged,
  'preferences.confirmation-requested.v1': ConfirmationRequested,
  'preferences.delivered.v1': PreferencesDelivered,
  'preferences.delivery-failed.v1': PreferencesDeliveryFailed,
  'lane.reported.v1': LaneReported,
  'checkpoint.v1': CheckpointMade,
  'subject.erased.v1': SubjectErased,
} as const;

export type EventType = keyof typeof events;
