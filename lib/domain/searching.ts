import type { Facts } from './facts.ts';
import { covers, coversChannel } from './topic.ts';

/** A version with all that it is searched by. */
export interface Entry extends Facts {
  readonly subject: string;
  readonly version: number;
  readonly recordedAt: string;
  /** Concrete ones of the catalogue, and those of a stop that the catalogue does not know. */
  readonly topics: readonly string[];
  readonly channels: readonly string[];
}

/** What an entry is listed by, beside being listed at all. */
export const FACETS = ['import', 'notice', 'source', 'topic', 'state', 'channel', 'actor'] as const;
export type FacetName = (typeof FACETS)[number];

/** What is searched for: everything that is given must hold. */
export type Sought = { readonly [name in FacetName]?: string } & {
  /** Recorded from this moment … */
  readonly from?: string;
  /** … up to this one, which is not in it. */
  readonly to?: string;
};

/** `source#crm-import`: one list of entries. `all#` holds every one. */
export type Facet = string;

export const ALL: Facet = 'all#';

export const facetOf = (name: FacetName, value: string): Facet => `${name}#${value}`;

const VALUES: { readonly [name in FacetName]: (entry: Entry) => readonly (string | undefined)[] } = {
  import: (entry) => [entry.import],
  notice: ({ notice }) => [notice],
  source: ({ source }) => [source],
  topic: ({ topics }) => topics,
  state: ({ states }) => states,
  channel: ({ channels }) => channels,
  actor: ({ actor }) => [actor],
};

/** The lists that an entry is in, beside that of all. */
export const facetsOf = (entry: Entry): readonly Facet[] =>
  FACETS.flatMap((name) =>
    VALUES[name](entry).flatMap((value) => (value === undefined ? [] : [facetOf(name, value)])),
  );

/** The lists that hold everything that is sought, and more. */
export const facetsSought = (sought: Sought): readonly Facet[] =>
  FACETS.flatMap((name) => {
    const value = sought[name];
    return value === undefined ? [] : [facetOf(name, value)];
  });

/**
 * Is this entry what is sought? Topic, channel and state are conditions on one choice, not on three. A version that is about
 * more than its choices is found by topic and channel as destinations hear of it. One that an older Heed listed does not tell
 * which was said of which: it is found where each was said of something.
 */
export const fits = (sought: Sought, entry: Entry): boolean =>
  (sought.from === undefined || entry.recordedAt >= sought.from) &&
  (sought.to === undefined || entry.recordedAt < sought.to) &&
  FACETS.every((name) => sought[name] === undefined || VALUES[name](entry).includes(sought[name])) &&
  (!isOfOneChoice(sought) || !entry.said || isFurther(sought, entry) || entry.said.some(saysSo(sought)));

const isOfOneChoice = ({ topic, channel, state }: Sought): boolean =>
  [topic, channel, state].filter((one) => one !== undefined).length > 1;

const isFurther = ({ state }: Sought, { further }: Entry): boolean => further === true && state === undefined;

/** Does a choice say what is sought of topic, channel and state? */
export const saysSo =
  ({ topic, channel, state }: Sought) =>
  ([ofTopic, onChannel, said]: NonNullable<Facts['said']>[number]): boolean =>
    (topic === undefined || covers(ofTopic, topic)) &&
    (channel === undefined || coversChannel(onChannel, channel)) &&
    (state === undefined || said === state);

const WIDTH = 10;

/** An entry's place in every list it is in: texts that sort as versions were recorded. */
export const placeOf = ({
  recordedAt,
  subject,
  version,
}: Pick<Entry, 'recordedAt' | 'subject' | 'version'>): string =>
  `${recordedAt}#${subject}#${String(version).padStart(WIDTH, '0')}`;

/** `2026-05`: lists are kept by month. */
export const monthOf = (iso: string): string => iso.slice(0, 7);
