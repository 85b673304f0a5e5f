import { cares, type Interest } from '../domain/interest.ts';
import type { Answered } from '../domain/outcome.ts';
import type { DeliveryItem, Ledger, LogEntry, Retrying, TrailEntry } from '../ports.ts';
import type { LaneFacts } from './lane.ts';
import type { Concern, Trails } from './trails.ts';

/** What the view needs to know of an enabled destination. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly kind: 'state' | 'log';
  readonly interest: Interest;
  /** It can erase a person; others are told that everything is withdrawn. */
  readonly erases?: boolean;
  /** Of one that can erase: by what it knows people. */
  readonly identifiedBy?: readonly string[];
}

/** The destinations that hold copies of what people chose: a watcher has nothing of anybody. */
export const toldIn = (lanes: readonly LaneFacts[]): readonly Told[] =>
  lanes.flatMap(({ destination: { id, title, kind, identifiedBy }, interest, erases }) =>
    kind === 'watch' ? [] : [{ id, title, kind, interest, ...(erases && { erases, identifiedBy }) }],
  );

export interface DeliveriesPorts {
  readonly ledger: Pick<Ledger, 'ofSubject'>;
  readonly trails: Trails;
  readonly destinations: readonly Told[];
}

export interface DeliveryView {
  readonly destination: string;
  readonly title: string;
  readonly kind: 'state' | 'log';
  /** `pending`: not answered yet. `not-concerned`: nothing this subject said is about it. */
  readonly outcome: Answered['kind'] | 'pending' | 'not-concerned';
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
    const looked = await lookAt(ports.trails, subject, all);
    const views = all.map(({ told, item }) =>
      told.kind === 'log'
        ? logView(ports.trails, { subject, told, looked })
        : stateView(ports.trails, { subject, told, item, looked }),
    );
    return { subject, version: looked.version, deliveries: await Promise.all(views) };
  };

interface Known {
  readonly told: Told;
  readonly item: DeliveryItem | undefined;
}

/** What was found out about the versions. */
interface Looked {
  /** Of the record. */
  readonly version: number;
  /** The newest versions, newest first: all that is counted for a destination that is told every version. */
  readonly counted: readonly Concern[];
  /** By destination that is told the newest state: the newest version it cares about and has not answered. */
  readonly unanswered: ReadonlyMap<string, number>;
}

const PAGE = 200;
/** Versions looked at, newest first: a subject with more is judged by these. */
const FAR_ENOUGH = 2000;

/** Looks at what versions are about, newest first, until that is known of every destination. */
async function lookAt(trails: Trails, subject: string, all: readonly Known[]): Promise<Looked> {
  const counted = await trails.abouts(subject, { limit: PAGE });
  const unanswered = new Map<string, number>();
  let open = all.filter(({ told }) => told.kind === 'state');
  let page = counted;
  for (let looked = 0; open.length > 0 && page.length > 0 && looked < FAR_ENOUGH; looked += page.length) {
    for (const concern of page) open = open.filter((known) => isOpen(known, concern, unanswered));
    const below = page.at(-1)?.version ?? 1;
    page = open.length > 0 ? await trails.abouts(subject, { below, limit: PAGE }) : [];
  }
  return { version: counted[0]?.version ?? 0, counted, unanswered };
}

/** Is it still to be found out which version this destination has not answered? */
function isOpen({ told, item }: Known, concern: Concern, unanswered: Map<string, number>): boolean {
  if ((item?.answered?.version ?? 0) >= concern.version) return false;
  if (!caresAbout(told, concern)) return true;
  unanswered.set(told.id, concern.version);
  return false;
}

const caresAbout = ({ interest }: Told, { about }: Concern): boolean =>
  about !== undefined && cares(interest, about);

/** Entries of a trail that are shown: all about one version is told where that version is asked for. */
const SHOWN = 50;

interface Viewing {
  readonly subject: string;
  readonly told: Told;
  readonly looked: Looked;
}

async function stateView(
  trails: Trails,
  { subject, told, item, looked }: Viewing & Known,
): Promise<DeliveryView> {
  const { id, title, kind } = told;
  const answered = item?.answered;
  const behind = looked.unanswered.has(id);
  const { outcome = behind ? ('pending' as const) : ('not-concerned' as const), at, reason } = answered ?? {};
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

async function logView(trails: Trails, { subject, told, looked }: Viewing): Promise<DeliveryView> {
  const { id, title, kind } = told;
  const { counted, version } = looked;
  const entries = await newestLogged(trails, { subject, destination: id }, looked);
  const answered = entries.flatMap(answeredEntry);
  const versions = new Set(answered.map((entry) => entry.version));
  const concerning = counted.filter((concern) => caresAbout(told, concern));
  const missing = concerning.filter((concern) => !versions.has(concern.version)).length;
  const [newest] = answered;
  const retrying = entries.find(({ outcome }) => outcome === 'retry');
  return {
    destination: id,
    ...{ title, kind },
    outcome: missing > 0 ? 'pending' : (newest?.outcome ?? 'not-concerned'),
    version: answered.find(({ outcome }) => outcome === 'delivered')?.version ?? 0,
    behind: missing > 0,
    ...{ missing, counted: Math.min(counted.length, version) },
    ...(newest && { at: newest.at }),
    ...(newest?.reason !== undefined && { reason: newest.reason }),
    ...(missing > 0 && retrying && { retrying: retryingOf(retrying) }),
    trail: answered.slice(0, SHOWN),
  };
}

/** Newest version first: all of the versions that are counted, and on to the newest that was delivered. */
async function newestLogged(
  trails: Trails,
  of: Parameters<Trails['logged']>[0],
  { version, counted }: Looked,
): Promise<readonly LogEntry[]> {
  const lowest = counted.at(-1)?.version ?? 1;
  const entries: LogEntry[] = [];
  let delivered = false;
  for await (const entry of trails.logged(of, version)) {
    if (entries.length >= FAR_ENOUGH || (delivered && entry.version < lowest)) break;
    entries.push(entry);
    delivered ||= entry.outcome === 'delivered';
  }
  return entries;
}

/** A log entry that says `retry` is no answer yet. */
const answeredEntry = ({
  subject: _,
  destination: __,
  outcome,
  ...entry
}: LogEntry): readonly TrailEntry[] => (outcome === 'retry' ? [] : [{ ...entry, outcome }]);

const retryingOf = ({ version, attempts, reason = 'retry', at }: LogEntry): Omit<Retrying, 'at'> => ({
  version,
  attempts,
  reason,
  until: at,
});
