import type { Text } from './text.ts';
import { covers, coversChannel } from './topic.ts';
import type { ActorKind, ChoiceState } from './vocabulary.ts';

/** Where a person's grant only counts once she has confirmed it from a message sent to her. */
export interface DoubleOptIn {
  readonly channels: readonly string[];
  /** Days she has to confirm; after that the request has lapsed and permits nothing, as before. */
  readonly withinDays: number;
}

export interface Topic {
  readonly brand: string;
  readonly title: Text;
  readonly purpose: string;
  /** Days a grant lasts; without it a grant does not run out. */
  readonly expiresAfterDays?: number | undefined;
  /** Retired topics take no new grant; what was said about them stays and can be withdrawn. */
  readonly retired?: boolean | undefined;
  readonly doubleOptIn?: DoubleOptIn | undefined;
}

/** What a source may say. Patterns as in choices. */
export interface SourceRights {
  readonly title: Text;
  readonly actors: readonly ActorKind[];
  readonly topics: readonly string[];
  readonly channels: readonly string[];
  readonly states: readonly ChoiceState[];
  readonly preferences: readonly string[];
  readonly identifiers: readonly string[];
  /** It asks people to confirm by itself: its word that a person has (method `double-opt-in`) is taken. */
  readonly confirmed?: boolean | undefined;
}

/** How values of a kind of identifier are normalised before they are compared, hashed or sent. */
export type IdentifierRule =
  | { readonly type: 'email'; readonly lowerCase: 'all' | 'domain' }
  | { readonly type: 'phone'; readonly defaultCountry?: string | undefined }
  | { readonly type: 'id' };

/** Everything the semantics need to know of `heed.config.ts`. */
export interface Catalogue {
  readonly topics: Readonly<Record<string, Topic>>;
  readonly channels: readonly string[];
  readonly preferenceKeys: Readonly<
    Record<string, { readonly title: Text; readonly values: readonly string[] }>
  >;
  readonly identifiers: Readonly<Record<string, IdentifierRule>>;
  /** `id/version/language` → SHA-256 of the text. */
  readonly notices: Readonly<Record<string, string>>;
  readonly sources: Readonly<Record<string, SourceRights>>;
  readonly personalEvidence: readonly ('ip' | 'userAgent' | 'comment')[];
  /** Base URL of the published JSON Schemas. */
  readonly schemas: string;
}

/** What is declared under a name. Names come from outside: `constructor` is declared only if somebody declared it. */
export const declared = <T>(all: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

/** Catalogue topics a pattern names, or the topic itself where it is concrete and unknown (a stop keeps its words). */
export function expandTopics(catalogue: Catalogue, pattern: string): readonly string[] {
  if (!pattern.endsWith('*')) return [pattern];
  return Object.keys(catalogue.topics).filter((topic) => covers(pattern, topic));
}

export function expandChannels(catalogue: Catalogue, pattern: string): readonly string[] {
  return pattern === '*' ? catalogue.channels : [pattern];
}

/** Concrete catalogue pairs under a choice's key. */
export function expandPairs(
  catalogue: Catalogue,
  key: { readonly topic: string; readonly channel: string },
): readonly { readonly topic: string; readonly channel: string }[] {
  const channels = catalogue.channels.filter((channel) => coversChannel(key.channel, channel));
  return Object.keys(catalogue.topics)
    .filter((topic) => covers(key.topic, topic))
    .flatMap((topic) => channels.map((channel) => ({ topic, channel })));
}
