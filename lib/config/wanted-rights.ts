import { covers, coversChannel } from '../domain/topic.ts';
import type { ActorKind, ChoiceState } from '../domain/vocabulary.ts';
import type { Completed } from './completed.ts';

/** What has to be said through a source, and what would not work if it could not. */
export interface Wanted {
  /** Where the need comes from: `preferenceCentre`, `keywords.source`. */
  readonly by: string;
  readonly source: string;
  readonly actor: ActorKind;
  readonly topics: readonly string[];
  readonly channels: readonly string[];
  readonly states: readonly ChoiceState[];
  readonly preferences: readonly string[];
  readonly otherwise: string;
}

/** Rights that the source lacks, one line for each part of its declaration. */
export function lackingRights({ sources }: Completed, wanted: Wanted): readonly string[] {
  const { by, source, otherwise } = wanted;
  const rights = Object.hasOwn(sources, source) ? sources[source] : undefined;
  if (!rights) return [`${by}: no source ${source} is declared; ${otherwise}`];
  const any = (patterns: readonly string[], key: string) => patterns.includes('*') || patterns.includes(key);
  const lacking = {
    actors: [wanted.actor].filter((kind) => !rights.actors.includes(kind)),
    topics: wanted.topics.filter((topic) => !rights.topics.some((pattern) => covers(pattern, topic))),
    channels: wanted.channels.filter((one) => !rights.channels.some((each) => coversChannel(each, one))),
    states: wanted.states.filter((state) => !rights.states.includes(state)),
    preferences: wanted.preferences.filter((key) => !any(rights.preferences, key)),
  };
  return Object.entries(lacking).flatMap(([part, missing]) =>
    missing.length > 0 ? [`sources.${source}.${part}: add ${missing.join(', ')}; ${otherwise}`] : [],
  );
}
