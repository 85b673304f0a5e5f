import type { About } from '../domain/event.ts';
import type { LogEntry, TrailEntry } from '../ports.ts';

/** What a version is about, without the version. `about` is missing where the item is not as Heed writes it. */
export interface Concern {
  readonly version: number;
  readonly about?: About;
  /** As its item says. */
  readonly recordedAt?: string;
}

/** What one destination was told of one subject. */
export interface TrailOf {
  readonly subject: string;
  readonly destination: string;
}

/**
 * What is known of one subject's deliveries, read piece by piece: there may be tens of thousands, and whoever reads stops
 * as soon as enough is known. Versions never fall along a trail: nothing is settled for an older one than before.
 */
export interface Trails {
  /** Newest first, at most `limit`, only versions below `below`. */
  readonly abouts: (
    subject: string,
    page: { readonly below?: number; readonly limit: number },
  ) => Promise<readonly Concern[]>;
  /** Older trails whose last entry is of this version or a later one, oldest first. */
  readonly upFrom: (of: TrailOf, version: number) => AsyncIterable<readonly TrailEntry[]>;
  /** Older trails whose last entry is of this version or an earlier one, newest first. */
  readonly downFrom: (of: TrailOf, version: number) => AsyncIterable<readonly TrailEntry[]>;
  /** Entries of a destination that is told every version, from this one down. */
  readonly logged: (of: TrailOf, version: number) => AsyncIterable<LogEntry>;
  /** The same from the first version up. */
  readonly loggedUp: (of: TrailOf) => AsyncIterable<LogEntry>;
  /**
   * Names under which there is an entry of her, whoever is declared: of destinations, and Heed's own. Of those that have
   * the same before a colon there may be one alone.
   */
  readonly logs: (subject: string) => Promise<readonly string[]>;
}

/** Versions looked at, newest first: a subject with more is judged by these. */
export const FAR_ENOUGH = 2000;

/** Entries of a trail that are shown: all about one version is told where that version is asked for. */
export const SHOWN = 50;

/** Older entries from the first that can be of this version to the first of a later one. */
export async function upTo(
  trails: Pick<Trails, 'upFrom'>,
  of: TrailOf,
  version: number,
): Promise<readonly TrailEntry[]> {
  const entries: TrailEntry[] = [];
  for await (const trail of trails.upFrom(of, version)) {
    entries.push(...trail);
    if (trail.some((entry) => entry.version > version)) break;
  }
  return entries;
}
