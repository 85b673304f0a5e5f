import { cares } from '../domain/interest.ts';
import type { Answered } from '../domain/outcome.ts';
import type { DeliveryItem, Ledger, Log, LogEntry, TrailEntry } from '../ports.ts';
import type { Told } from './read-deliveries.ts';
import type { Concern, TrailOf, Trails } from './trails.ts';

/** What became of one version at one destination. */
export interface Fate {
  /**
   * `overtaken`: a later one was answered in its place, for a destination is told the newest state. `pending`: not
   * answered yet. `not-concerned`: it says nothing of what this destination cares about.
   */
  readonly outcome: Answered['kind'] | 'pending' | 'overtaken' | 'not-concerned';
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

export interface StateFacts {
  /** The version is about something this destination cares about. */
  readonly concerned: boolean;
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
  if (!last && !concerned) return { outcome: 'not-concerned' };
  const later = trail.find((entry) => entry.version > version);
  if (later) {
    const reason = last && (last.reason ?? last.outcome);
    return { outcome: 'overtaken', at: later.at, by: later.version, ...(reason !== undefined && { reason }) };
  }
  if (last) return answeredAs(last);
  return { outcome: 'pending', ...(retrying && retrying.version >= version && tried(retrying)) };
}

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
export function loggedFate(entry: LogEntry | undefined, concerned: boolean): Fate {
  if (!entry) return { outcome: concerned ? 'pending' : 'not-concerned' };
  const { outcome, attempts, reason = 'retry', at } = entry;
  if (outcome === 'retry') return { outcome: 'pending', ...tried({ attempts, reason, until: at }) };
  return answeredAs({ ...entry, outcome });
}

export interface ToldPorts {
  readonly trails: Trails;
  readonly ledger: Pick<Ledger, 'ofSubject'>;
  readonly log: Pick<Log, 'read'>;
  readonly destinations: readonly Told[];
}

export type Named = Pick<Told, 'title' | 'kind'> & { readonly destination: string };

export interface ToldView {
  readonly subject: string;
  readonly version: number;
  readonly deliveries: readonly (Named & Fate)[];
}

export const nameOf = ({ id, title, kind }: Told): Named => ({ destination: id, title, kind });

/** What became of one version at each destination. Undefined: the subject has no such version. */
export const toldOf =
  (ports: ToldPorts) =>
  async (subject: string, version: number): Promise<ToldView | undefined> => {
    const [[concern], { items }] = await Promise.all([
      ports.trails.abouts(subject, { below: version + 1, limit: 1 }),
      ports.ledger.ofSubject(subject, 'items'),
    ]);
    if (concern?.version !== version) return undefined;
    const deliveries = await Promise.all(
      ports.destinations.map(async (told) => {
        const item = items.find(({ destination }) => destination === told.id);
        return { ...nameOf(told), ...(await fateAt(ports, { subject, told, item, concern })) };
      }),
    );
    return { subject, version, deliveries };
  };

/** What became of many versions, newest first: each destination is read once for all of them. */
export const toldOfMany =
  (ports: ToldPorts) =>
  async (
    subject: string,
    page: { readonly below?: number; readonly limit: number },
  ): Promise<readonly ToldView[]> => {
    const [concerns, { items }] = await Promise.all([
      ports.trails.abouts(subject, page),
      ports.ledger.ofSubject(subject, 'items'),
    ]);
    const fates = await Promise.all(
      ports.destinations.map((told) => {
        const item = items.find(({ destination }) => destination === told.id);
        return fatesAt(ports, { subject, told, item, concerns });
      }),
    );
    return concerns.map(({ version }) => ({
      ...{ subject, version },
      deliveries: ports.destinations.flatMap((told, i) => {
        const fate = fates[i]?.get(version);
        return fate ? [{ ...nameOf(told), ...fate }] : [];
      }),
    }));
  };

interface AskedMany extends Omit<Asked, 'concern'> {
  readonly concerns: readonly Concern[];
}

async function fatesAt(
  ports: ToldPorts,
  { subject, told, item, concerns }: AskedMany,
): Promise<ReadonlyMap<number, Fate>> {
  const isConcerned = ({ about }: Concern): boolean => about !== undefined && cares(told.interest, about);
  const each = (fate: (version: number, concerned: boolean) => Fate) =>
    new Map(concerns.map((concern) => [concern.version, fate(concern.version, isConcerned(concern))]));
  if (told.kind === 'log') {
    const named = concerns.map(({ version }) => ({ subject, version }));
    const entries = await ports.log.read(told.id, named);
    return each((version, concerned) => loggedFate(entries.get(`${subject}:${version}`), concerned));
  }
  const trail = item ? await trailFrom(ports.trails, item, concerns.at(-1)?.version ?? 0) : [];
  return each((version, concerned) => fateOf(version, { concerned, trail, retrying: item?.retrying }));
}

/** All that was settled for a version and those after it. */
async function trailFrom(trails: Pick<Trails, 'upFrom'>, item: DeliveryItem, version: number) {
  const entries: Entry[] = [];
  if (!reaches(item, version)) for await (const trail of trails.upFrom(item, version)) entries.push(...trail);
  return [...entries, ...heldIn(item)];
}

interface Asked {
  readonly subject: string;
  readonly told: Told;
  readonly item: DeliveryItem | undefined;
  readonly concern: Concern;
}

async function fateAt(ports: ToldPorts, { subject, told, item, concern }: Asked): Promise<Fate> {
  const { version, about } = concern;
  const concerned = about !== undefined && cares(told.interest, about);
  if (told.kind === 'log') {
    const entries = await ports.log.read(told.id, [{ subject, version }]);
    return loggedFate(entries.get(`${subject}:${version}`), concerned);
  }
  return item
    ? stateFate(ports.trails, item, { version, concerned })
    : fateOf(version, { concerned, trail: [] });
}

/** What became of a version where the newest state alone is told, by the item and what was moved away from it. */
export async function stateFate(
  trails: Pick<Trails, 'upFrom'>,
  item: DeliveryItem,
  { version, concerned }: { readonly version: number; readonly concerned: boolean },
): Promise<Fate> {
  const older = reaches(item, version) ? [] : await upTo(trails, item, version);
  return fateOf(version, { concerned, trail: [...older, ...heldIn(item)], retrying: item.retrying });
}

/** All that was ever settled for the version is in the item itself. */
const reaches = ({ trail, revision }: DeliveryItem, version: number): boolean =>
  hasAll({ trail, revision }) || (trail[0]?.version ?? 0) < version;

/** Nothing has been moved away from the item: a settle raises the revision by one. */
export const hasAll = ({ trail, revision }: Pick<DeliveryItem, 'trail' | 'revision'>): boolean =>
  revision <= trail.length;

/** Older entries from the first that can be of this version to the first of a later one. */
async function upTo(
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
