import type { Archive } from '../audit-ports.ts';
import { byPlace, isListedIn, isPlace, type Leaf, type SignedCheckpoint } from '../domain/checkpoint.ts';
import { sha256 } from '../domain/digest.ts';
import { isSeen, type Seen } from '../domain/seen.ts';
import { MINUTE, toIso, toMs } from '../domain/time.ts';
import type { Recorded, Records } from '../ports.ts';
import { lastNotAfter, leavesIn } from './leaves.ts';
import { numberedIn } from './newest-checkpoint.ts';
import type { Asleep } from './reconcile.ts';

export interface PeriodPorts {
  readonly records: Pick<Records, 'recordedIn'>;
  readonly archive: Pick<Archive, 'get'>;
  /** Hears of entries that are left out, by name; of one as often as it is looked at. */
  readonly strange?: ((name: string) => void) | undefined;
}

/** What the next checkpoint is to hold; times in ms. */
export interface Period {
  readonly before: SignedCheckpoint | undefined;
  /** What was counted of the minutes before `from` that are looked at again. */
  readonly seen: Seen;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** Looked at from here on: before `from` for what was shown late, after it where nothing was there. */
  readonly lookFrom: number;
  readonly asleep?: Asleep | undefined;
}

/** One minute of it. */
export interface Minute {
  /** Its start, ms. */
  readonly minute: number;
  /** Everything of it in the period is told, up to here (ms). */
  readonly upTo: number;
  /** What no checkpoint has, in order. */
  readonly leaves: readonly Leaf[];
}

/** The period minute by minute, in time order: no more than one is ever in memory. */
export async function* minutesOf(ports: PeriodPorts, period: Period): AsyncGenerator<Minute> {
  const first = Math.floor(period.lookFrom / MINUTE) * MINUTE;
  for (let minute = first; minute < period.to; minute += MINUTE) {
    const recorded = isAsleep(period, minute) ? [] : await leavesAt(ports, minute);
    const [old, fresh] = partedAt(recorded, period);
    const leaves = [...(await lateOf(ports, period, { minute, old })), ...fresh].sort(byPlace);
    yield { minute, leaves, upTo: Math.min(Math.max(minute + MINUTE, period.from), period.to) };
  }
}

const isAsleep = ({ asleep }: Period, minute: number): boolean =>
  asleep !== undefined && asleep.from <= minute && minute + MINUTE <= asleep.to;

/** What is no version of that minute as Heed writes one was put there by somebody else: an archived leaf stays for good. */
async function leavesAt({ records, strange }: PeriodPorts, minute: number): Promise<readonly Leaf[]> {
  const recorded = await records.recordedIn(minute);
  for (const one of recorded) if (!isListedIn(one, minute)) strange?.(strangeName(one));
  return recorded.filter((one) => isListedIn(one, minute)).map(leafOf);
}

/** Its key may hold anything: it is told only where it is one that Heed gives. */
const strangeName = ({ subject, version }: Recorded): string =>
  isPlace({ subject, version, recordedAt: toIso(0) })
    ? `${subject}:${version}`
    : sha256(`${subject}:${version}`);

const leafOf = ({ subject, version, recordedAt, digest }: Recorded): Leaf => ({
  ...{ subject, version, recordedAt },
  digest: digest ?? null,
});

function partedAt(
  recorded: readonly Leaf[],
  { from, to }: Period,
): readonly [readonly Leaf[], readonly Leaf[]] {
  const [start, end] = [toIso(from), toIso(to)];
  return [
    recorded.filter(({ recordedAt }) => recordedAt < start),
    recorded.filter(({ recordedAt }) => recordedAt >= start && recordedAt < end),
  ];
}

interface Old {
  readonly minute: number;
  readonly old: readonly Leaf[];
}

/**
 * Of a minute that belongs to earlier checkpoints, what is in none: the index by time showed it late. What is older than that can
 * be was dated back, and a leaf would vouch for it.
 */
async function lateOf(
  ports: PeriodPorts,
  { before, seen, lookFrom }: Period,
  { minute, old }: Old,
): Promise<readonly Leaf[]> {
  if (!before || old.length === 0 || isSeen(seen, minute, old)) return [];
  const oldest = toIso(lookFrom);
  const known = await knownIn(ports, before, minute);
  return old.filter((leaf) => leaf.recordedAt >= oldest && !known.has(nameOf(leaf)));
}

const nameOf = ({ subject, version }: Pick<Leaf, 'subject' | 'version'>): string => `${subject}:${version}`;

/** What the checkpoints so far hold of a minute: back to the one in which it began. */
async function knownIn(
  ports: PeriodPorts,
  newest: SignedCheckpoint,
  minute: number,
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  let one: SignedCheckpoint | undefined = newest;
  while (one && toMs(one.checkpoint.to) > minute) {
    for (const leaf of await leavesOfMinute(ports.archive, one, minute)) known.add(nameOf(leaf));
    const { number, from }: SignedCheckpoint['checkpoint'] = one.checkpoint;
    one = toMs(from) > minute && number > 1 ? await numberedIn(ports.archive, number - 1) : undefined;
  }
  return known;
}

async function leavesOfMinute(
  archive: Pick<Archive, 'get'>,
  { checkpoint }: SignedCheckpoint,
  minute: number,
): Promise<readonly Leaf[]> {
  const leaves = leavesIn(archive);
  const [start, end] = [toIso(minute), toIso(minute + MINUTE)];
  const { files } = await leaves.index(checkpoint);
  const first = Math.max(0, lastNotAfter(files, { recordedAt: start, subject: '', version: 0 }));
  const last = lastNotAfter(files, { recordedAt: end, subject: '', version: 0 });
  const pages: (readonly Leaf[])[] = [];
  for (let at = first; at <= last; at++) pages.push(await leaves.page(checkpoint, at));
  return pages.flat().filter(({ recordedAt }) => recordedAt >= start && recordedAt < end);
}
