import { type About, EVENT_SOURCE } from './event.ts';

/** What a destination wants to hear of. One predicate, two readers: the rule on the bus and reconcile. */
export interface Interest {
  /** Catalogue topics, or `all`: every version, whatever it is about. */
  readonly topics: readonly string[] | 'all';
  readonly channels: readonly string[] | 'all';
}

/**
 * A rule's pattern may have 2,048 characters unless a quota is raised (2026,
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html); this leaves room for what stands around
 * `detail`. A longer list of topics hears everything instead and skips.
 */
const PATTERN_LIMIT = 1_900;

/** Of somebody who is told of no version. */
export const NO_INTEREST: Interest = { topics: [], channels: [] };

/** The rule pattern of reports on lanes. */
export const REPORTS = { source: [EVENT_SOURCE], 'detail-type': ['lane.reported.v1'] };

/** Narrows an interest to what a rule can hold; a wider one costs skipped deliveries, never a missed one. */
export function expressible(interest: Interest): Interest {
  return JSON.stringify(detailOf(interest)).length > PATTERN_LIMIT
    ? { topics: 'all', channels: 'all' }
    : interest;
}

/** What either of them cares about. */
export const widened = (one: Interest, other: Interest): Interest => ({
  topics: together(one.topics, other.topics),
  channels: together(one.channels, other.channels),
});

const together = (one: Interest['topics'], other: Interest['topics']): Interest['topics'] =>
  one === 'all' || other === 'all' ? 'all' : [...new Set([...one, ...other])].sort();

/** Does a version concern this destination? */
export const cares = ({ topics, channels }: Interest, about: Pick<About, 'topics' | 'channels'>): boolean =>
  (topics === 'all' || topics.some((topic) => about.topics.includes(topic))) &&
  (channels === 'all' || channels.some((channel) => about.channels.includes(channel)));

/** The same question as an EventBridge rule pattern. */
export const patternOf = (interest: Interest) => ({
  source: [EVENT_SOURCE],
  'detail-type': ['preferences.changed.v1'],
  ...detailOf(interest),
});

function detailOf({ topics, channels }: Interest) {
  const data = {
    ...(topics !== 'all' && { topics: [...topics] }),
    ...(channels !== 'all' && { channels: [...channels] }),
  };
  return Object.keys(data).length === 0 ? {} : { detail: { data } };
}
