import type { Entry, Facet } from '../domain/searching.ts';

/** One list of the search index: the entries of a facet that were recorded in a month, of a quarter of all subjects. */
export interface List {
  readonly facet: Facet;
  readonly month: string;
  readonly shard: number;
}

/** Places, see `placeOf`. A bound that is left out leaves nothing out. */
export interface Bounds {
  /** At or after it: a time is a place before all that was recorded then. */
  readonly from?: string;
  /** Before it. */
  readonly below?: string;
}

/** Versions by what they are searched for. */
export interface SearchIndex {
  /** Adds entries to all their lists; one that is there already changes nothing. Of one that is in `ALL`, all is there. */
  readonly write: (entries: readonly Entry[]) => Promise<void>;
  /** The lists of a facet that can hold anything between the bounds, newest month first. */
  readonly lists: (facet: Facet, bounds: Bounds) => Promise<readonly List[]>;
  /** Newest first. */
  readonly entries: (list: List, bounds: Bounds & { readonly limit: number }) => Promise<readonly Entry[]>;
  /** Places of all entries recorded in one minute (ms of its start). */
  readonly placesIn: (minute: number) => Promise<ReadonlySet<string>>;
}
