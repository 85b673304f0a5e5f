import type { Interest } from '../domain/interest.ts';
import { ALL, type Facet, facetOf, facetsSought } from '../domain/searching.ts';
import type { Told } from './read-deliveries.ts';
import type { Asked } from './search.ts';
import { type Walk, type Walking, walkOver } from './search-walk.ts';

/** A set of facets that, taken together, hold everything that is asked for. */
export interface Way {
  readonly name: string;
  readonly facets: readonly Facet[];
}

/** The ways in which a search could go; one at least. */
export function waysFor({ sought, at }: Pick<Asked, 'sought' | 'at'>): readonly Way[] {
  const facets = facetsSought(sought).map((facet) => ({
    name: facet.slice(0, facet.indexOf('#')),
    facets: [facet],
  }));
  const narrowed = at && facetsOfInterest(everOf(at.told));
  const ways = narrowed ? [...facets, { name: 'destination', facets: narrowed }] : facets;
  return ways.length > 0 ? ways : [{ name: 'all', facets: [ALL] }];
}

/** What was told when it cared about more is found too. */
export const everOf = ({ ever, interest }: Pick<Told, 'ever' | 'interest'>): Interest => ever ?? interest;

/** A destination that wants to hear of more topics is looked for among all. */
const MOST_TOGETHER = 8;

function facetsOfInterest({ topics, channels }: Interest): readonly Facet[] | undefined {
  if (topics !== 'all' && topics.length <= MOST_TOGETHER)
    return topics.map((topic) => facetOf('topic', topic));
  if (channels !== 'all' && channels.length <= MOST_TOGETHER)
    return channels.map((channel) => facetOf('channel', channel));
  return undefined;
}

export interface Opened {
  readonly walk: Walk;
  readonly name: string;
}

/** Of several ways the one whose first entries reach furthest back: its entries are the fewest, at this time. */
export async function sparsest(walking: Walking, ways: readonly Way[]): Promise<Opened> {
  const opened = await Promise.all(
    ways.map(async ({ name, facets }) => {
      const walk = await walkOver(walking, facets);
      return { name, walk, reach: ways.length > 1 ? await walk.reach() : '' };
    }),
  );
  return opened.reduce((best, one) => (one.reach < best.reach ? one : best));
}
