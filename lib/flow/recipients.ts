import type { Recipient } from '../config/recipient.ts';
import type { HeedConfig } from '../config.ts';
import type { Answered } from '../domain/outcome.ts';
import { toIso } from '../domain/time.ts';
import type { Clock, DeliveryItem, Ledger, LogEntry } from '../ports.ts';
import { type Entry, heldIn } from './fate.ts';
import { loggedNames } from './former.ts';
import type { LaneFacts } from './lane.ts';
import { sentIn } from './sent-times.ts';
import type { TrailOf, Trails } from './trails.ts';
import { wasSent } from './was-sent.ts';

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
  /** Of a system that is told states both are times of answers or, of what is being tried, of the last attempt. */
  readonly lastToldAt: string;
  /** Highest version it has; 0 for none. */
  readonly version: number;
  readonly outcome: Answered['kind'] | 'pending';
}

export interface RecipientsPorts {
  readonly ledger: Pick<Ledger, 'ofSubject'>;
  readonly trails: Pick<Trails, 'upFrom' | 'loggedUp' | 'logs'>;
  readonly register: readonly Registered[];
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Whoever was told anything of one person: a row for each destination that was sent a request about her, whatever became
 * of it; one that is not declared any more is named by its id.
 */
export const recipientsOf =
  ({ ledger, trails, register, clock }: RecipientsPorts) =>
  async (subject: string): Promise<readonly RecipientView[]> => {
    const [{ items }, logs] = await Promise.all([
      ledger.ofSubject(subject, 'items'),
      loggedNames(trails, subject),
    ]);
    const strangers = [...new Set([...items.map(({ destination }) => destination), ...logs])]
      .filter((id) => !register.some(({ destination }) => destination === id))
      .map(undeclared);
    const rows = [...register, ...strangers].map(async (known): Promise<readonly RecipientView[]> => {
      const { data: _, topics: __, channels: ___, ...row } = known;
      const item = items.find(({ destination }) => destination === known.destination);
      const of = { subject, destination: known.destination };
      const asLog = logs.includes(known.destination) ? toldAsLog(trails, of, toIso(clock.now())) : undefined;
      const told = await (item ? toldAsState(trails, item) : asLog);
      return told ? [{ ...row, ...told }] : [];
    });
    return (await Promise.all(rows)).flat();
  };

const undeclared = (id: string): Registered => ({
  ...{ destination: id, enabled: false, recipient: null, data: [] },
  ...notTold(id),
});

type ToldSo = Pick<RecipientView, 'firstToldAt' | 'lastToldAt' | 'version' | 'outcome'>;

/** Undefined: it was sent nothing. */
export async function toldAsState(
  trails: Pick<Trails, 'upFrom'>,
  item: DeliveryItem,
): Promise<ToldSo | undefined> {
  const inItem = heldIn(item).filter(wasSent);
  const older = item.revision > item.trail.length ? await oldest(trails, item, inItem.length > 0) : undefined;
  const trying = tryingSince(item);
  const first = older?.first.at ?? inItem[0]?.at ?? trying;
  const last = [older?.last.at, inItem.at(-1)?.at, trying]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { version, answered } = item;
  return {
    ...{ firstToldAt: first, lastToldAt: last, version },
    outcome: answered?.outcome ?? 'pending',
  };
}

/** When it was last tried, of what is still being tried; what was only put back has been sent nothing since. */
const tryingSince = ({ retrying }: DeliveryItem): string | undefined =>
  retrying && retrying.attempts > 0 ? retrying.at : undefined;

/** Of what was moved away: what was sent first; all of it is read only where the item itself was sent nothing. */
async function oldest(trails: Pick<Trails, 'upFrom'>, item: DeliveryItem, enough: boolean) {
  let found: { readonly first: Entry; readonly last: Entry } | undefined;
  for await (const trail of trails.upFrom(item, 0)) {
    for (const entry of trail.filter(wasSent)) found = { first: found?.first ?? entry, last: entry };
    if (found && enough) break;
  }
  return found;
}

/** All of it is read: an old version may have been answered last, and a new one first. */
async function toldAsLog(
  trails: Pick<Trails, 'loggedUp'>,
  of: TrailOf,
  now: string,
): Promise<ToldSo | undefined> {
  let told: ToldSo | undefined;
  for await (const entry of trails.loggedUp(of))
    if (wasSent(entry)) told = toldAlso(told, entry, sentIn(entry) ?? atOnce(noLater(entry, now)));
  return told;
}

/** With the entry of a higher version. */
function toldAlso(
  told: ToldSo | undefined,
  { version, outcome }: LogEntry,
  { first, last }: NonNullable<LogEntry['sent']>,
): ToldSo {
  const { firstToldAt = first, lastToldAt = last } = told ?? {};
  return {
    firstToldAt: first < firstToldAt ? first : firstToldAt,
    lastToldAt: last > lastToldAt ? last : lastToldAt,
    version: outcome === 'delivered' ? version : (told?.version ?? 0),
    outcome: outcome === 'retry' ? 'pending' : outcome,
  };
}

const atOnce = (at: string) => ({ first: at, last: at });

/** An entry that is to be tried again says when, which is after it was tried. */
const noLater = ({ at, outcome }: LogEntry, now: string): string =>
  outcome === 'retry' && at > now ? now : at;

/** The first of these that may have been sent. */
export async function firstSent(entries: AsyncIterable<LogEntry>): Promise<LogEntry | undefined> {
  for await (const entry of entries) if (wasSent(entry)) return entry;
  return undefined;
}
