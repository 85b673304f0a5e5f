import { cares } from '../domain/interest.ts';
import type { DeliveryItem, Ledger, Log, Marks } from '../ports.ts';
import { type AboutPorts, concernsOf } from './concerns.ts';
import {
  type Concerned,
  type Entry,
  type Fate,
  fateOf,
  heldIn,
  loggedFate,
  notToldAt,
  reaches,
} from './fate.ts';
import type { Told } from './read-deliveries.ts';
import { type Concern, type Trails, upTo } from './trails.ts';

export interface ToldPorts extends AboutPorts {
  readonly trails: Trails;
  readonly ledger: Pick<Ledger, 'ofSubject'>;
  readonly log: Pick<Log, 'read'>;
  /** Of the lanes. */
  readonly marks: Pick<Marks, 'read'>;
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
      concernsOf(ports, subject, { below: version + 1, limit: 1 }),
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
      concernsOf(ports, subject, page),
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
  const notTold = notToldAt(ports.marks, told);
  const each = async (fate: (version: number, concerned: Concerned) => Fate) => {
    const fates = concerns.map(async (concern) => {
      const { version, recordedAt } = concern;
      return [version, await notTold(fate(version, isConcerned(told, concern)), recordedAt)] as const;
    });
    return new Map(await Promise.all(fates));
  };
  if (told.kind === 'log') {
    const named = concerns.map(({ version }) => ({ subject, version }));
    const entries = await ports.log.read(told.id, named);
    return each((version, concerned) => loggedFate(entries.get(`${subject}:${version}`), concerned));
  }
  const trail = item ? await trailFrom(ports.trails, item, concerns.at(-1)?.version ?? 0) : [];
  return each((version, concerned) => fateOf(version, { concerned, trail, retrying: item?.retrying }));
}

const isConcerned = ({ interest }: Told, { about }: Concern): Concerned => about && cares(interest, about);

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
  const { version, recordedAt } = concern;
  const concerned = isConcerned(told, concern);
  const notTold = notToldAt(ports.marks, told);
  if (told.kind === 'log') {
    const entries = await ports.log.read(told.id, [{ subject, version }]);
    return notTold(loggedFate(entries.get(`${subject}:${version}`), concerned), recordedAt);
  }
  const fate = item
    ? await stateFate(ports.trails, item, { version, concerned })
    : fateOf(version, { concerned, trail: [] });
  return notTold(fate, recordedAt);
}

/** What became of a version where the newest state alone is told, by the item and what was moved away from it. */
export async function stateFate(
  trails: Pick<Trails, 'upFrom'>,
  item: DeliveryItem,
  { version, concerned }: { readonly version: number; readonly concerned: Concerned },
): Promise<Fate> {
  const older = reaches(item, version) ? [] : await upTo(trails, item, version);
  return fateOf(version, { concerned, trail: [...older, ...heldIn(item)], retrying: item.retrying });
}
