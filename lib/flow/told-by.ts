import { toIso } from '../domain/time.ts';
import type { DeliveryItem, TrailEntry } from '../ports.ts';
import { hasAll } from './fate.ts';
import { type Named, nameOf, type ToldPorts } from './told.ts';
import { type Concern, FAR_ENOUGH, type TrailOf, type Trails, upTo } from './trails.ts';

/** What a destination had been given by a moment: the highest version, 0 for none, and since when. */
export interface Had {
  readonly version: number;
  readonly since?: string;
  /** No version from this one up had been given by then, and no lower one was looked at: `version` says nothing. */
  readonly lookedDownTo?: number;
}

/** Of these entries the highest version that was delivered by `moment` (ISO), and when first. */
export function hadBy(
  entries: readonly { readonly version: number; readonly at: string; readonly outcome: string }[],
  moment: string,
): Had | undefined {
  const given = entries.filter(({ outcome, at }) => outcome === 'delivered' && at <= moment);
  const version = Math.max(0, ...given.map((entry) => entry.version));
  const [first] = given
    .filter((entry) => entry.version === version)
    .map(({ at }) => at)
    .sort();
  return first === undefined ? undefined : { version, since: first };
}

export interface HadView {
  readonly subject: string;
  readonly at: string;
  /** The newest version Heed itself had recorded by then. */
  readonly version: number;
  readonly deliveries: readonly (Named & Had)[];
}

/** What each destination had been given by a moment (ms). */
export const toldBy =
  (ports: ToldPorts) =>
  async (subject: string, moment: number): Promise<HadView> => {
    const at = toIso(moment);
    const [{ items }, version] = await Promise.all([
      ports.ledger.ofSubject(subject, 'items'),
      newestBy(ports.trails, subject, at),
    ]);
    const deliveries = await Promise.all(
      ports.destinations.map(async (told) => {
        const item = items.find(({ destination }) => destination === told.id);
        const of = { subject, destination: told.id };
        const had =
          told.kind === 'log'
            ? await loggedBy(ports.trails, { of, version, at })
            : item && (await givenBy(ports.trails, item, { version, at }));
        return { ...nameOf(told), ...(had ?? { version: 0 }) };
      }),
    );
    return { subject, at, version, deliveries };
  };

/** Recording times rise with the number. Where an item does not say, it counts as recorded by then. */
async function newestBy(trails: Pick<Trails, 'abouts'>, subject: string, at: string): Promise<number> {
  const wasRecorded = ({ recordedAt = '' }: Concern): boolean => recordedAt <= at;
  const [newest] = await trails.abouts(subject, { limit: 1 });
  if (!newest || wasRecorded(newest)) return newest?.version ?? 0;
  let [low, high] = [0, newest.version - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [one] = await trails.abouts(subject, { below: middle + 1, limit: 1 });
    if (one && wasRecorded(one)) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface By {
  /** The newest version recorded by then: nothing later can have been delivered. */
  readonly version: number;
  readonly at: string;
}

async function givenBy(trails: Trails, item: DeliveryItem, by: By): Promise<Had | undefined> {
  const inItem = hadBy(item.trail, by.at);
  if (hasAll(item) || (inItem && (item.trail[0]?.version ?? 0) < inItem.version)) return inItem;
  const around = await upTo(trails, item, by.version);
  return before(trails, item, { ...by, entries: [...around, ...item.trail] });
}

/** Goes back until what was given is known, and when first. */
async function before(
  trails: Trails,
  item: DeliveryItem,
  { version, at, entries }: By & { readonly entries: readonly TrailEntry[] },
): Promise<Had | undefined> {
  const all = [...entries];
  for await (const trail of trails.downFrom(item, version)) {
    all.push(...trail);
    const had = hadBy(all, at);
    if (had && trail.some((entry) => entry.version < had.version)) return had;
  }
  return hadBy(all, at);
}

async function loggedBy(
  trails: Trails,
  { of, version, at }: By & { readonly of: TrailOf },
): Promise<Had | undefined> {
  for await (const entry of trails.logged(of, version)) {
    const had = hadBy([entry], at);
    if (had) return had;
    if (entry.version <= version - FAR_ENOUGH) return { version: 0, lookedDownTo: entry.version };
  }
  return undefined;
}
