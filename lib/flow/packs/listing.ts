import { isListedIn } from '../../domain/checkpoint.ts';
import { MINUTE, toIso, toMs } from '../../domain/time.ts';
import type { Recorded, Records, StoredRaw } from '../../ports.ts';
import type { PackJob, PackSizes, Place, Wanted } from './job.ts';

/** A version in its place. */
export interface Listed extends Place {
  readonly raw: StoredRaw;
}

export interface ListingPorts {
  readonly records: Pick<Records, 'raw' | 'recordedIn'>;
  readonly sizes: Pick<PackSizes, 'page'>;
}

/** Some versions, which may be none, and how far these lead. */
export interface Page {
  readonly page: readonly Listed[];
  readonly reached: Place;
}

/** The versions of a pack after a place, in the order of the pack, some at a time. */
export const listedAfter = (
  ports: ListingPorts,
  { wanted }: Pick<PackJob, 'wanted'>,
  after: Place | undefined,
): AsyncGenerator<Page> =>
  wanted.kind === 'subject' ? ofSubject(ports, wanted, after) : ofPeriod(ports, wanted, after);

type OfKind<K extends Wanted['kind']> = Extract<Wanted, { kind: K }>;

async function* ofSubject(
  { records, sizes: { page: most } }: ListingPorts,
  { subject, newest }: OfKind<'subject'>,
  after: Place | undefined,
): AsyncGenerator<Page> {
  const last = newest?.version ?? 0;
  for (let next = (after?.version ?? 0) + 1; next <= last; next += most) {
    const below = Math.min(next + most, last + 1);
    const found = await records.raw(subject, { below, limit: below - next });
    const page = found
      .filter(({ version }) => version >= next)
      .reverse()
      .map((raw) => ({ recordedAt: raw.recordedAt ?? '', subject, version: raw.version, raw }));
    const recordedAt = page.at(-1)?.recordedAt ?? '';
    yield { page, reached: { recordedAt, subject, version: below - 1 } };
  }
}

async function* ofPeriod(
  { records, sizes: { page: most } }: ListingPorts,
  wanted: OfKind<'period'>,
  after: Place | undefined,
): AsyncGenerator<Page> {
  let quietFrom = startOf(after?.recordedAt ?? wanted.from);
  const bounds = { from: quietFrom, end: toMs(wanted.to) };
  for await (const { recorded, upTo } of recordedFrom(records, bounds)) {
    const listed = recorded
      .filter((one) => isWanted(one, wanted) && (!after || inOrder(after, one) < 0))
      .sort(inOrder);
    for (let from = 0; from < listed.length; from += most)
      yield await read(records, listed.slice(from, from + most), wanted);
    if (listed.length === 0 && upTo - quietFrom < QUIET) continue;
    if (listed.length === 0) yield { page: [], reached: placeAt(upTo) };
    quietFrom = upTo;
  }
}

/** Minutes that are asked for at once, where they do not hold many. */
const AHEAD = 8;
const SPAN = AHEAD * MINUTE;
/** Once nothing was recorded for so long it is told how far that leads. */
const QUIET = 125 * SPAN;
/** After a span that held so many its minutes are in memory one at a time. */
const MANY = 20_000;

/** Spans begin at the same moments wherever a listing does. */
const startOf = (iso: string): number => Math.floor(toMs(iso) / SPAN) * SPAN;

/** Before everything recorded at that moment. */
const placeAt = (ms: number): Place => ({ recordedAt: toIso(ms), subject: '', version: 0 });

interface Minutes {
  readonly recorded: readonly Recorded[];
  /** Where they end, ms. */
  readonly upTo: number;
}

/** What the index has of some minutes at a time. How many the first span holds is not known: one by one. */
async function* recordedFrom(
  records: ListingPorts['records'],
  { from, end }: { readonly from: number; readonly end: number },
): AsyncGenerator<Minutes> {
  let held = MANY;
  for (let at = from; at < end; at += SPAN) {
    const minutes = Array.from({ length: AHEAD }, (_, i) => at + i * MINUTE).filter((minute) => minute < end);
    const groups = held < MANY ? [minutes] : minutes.map((minute) => [minute]);
    held = 0;
    for (const group of groups) {
      const recorded = await recordedIn(records, group);
      held += recorded.length;
      yield { recorded, upTo: (group.at(-1) ?? at) + MINUTE };
    }
  }
}

/** Without what Heed cannot have written: one impossible number would hide her other versions. Runs of checkpoints count these. */
async function recordedIn(
  records: ListingPorts['records'],
  minutes: readonly number[],
): Promise<readonly Recorded[]> {
  const found = minutes.map(async (minute) =>
    (await records.recordedIn(minute)).filter((one) => isListedIn(one, minute)),
  );
  return (await Promise.all(found)).flat();
}

/** By time, then subject (ids are ASCII: as bytes), then version. */
export const inOrder = (a: Place, b: Place): number =>
  compared(a.recordedAt, b.recordedAt) || compared(a.subject, b.subject) || a.version - b.version;

const compared = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** One whose source is not known, because its item was spoiled, is read to see. */
const isWanted = ({ recordedAt, facts }: Recorded, { from, to, source }: OfKind<'period'>): boolean =>
  recordedAt >= from &&
  recordedAt < to &&
  (source === undefined || facts === undefined || facts.source === source);

const AT_ONCE = 16;

/** The versions themselves: those of one person in one request. */
async function read(
  records: ListingPorts['records'],
  listed: readonly Recorded[],
  { source }: OfKind<'period'>,
): Promise<Page> {
  const subjects = [...new Set(listed.map(({ subject }) => subject))];
  const found = new Map<string, StoredRaw>();
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const some = subjects.slice(from, from + AT_ONCE);
    await Promise.all(some.map((subject) => readOf(records, { subject, listed, found })));
  }
  const page = listed.flatMap((one) => {
    const { recordedAt, subject, version } = one;
    const raw = asListed(one, found.get(`${subject} ${version}`));
    return saysSource(raw, source) ? [{ recordedAt, subject, version, raw }] : [];
  });
  const { recordedAt, subject, version } = listed.at(-1) ?? placeAt(0);
  return { page, reached: { recordedAt, subject, version } };
}

/** What is gone, or is listed at another time than it says, is broken. */
function asListed({ version, digest, recordedAt }: Recorded, raw: StoredRaw | undefined): StoredRaw {
  if (!raw) return { version, broken: true, ...(digest !== undefined && { digest }) };
  if (!raw.stored || raw.stored.version.recordedAt === recordedAt) return raw;
  const { stored: _, ...rest } = raw;
  return { ...rest, broken: true };
}

interface Reading {
  readonly subject: string;
  readonly listed: readonly Recorded[];
  readonly found: Map<string, StoredRaw>;
}

async function readOf(records: ListingPorts['records'], { subject, listed, found }: Reading): Promise<void> {
  const versions = listed.filter((one) => one.subject === subject).map(({ version }) => version);
  const [low, high] = [Math.min(...versions), Math.max(...versions)];
  for (const raw of await records.raw(subject, { below: high + 1, limit: high - low + 1 }))
    found.set(`${subject} ${raw.version}`, raw);
}

const saysSource = ({ stored }: StoredRaw, source: string | undefined): boolean =>
  source === undefined || !stored || stored.version.change.evidence.source === source;
