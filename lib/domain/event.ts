import * as z from 'zod';
import { resolve } from './answer.ts';
import { type Catalogue, expandChannels, expandTopics } from './catalogue.ts';
import { toMs } from './time.ts';
import type { ResolvedState, Version } from './vocabulary.ts';

/** EventBridge `source` of every event Heed publishes. */
export const EVENT_SOURCE = 'heed';

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

const envelope = <T extends string, D extends z.ZodType>(type: T, data: D) =>
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
      .describe('The record version: compare it, order is not promised.'),
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

export type PreferencesChanged = z.infer<typeof PreferencesChanged>;
export type PreferencesDelivered = z.infer<typeof PreferencesDelivered>;
export type PreferencesDeliveryFailed = z.infer<typeof PreferencesDeliveryFailed>;

/** Every event there is, by its detail-type. */
export const events = {
  'preferences.changed.v1': PreferencesChanged,
  'preferences.delivered.v1': PreferencesDelivered,
  'preferences.delivery-failed.v1': PreferencesDeliveryFailed,
} as const;

export type EventType = keyof typeof events;

/** What a version is about, in concrete words: what rules match on and reconcile asks. */
export interface About {
  readonly topics: readonly string[];
  readonly channels: readonly string[];
  readonly preferences: readonly string[];
  readonly identifiersChanged: readonly string[];
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

/**
 * A change of identifiers concerns everything that has an answer: all of it must be told under the new address. So does
 * a preference that belongs to no topic; one that does concerns what has an answer there.
 */
export function aboutOf(version: Version, catalogue: Catalogue, state: ResolvedState): About {
  const { choices, preferences, identifiers } = version.change;
  const keys = preferences.map(({ key }) => key);
  const touched = state.choices.filter(
    ({ topic }) => identifiers.length > 0 || keys.some((key) => isAbout(key, topic, catalogue)),
  );
  return {
    topics: unique([
      ...choices.flatMap(({ topic }) => expandTopics(catalogue, topic)),
      ...touched.map(({ topic }) => topic),
    ]),
    channels: unique([
      ...choices.flatMap(({ channel }) => expandChannels(catalogue, channel)),
      ...touched.map(({ channel }) => channel),
    ]),
    preferences: keys,
    identifiersChanged: identifiers.map(({ kind }) => kind),
  };
}

/** `acme/newsletter.frequency` is about that topic; `interest.cycling` about no topic more than another. */
function isAbout(key: string, topic: string, { topics }: Catalogue): boolean {
  const owner = key.slice(0, key.lastIndexOf('.'));
  return owner === topic || !Object.hasOwn(topics, owner);
}

/** CloudEvents attributes that every event of one version shares. */
export function envelopeOf(catalogue: Catalogue, type: EventType, subject: string, version: number) {
  return {
    specversion: '1.0' as const,
    source: '/heed' as const,
    subject,
    sequence: String(version),
    datacontenttype: 'application/json' as const,
    dataschema: `${catalogue.schemas}/${type}.json`,
  };
}

/** The event of a version, with the state as it was when the version was recorded. */
export function eventOf(version: Version, catalogue: Catalogue): PreferencesChanged {
  const state = resolve(version.record, catalogue, toMs(version.recordedAt));
  return eventWith(version, catalogue, state);
}

/** The event of a version with a state resolved at another moment (grants may have run out since). */
export function eventWith(version: Version, catalogue: Catalogue, state: ResolvedState): PreferencesChanged {
  const { subject, change } = version;
  const { occurredAt, source, actor, method } = change.evidence;
  const about = aboutOf(version, catalogue, state);
  return {
    ...envelopeOf(catalogue, 'preferences.changed.v1', subject, version.version),
    type: 'preferences.changed.v1',
    id: `${subject}:${version.version}`,
    time: version.recordedAt,
    data: {
      version: version.version,
      occurredAt,
      source,
      actor: actor.kind,
      method,
      topics: [...about.topics],
      channels: [...about.channels],
      preferences: [...about.preferences],
      identifiersChanged: [...about.identifiersChanged],
      changed: version.changed.map((answer) => ({ ...answer })),
      state: {
        choices: state.choices.map((row) => ({ ...row })),
        stopped: [...state.stopped],
        preferences: state.preferences.map((preference) => ({ ...preference })),
      },
    },
  };
}
