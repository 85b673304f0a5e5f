import type { Answered } from '../domain/outcome.ts';
import { toIso } from '../domain/time.ts';
import type { DeliveryItem, LogEntry, Marks, TrailEntry } from '../ports.ts';
import type { Told } from './read-deliveries.ts';

/** What became of one version at one destination. */
export interface Fate {
  /**
   * `overtaken`: a later one was answered in its place, for a destination is told the newest state. `pending`: not
   * answered yet. `not-concerned`: it says nothing of what this destination cares about. `not-told`: it was recorded before
   * this destination cared, or was there, and nobody is going to tell it. `unknown`: what it is about cannot be read.
   */
  readonly outcome: Answered['kind'] | 'pending' | 'overtaken' | 'not-concerned' | 'not-told' | 'unknown';
  /** When it was answered; of one that was overtaken, when the later one was. */
  readonly at?: string;
  /** The version that overtook it. */
  readonly by?: number;
  /** Why; of one that was overtaken, why it had not been delivered before, if it had been tried. */
  readonly reason?: string;
  readonly attempts?: number;
  /** What the destination itself calls it. */
  readonly reference?: string;
  /** When the next attempt is due. */
  readonly until?: string;
}

/** An entry of a trail; what was accounted for without being sent counts no attempts. */
export type Entry = Omit<TrailEntry, 'attempts'> & { readonly attempts?: number };

/** What an item itself holds. The answer to a dead letter used to be in no trail: it is held all the same. */
export function heldIn({ trail, answered }: DeliveryItem): readonly Entry[] {
  if (!answered) return trail;
  const { version, outcome, at, reason } = answered;
  const there = trail.some((entry) => entry.version === version && entry.at === at);
  return there ? trail : [...trail, { version, outcome, at, ...(reason !== undefined && { reason }) }];
}

/** Is the version about something this destination cares about? Undefined: nobody can tell. */
export type Concerned = boolean | undefined;

export interface StateFacts {
  readonly concerned: Concerned;
  /** In the order they were settled; nothing before the version is needed. */
  readonly trail: readonly Entry[];
  readonly retrying?: DeliveryItem['retrying'] | undefined;
}

/** What became of a version where the newest state alone is told. */
export function fateOf(version: number, { concerned, trail, retrying }: StateFacts): Fate {
  const own = trail.filter((entry) => entry.version === version);
  const final = own.find(({ outcome }) => outcome === 'delivered') ?? own.findLast(isFinal);
  if (final) return answeredAs(final);
  const last = own.at(-1);
  if (!last && !concerned) return unconcerned(concerned);
  const later = trail.find((entry) => entry.version > version);
  if (later) {
    const reason = last && (last.reason ?? last.outcome);
    return { outcome: 'overtaken', at: later.at, by: later.version, ...(reason !== undefined && { reason }) };
  }
  if (last) return answeredAs(last);
  return { outcome: 'pending', ...(retrying && retrying.version >= version && tried(retrying)) };
}

const unconcerned = (concerned: false | undefined): Fate => ({
  outcome: concerned === undefined ? 'unknown' : 'not-concerned',
});

/** Nothing was to be told: no later version tells it in its place. */
const isFinal = ({ outcome }: Entry): boolean => outcome === 'skipped';

const answeredAs = ({ outcome, at, reason, attempts, reference }: Entry): Fate => ({
  ...{ outcome, at },
  ...(attempts !== undefined && { attempts }),
  ...(reason !== undefined && { reason }),
  ...(reference !== undefined && { reference }),
});

const tried = ({
  attempts,
  reason,
  until,
}: Omit<NonNullable<DeliveryItem['retrying']>, 'version' | 'at'>) => ({
  ...{ attempts, reason, until },
});

/** What became of a version where every version is told. */
export function loggedFate(entry: LogEntry | undefined, concerned: Concerned): Fate {
  if (!entry) return concerned ? { outcome: 'pending' } : unconcerned(concerned);
  const { outcome, attempts, reason = 'retry', at } = entry;
  if (outcome === 'retry') return { outcome: 'pending', ...tried({ attempts, reason, until: at }) };
  return answeredAs({ ...entry, outcome });
}

/** Tells what is still to be answered from what never will be, at one destination; its mark is read once, and if need be. */
export function notToldAt(marks: Pick<Marks, 'read'>, { id, former }: Pick<Told, 'id' | 'former'>) {
  if (former) return async (fate: Fate): Promise<Fate> => (isUntried(fate) ? { outcome: 'not-told' } : fate);
  let mark: ReturnType<Marks['read']> | undefined;
  return async (fate: Fate, recordedAt: string | undefined): Promise<Fate> => {
    if (fate.outcome !== 'pending' || fate.attempts !== undefined || recordedAt === undefined) return fate;
    mark ??= marks.read(id);
    const known = await mark;
    return known && recordedAt < toIso(known.lowWater) ? { outcome: 'not-told' } : fate;
  };
}

const isUntried = ({ outcome, attempts = 0 }: Fate): boolean => outcome === 'pending' && attempts === 0;

/** All that was ever settled for the version is in the item itself. */
export const reaches = ({ trail, revision }: DeliveryItem, version: number): boolean =>
  hasAll({ trail, revision }) || (trail[0]?.version ?? 0) < version;

/** Nothing has been moved away from the item: a settle raises the revision by one. */
export const hasAll = ({ trail, revision }: Pick<DeliveryItem, 'trail' | 'revision'>): boolean =>
  revision <= trail.length;
