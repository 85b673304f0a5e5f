import type { Interest } from '../domain/interest.ts';
import type { Answered } from '../domain/outcome.ts';
import type { DeliveryItem, Ledger, Marks, Retrying, TrailEntry } from '../ports.ts';
import { type AboutPorts, caresAbout, concernsOf } from './concerns.ts';
import type { LaneFacts } from './lane.ts';
import { loggedView } from './logged-view.ts';
import { isPassed, silence } from './passed.ts';
import { type Concern, FAR_ENOUGH, SHOWN, type Trails } from './trails.ts';

/** What the view needs to know of a destination. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly kind: 'state' | 'log';
  readonly interest: Interest;
  /** It can erase a person; others are told that everything is withdrawn. */
  readonly erases?: boolean;
  /** Of one that can erase: by what it knows people. */
  readonly identifiedBy?: readonly string[];
  /** It is not enabled any more: nobody tells it. */
  readonly former?: boolean;
  /** All it ever cared about, where that may be more than its interest. */
  readonly ever?: Interest;
}

/** The destinations that hold copies of what people chose: a watcher has nothing of anybody. */
export const toldIn = (lanes: readonly LaneFacts[]): readonly Told[] =>
  lanes.flatMap(({ destination: { id, title, kind, identifiedBy }, interest, erases }) =>
    kind === 'watch' ? [] : [{ id, title, kind, interest, ...(erases && { erases, identifiedBy }) }],
  );

export interface DeliveriesPorts extends AboutPorts {
  readonly ledger: Pick<Ledger, 'ofSubject'>;
  readonly trails: Trails;
  /** Of the lanes. */
  readonly marks: Pick<Marks, 'read'>;
  readonly destinations: readonly Told[];
}

export interface DeliveryView {
  readonly destination: string;
  readonly title: string;
  readonly kind: 'state' | 'log';
  /**
   * `pending`: not answered yet. `not-concerned`: nothing this subject said is about it. `not-told`: something is, but was
   * recorded before it was there, or cared, and nobody is going to tell it. `unknown`: what was said cannot be read.
   */
  readonly outcome: Answered['kind'] | 'pending' | 'not-concerned' | 'not-told' | 'unknown';
  /** Highest version it has; 0 for none. */
  readonly version: number;
  /** A version that concerns it is not answered yet. */
  readonly behind: boolean;
  /** How many versions a `log` destination has no answer for, of the newest `counted`. */
  readonly missing?: number;
  readonly counted?: number;
  /** When that outcome was reached. */
  readonly at?: string;
  readonly reason?: string;
  readonly retrying?: Omit<Retrying, 'at'>;
  /** Newest first. */
  readonly trail: readonly TrailEntry[];
}

export interface DeliveriesView {
  readonly subject: string;
  readonly version: number;
  readonly deliveries: readonly DeliveryView[];
}

/** What each enabled destination has of one subject. */
export const readDeliveries =
  (ports: DeliveriesPorts) =>
  async (subject: string): Promise<DeliveriesView> => {
    const { items } = await ports.ledger.ofSubject(subject, 'items');
    const all = ports.destinations.map((told) => ({
      told,
      item: items.find(({ destination }) => destination === told.id),
    }));
    const looked = await lookAt(ports, subject, all);
    const views = all.map(({ told, item }) =>
      told.kind === 'log'
        ? loggedView(ports, { subject, told, looked })
        : stateView(ports, { subject, told, item, looked }),
    );
    return { subject, version: looked.version, deliveries: await Promise.all(views) };
  };

interface Known {
  readonly told: Told;
  readonly item: DeliveryItem | undefined;
}

/** What was found out about the versions. */
export interface Looked {
  /** Of the record. */
  readonly version: number;
  /** The newest versions, newest first: all that is counted for a destination that is told every version. */
  readonly counted: readonly Concern[];
  /** By destination that is told the newest state: the newest version it cares about and has not answered. */
  readonly unanswered: ReadonlyMap<string, Concern>;
  /** Such destinations for which a version may count that cannot be read. */
  readonly doubtful: ReadonlySet<string>;
}

const PAGE = 200;

/** Looks at what versions are about, newest first, until that is known of every destination. */
async function lookAt(ports: DeliveriesPorts, subject: string, all: readonly Known[]): Promise<Looked> {
  const counted = await concernsOf(ports, subject, { limit: PAGE });
  const found: Found = { unanswered: new Map(), doubtful: new Set() };
  let open = all.filter(({ told }) => told.kind === 'state');
  let page = counted;
  for (let looked = 0; open.length > 0 && page.length > 0 && looked < FAR_ENOUGH; looked += page.length) {
    for (const concern of page) open = open.filter((known) => isOpen(known, concern, found));
    const below = page.at(-1)?.version ?? 1;
    page = open.length > 0 ? await concernsOf(ports, subject, { below, limit: PAGE }) : [];
  }
  return { version: counted[0]?.version ?? 0, counted, ...found };
}

interface Found {
  readonly unanswered: Map<string, Concern>;
  readonly doubtful: Set<string>;
}

/** Is it still to be found out which version this destination has not answered? */
function isOpen({ told, item }: Known, concern: Concern, { unanswered, doubtful }: Found): boolean {
  if ((item?.answered?.version ?? 0) >= concern.version) return false;
  if (!concern.about) doubtful.add(told.id);
  if (!caresAbout(told, concern)) return true;
  unanswered.set(told.id, concern);
  return false;
}

export interface Viewing {
  readonly subject: string;
  readonly told: Told;
  readonly looked: Looked;
}

async function stateView(
  { trails, marks }: DeliveriesPorts,
  { subject, told, item, looked }: Viewing & Known,
): Promise<DeliveryView> {
  const { id, title, kind } = told;
  const open = looked.unanswered.get(id);
  const behind = open !== undefined && (await isAwaited(marks, { id, item, open }));
  const silent = silence(open !== undefined, looked.doubtful.has(id));
  const { outcome = behind ? 'pending' : silent, at, reason } = item?.answered ?? {};
  const { at: _, ...retrying } = item?.retrying ?? { at: '' };
  return {
    destination: id,
    ...{ title, kind, outcome, version: item?.version ?? 0, behind },
    ...(at !== undefined && { at }),
    ...(reason !== undefined && { reason }),
    ...(behind && 'until' in retrying && { retrying }),
    trail: item ? await newestEntries(trails, { subject, destination: id }, item) : [],
  };
}

interface Unanswered {
  readonly id: string;
  readonly item: DeliveryItem | undefined;
  readonly open: Concern;
}

/** Is somebody going to tell it, or at it already? */
async function isAwaited(marks: Pick<Marks, 'read'>, { id, item, open }: Unanswered): Promise<boolean> {
  return (item?.retrying?.version ?? 0) >= open.version || !(await isPassed(marks, id))(open);
}

/** Newest first. A settle raises the revision by one: there are older entries only where it is above their number. */
async function newestEntries(
  trails: Trails,
  of: Parameters<Trails['downFrom']>[0],
  { trail, revision }: DeliveryItem,
): Promise<readonly TrailEntry[]> {
  const entries = [...trail].reverse();
  if (revision <= trail.length) return entries;
  for await (const older of trails.downFrom(of, Number.MAX_SAFE_INTEGER)) {
    entries.push(...[...older].reverse());
    if (entries.length >= SHOWN) break;
  }
  return entries.slice(0, SHOWN);
}
