import type { Catalogue } from '../domain/catalogue.ts';
import { decide } from '../domain/decide.ts';
import { EMPTY_RECORD } from '../domain/registers.ts';
import { toIso } from '../domain/time.ts';
import type { HeedRecord } from '../domain/vocabulary.ts';
import type { Clock, Records, Stored } from '../ports.ts';

export interface PastPorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'newest' | 'version' | 'history'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Times in ms. `validAt`: what had been chosen by then. `knownAt`: what Heed had been told by then. Neither: now. */
export interface Moment {
  readonly validAt?: number | undefined;
  readonly knownAt?: number | undefined;
}

export interface RecordThen {
  readonly record: HeedRecord;
  /** The newest version known at that moment. */
  readonly version: { readonly version: number; readonly recordedAt: string } | undefined;
  /** The moment for which answers are to be given, ms. */
  readonly at: number;
}

/** The record as it stood at a moment. */
export async function recordAt(ports: PastPorts, subject: string, moment: Moment): Promise<RecordThen> {
  const { validAt, knownAt } = moment;
  const newest = await ports.records.newest(subject);
  const known = newest && knownAt !== undefined ? await newestBy(ports, newest, knownAt) : newest;
  const at = validAt ?? knownAt ?? ports.clock.now();
  const record =
    known && validAt !== undefined ? await chosenBy(ports, known, validAt) : known?.version.record;
  return { record: record ?? EMPTY_RECORD, version: known?.version, at };
}

/** The newest version recorded up to a moment, of `newest` and those before it: recording times rise with the number. */
async function newestBy({ records }: PastPorts, newest: Stored, moment: number): Promise<Stored | undefined> {
  const limit = toIso(moment);
  if (newest.version.recordedAt <= limit) return newest;
  let found: Stored | undefined;
  let [low, high] = [1, newest.version.version - 1];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const stored = await records.version(newest.version.subject, middle);
    if (stored && stored.version.recordedAt > limit) high = middle - 1;
    else {
      found = stored ?? found;
      low = middle + 1;
    }
  }
  return found;
}

const PAGE = 100;

/**
 * What had been chosen up to `validAt`, of all that `known` knows. Nothing is chosen after it was recorded, so the
 * newest version recorded by then is a whole start, and only later ones can hold something older to add.
 */
async function chosenBy(ports: PastPorts, known: Stored, validAt: number): Promise<HeedRecord> {
  const start = await newestBy(ports, known, validAt);
  const limit = toIso(validAt);
  let record = start?.version.record ?? EMPTY_RECORD;
  for await (const late of between(ports, start?.version.version ?? 0, known)) {
    if (late.version.change.evidence.occurredAt <= limit) record = withChange(record, late, ports.catalogue);
  }
  return record;
}

/** Versions above `start` up to `known`, newest first. */
async function* between({ records }: PastPorts, start: number, known: Stored): AsyncGenerator<Stored> {
  let below = known.version.version + 1;
  while (below > start + 1) {
    const limit = Math.min(PAGE, below - start - 1);
    const page = await records.history(known.version.subject, { below, limit });
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    below = last.version.version;
  }
}

/** A change joined into a record, by the same function that once decided it. Order does not matter. */
function withChange(record: HeedRecord, { version, digest }: Stored, catalogue: Catalogue): HeedRecord {
  const decision = decide({ version: { ...version, record }, digest }, version.change, {
    subject: version.subject,
    now: Date.parse(version.recordedAt),
    catalogue,
  });
  return decision.kind === 'version' ? decision.version.record : record;
}
