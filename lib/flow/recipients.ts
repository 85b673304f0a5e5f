import type { Recipient } from '../config/recipient.ts';
import type { HeedConfig } from '../config.ts';
import type { Answered } from '../domain/outcome.ts';
import type { DeliveryItem, Ledger, LogEntry, TrailEntry } from '../ports.ts';
import type { LaneFacts } from './lane.ts';
import type { Trails } from './trails.ts';

/** One destination in the register of recipients. */
export interface Registered {
  readonly destination: string;
  readonly title: string;
  readonly enabled: boolean;
  /** Nobody has declared who it is: null. */
  readonly recipient: Recipient | null;
  /** Categories of personal data that are sent. */
  readonly data: readonly string[];
  readonly topics: readonly string[] | 'all';
  readonly channels: readonly string[] | 'all';
  /** What it is told of a person who is being erased: to erase her, or that everything is withdrawn. */
  readonly erases: 'erase' | 'suppress';
}

type Config = Pick<HeedConfig, 'destinations' | 'purposes'>;

/** Every declared destination that holds a copy of anything, enabled or not, in the order of the configuration. */
export const registerOf = (config: Config, lanes: readonly LaneFacts[]): readonly Registered[] =>
  Object.entries(config.destinations).flatMap(([id, { enabled, recipient }]) => {
    const lane = lanes.find(({ destination }) => destination.id === id);
    if (lane?.destination.kind === 'watch') return [];
    const known = { destination: id, enabled, recipient: recipientIn(config, recipient) };
    const data = recipient?.data ?? (lane ? sentTo(lane) : []);
    return [{ ...known, data, ...(lane ? toldAs(lane) : notTold(id)) }];
  });

/** With its purpose in words. */
const recipientIn = ({ purposes }: Config, recipient: Recipient | undefined): Recipient | null =>
  recipient ? { ...recipient, purpose: purposes[recipient.purpose]?.title ?? recipient.purpose } : null;

type ToldAs = Pick<Registered, 'title' | 'topics' | 'channels' | 'erases'>;

const toldAs = ({ destination: { title }, interest, erases }: LaneFacts): ToldAs => ({
  ...{ title, topics: interest.topics, channels: interest.channels },
  erases: erases ? 'erase' : 'suppress',
});

const notTold = (title: string): ToldAs => ({ title, topics: [], channels: [], erases: 'suppress' });

/** What the mapping sends: what people go by there, and what they chose, with where it came from. */
const sentTo = ({ destination: { kind, identifiedBy } }: LaneFacts): readonly string[] => [
  ...(identifiedBy.length > 0 ? identifiedBy : ['opaque id of the person']),
  ...(kind === 'log' ? ['every choice and preference'] : ['choices']),
  'source, time and notice of each choice',
];

/** A recipient of one person's data. */
export interface RecipientView extends Omit<Registered, 'data' | 'topics' | 'channels'> {
  readonly firstToldAt: string;
  readonly lastToldAt: string;
  /** Highest version it has; 0 for none. */
  readonly version: number;
  readonly outcome: Answered['kind'] | 'pending';
}

export interface RecipientsPorts {
  readonly ledger: Pick<Ledger, 'ofSubject'>;
  readonly trails: Pick<Trails, 'upFrom' | 'logged' | 'loggedUp'>;
  readonly register: readonly Registered[];
}

/**
 * Whoever was told anything of one person: a row for each destination that was sent a request about her, whatever became
 * of it; one that is not declared any more is named by its id.
 */
export const recipientsOf =
  ({ ledger, trails, register }: RecipientsPorts) =>
  async (subject: string): Promise<readonly RecipientView[]> => {
    const { items } = await ledger.ofSubject(subject, 'items');
    const strangers = items
      .map(({ destination }) => destination)
      .filter((id) => !register.some(({ destination }) => destination === id))
      .map(undeclared);
    const rows = [...register, ...strangers].map(async (known): Promise<readonly RecipientView[]> => {
      const { data: _, topics: __, channels: ___, ...row } = known;
      const item = items.find(({ destination }) => destination === known.destination);
      const told = item
        ? await toldAsState(trails, item)
        : await toldAsLog(trails, subject, known.destination);
      return told ? [{ ...row, ...told }] : [];
    });
    return (await Promise.all(rows)).flat();
  };

const undeclared = (id: string): Registered => ({
  ...{ destination: id, enabled: false, recipient: null, data: [] },
  ...notTold(id),
});

type ToldSo = Pick<RecipientView, 'firstToldAt' | 'lastToldAt' | 'version' | 'outcome'>;

/** Answers for which nothing left Heed. */
const UNSENT: ReadonlySet<string> = new Set(['no-identifier', 'nothing-to-say', 'paused', 'broken-version']);

const wasSent = ({ outcome, reason = '' }: Pick<TrailEntry, 'outcome' | 'reason'>): boolean =>
  outcome === 'delivered' || !UNSENT.has(reason);

async function toldAsState(trails: Pick<Trails, 'upFrom'>, item: DeliveryItem): Promise<ToldSo | undefined> {
  const inItem = item.trail.filter(wasSent);
  const older = item.revision > item.trail.length ? await oldest(trails, item) : undefined;
  const first = older?.first ?? inItem[0];
  const last = inItem.at(-1) ?? older?.last;
  if (!first || !last) return undefined;
  const { version, answered } = item;
  return {
    ...{ firstToldAt: first.at, lastToldAt: last.at, version },
    outcome: answered?.outcome ?? 'pending',
  };
}

/** Of what was moved away: what was sent first; all of it is read only where the item itself was sent nothing. */
async function oldest(trails: Pick<Trails, 'upFrom'>, item: DeliveryItem) {
  let found: { readonly first: TrailEntry; readonly last: TrailEntry } | undefined;
  const enough = item.trail.some(wasSent);
  for await (const trail of trails.upFrom(item, 0)) {
    for (const entry of trail.filter(wasSent)) found = { first: found?.first ?? entry, last: entry };
    if (found && enough) break;
  }
  return found;
}

async function toldAsLog(
  trails: Pick<Trails, 'logged' | 'loggedUp'>,
  subject: string,
  destination: string,
): Promise<ToldSo | undefined> {
  const of = { subject, destination };
  const first = await firstSent(trails.loggedUp(of));
  if (!first) return undefined;
  const newest = await firstSent(trails.logged(of, Number.MAX_SAFE_INTEGER));
  const { version, at, outcome } = newest ?? first;
  return {
    ...{ firstToldAt: first.at, lastToldAt: at, version: outcome === 'delivered' ? version : 0 },
    outcome: outcome === 'retry' ? 'pending' : outcome,
  };
}

/** An attempt that is to be repeated has been sent, and may have arrived. */
async function firstSent(entries: AsyncIterable<LogEntry>): Promise<LogEntry | undefined> {
  for await (const entry of entries)
    if (entry.outcome === 'retry' || wasSent({ ...entry, outcome: entry.outcome })) return entry;
  return undefined;
}
