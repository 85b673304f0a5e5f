import { resolve } from './answer.ts';
import { type Catalogue, expandChannels, expandTopics } from './catalogue.ts';
import type { EventType, LaneReported, PreferencesChanged } from './event-schema.ts';
import { toMs } from './time.ts';
import type { Evidence, ResolvedState, Version } from './vocabulary.ts';

export type { EventType, LaneReported, PreferencesChanged };

/** EventBridge `source` of every event Heed publishes. */
export const EVENT_SOURCE = 'heed';

/** `method` of the version by which Heed itself withdraws everything of a person whom it erases. */
export const ERASURE = 'erasure';

/** Heed's own word that it erases somebody: nobody else speaks for the source `heed`, while anybody may send any method. */
export const saysErasure = ({ source, method }: Pick<Evidence, 'source' | 'method'>): boolean =>
  source === 'heed' && method === ERASURE;

/** Is the person being erased? */
export const isErasure = ({ data }: PreferencesChanged): boolean => saysErasure(data);

/** What a version is about, in concrete words: what rules match on and reconcile asks. */
export interface About {
  readonly topics: readonly string[];
  readonly channels: readonly string[];
  readonly preferences: readonly string[];
  readonly identifiersChanged: readonly string[];
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

/**
 * A change of identifiers concerns everything that has an answer: all of it must be told under the new address. So does a
 * restriction, or its end, and a preference that belongs to no topic; one that does concerns what has an answer there.
 */
export function aboutOf(version: Version, catalogue: Catalogue, state: ResolvedState): About {
  const { choices, preferences, identifiers, restricted } = version.change;
  const everything = identifiers.length > 0 || restricted !== undefined;
  const keys = preferences.map(({ key }) => key);
  const touched = state.choices.filter(
    ({ topic }) => everything || keys.some((key) => isAbout(key, topic, catalogue)),
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
