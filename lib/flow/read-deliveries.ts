import { resolve } from '../domain/answer.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { type About, aboutOf } from '../domain/event.ts';
import { cares, type Interest } from '../domain/interest.ts';
import type { Answered } from '../domain/outcome.ts';
import { toMs } from '../domain/time.ts';
import type {
  DeliveryItem,
  Ledger,
  LogEntry,
  Records,
  Retrying,
  SubjectDeliveries,
  TrailEntry,
} from '../ports.ts';
import type { LaneFacts } from './lane.ts';

/** What the view needs to know of an enabled destination. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly kind: 'state' | 'log';
  readonly interest: Interest;
}

/** The destinations that hold copies of what people chose: a watcher has nothing of anybody. */
export const toldIn = (lanes: readonly LaneFacts[]): readonly Told[] =>
  lanes.flatMap(({ destination: { id, title, kind }, interest }) =>
    kind === 'watch' ? [] : [{ id, title, kind, interest }],
  );

export interface DeliveriesPorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'newest' | 'history'>;
  readonly ledger: Pick<Ledger, 'ofSubject'>;
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
  /** How many versions a `log` destination has no answer for. */
  readonly missing?: number;
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
    const [newest, known] = await Promise.all([
      ports.records.newest(subject),
      ports.ledger.ofSubject(subject),
    ]);
    const version = newest?.version.version ?? 0;
    const concerns = version === 0 ? [] : await everyVersion(ports, subject);
    const deliveries = ports.destinations.map((told) => {
      const concerning = concerns
        .filter(({ about }) => cares(told.interest, about))
        .map((each) => each.version);
      return told.kind === 'log' ? logView(told, concerning, known) : stateView(told, concerning, known);
    });
    return { subject, version, deliveries };
  };

interface Concern {
  readonly version: number;
  readonly about: About;
}

const PAGE = 200;
/** Versions looked at, newest first: a subject with more is judged by these. */
const FAR_ENOUGH = 2000;

/** What the newest versions are about, newest first. */
async function everyVersion(
  { records, catalogue }: DeliveriesPorts,
  subject: string,
): Promise<readonly Concern[]> {
  const concerns: Concern[] = [];
  let below: number | undefined;
  while (concerns.length < FAR_ENOUGH && below !== 1) {
    const page = await records.history(subject, { limit: PAGE, ...(below !== undefined && { below }) });
    for (const { version } of page) {
      const state = resolve(version.record, catalogue, toMs(version.recordedAt));
      concerns.push({ version: version.version, about: aboutOf(version, catalogue, state) });
    }
    below = page.at(-1)?.version.version ?? 1;
  }
  return concerns;
}

const outcomeWithout = (concerning: readonly number[]) =>
  concerning.length > 0 ? ('pending' as const) : ('not-concerned' as const);

const newestFirst = (trail: readonly TrailEntry[]): readonly TrailEntry[] =>
  [...trail].sort((a, b) => Number(b.at > a.at) - Number(b.at < a.at));

function stateView(
  { id, title, kind }: Told,
  concerning: readonly number[],
  known: SubjectDeliveries,
): DeliveryView {
  const item: DeliveryItem | undefined = known.items.find(({ destination }) => destination === id);
  const answered = item?.answered;
  const { outcome = outcomeWithout(concerning), at, reason } = answered ?? {};
  const behind = (concerning[0] ?? 0) > (answered?.version ?? 0);
  const archived = known.archived.filter(({ destination }) => destination === id);
  const { at: _, ...retrying } = item?.retrying ?? { at: '' };
  return {
    destination: id,
    title,
    kind,
    outcome,
    version: item?.version ?? 0,
    behind,
    ...(at !== undefined && { at }),
    ...(reason !== undefined && { reason }),
    ...(behind && 'until' in retrying && { retrying }),
    trail: newestFirst([...(item?.trail ?? []), ...archived.flatMap(({ trail }) => trail)]),
  };
}

const LOG_TRAIL = 50;

function logView(
  { id, title, kind }: Told,
  concerning: readonly number[],
  known: SubjectDeliveries,
): DeliveryView {
  const entries = known.logged.filter(({ destination }) => destination === id);
  const answered = entries.flatMap(answeredEntry);
  const versions = new Set(answered.map(({ version }) => version));
  const missing = concerning.filter((version) => !versions.has(version)).length;
  const newest = highest(answered);
  const retrying = highest(entries.filter(({ outcome }) => outcome === 'retry'));
  const delivered = highest(answered.filter(({ outcome }) => outcome === 'delivered'));
  return {
    destination: id,
    title,
    kind,
    outcome: missing > 0 ? 'pending' : (newest?.outcome ?? 'not-concerned'),
    version: delivered?.version ?? 0,
    behind: missing > 0,
    missing,
    ...(newest && { at: newest.at }),
    ...(newest?.reason !== undefined && { reason: newest.reason }),
    ...(missing > 0 && retrying && { retrying: retryingOf(retrying) }),
    trail: newestFirst(answered).slice(0, LOG_TRAIL),
  };
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

const highest = <T extends { readonly version: number }>(entries: readonly T[]): T | undefined =>
  entries.reduce<T | undefined>(
    (best, entry) => (best && best.version > entry.version ? best : entry),
    undefined,
  );
