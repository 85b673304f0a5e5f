import { placeOf } from '../domain/searching.ts';
import { HOUR, MINUTE } from '../domain/time.ts';
import type { Clock, Marks, Recorded, Records } from '../ports.ts';
import type { Asleep } from './reconcile.ts';
import { type EntryPorts, entryFor } from './search-entry.ts';
import type { SearchIndex } from './search-index.ts';

export interface IndexPorts extends EntryPorts {
  readonly records: Pick<Records, 'recordedIn' | 'version'>;
  readonly index: Pick<SearchIndex, 'write' | 'placesIn'>;
  readonly marks: Marks;
  readonly clock: Pick<Clock, 'now'>;
}

export interface IndexOptions {
  /** A run that takes longer ends soon after, and the next one goes on, ms. */
  readonly longest?: number;
  /** Minutes in which nothing can have been recorded are not read. */
  readonly asleep?: Asleep;
}

/** What a version goes by. */
type Missed = { readonly subject: string; readonly version: number };

export interface Indexed {
  /** Versions that can be found now and could not before. */
  readonly indexed: number;
  /** Versions that cannot be read, and so not be searched. */
  readonly missed: readonly Missed[];
  /** Everything recorded before it (ms) can be found, but for what was missed. */
  readonly upTo: number;
}

/** Name of the mark: everything recorded before it can be found. */
export const SEARCH_MARK = 'search';

/** An index that was never filled starts this far back, ms; an operator may set the mark further back. */
const FIRST_LOOK = HOUR;

/** Between a version's time and the moment at which the index by time shows it, ms; usually a few. */
const SETTLE_TIME = 10_000;

/** Minutes are looked at again this long after they ended, ms: for what was shown late after all. */
const SECOND_LOOK = 15 * MINUTE;

const LONGEST_RUN = 45_000;

const MINUTES_AT_ONCE = 8;
const ENTRIES_AT_ONCE = 500;

/**
 * Makes what was recorded searchable, minute by minute since the last run. Each minute is compared with what is in the
 * index already: looking again costs a read, and a run that was cut off loses nothing. The second look comes first, and the
 * mark passes no minute whose second look is still to come.
 */
export const indexVersions =
  (ports: IndexPorts) =>
  async ({ longest = LONGEST_RUN, asleep }: IndexOptions = {}): Promise<Indexed> => {
    const now = ports.clock.now();
    const run: Run = { ports, until: now + longest, asleep };
    const settled = now - SETTLE_TIME;
    const mark = (await ports.marks.read(SEARCH_MARK))?.lowWater ?? now - FIRST_LOOK;
    const from = Math.min(mark, settled);
    /** Whole minutes, each in one run alone: one that many were recorded in is much to read. */
    const again = await walk(run, from - SECOND_LOOK, Math.min(settled - SECOND_LOOK, from) - MINUTE);
    const first = await walk(run, from, now);
    const lookedAgain = again.ended ? settled : again.upTo + SECOND_LOOK;
    const upTo = Math.max(from, Math.min(first.upTo, lookedAgain, settled));
    await ports.marks.write(SEARCH_MARK, { lowWater: upTo, setup: '' });
    const missed = [...again.missed, ...first.missed];
    return { indexed: first.indexed + again.indexed, missed, upTo };
  };

interface Run {
  readonly ports: IndexPorts;
  readonly until: number;
  readonly asleep: Asleep | undefined;
}

interface Walked extends Indexed {
  /** All of it. */
  readonly ended: boolean;
}

/** The minutes that hold any moment between two, until time is up: `upTo` is where the first one not done starts, if any. */
async function walk(run: Run, from: number, to: number): Promise<Walked> {
  const missed: Missed[] = [];
  let indexed = 0;
  let start = Math.floor(from / MINUTE) * MINUTE;
  while (start <= to) {
    const minutes = Array.from({ length: MINUTES_AT_ONCE }, (_, i) => start + i * MINUTE);
    const looks = await Promise.all(minutes.filter((one) => one <= to).map((one) => look(run, one)));
    for (const one of looks) {
      indexed += one.indexed;
      missed.push(...one.missed);
    }
    const open = looks.findIndex(({ done }) => !done);
    start += (open < 0 ? MINUTES_AT_ONCE : open) * MINUTE;
    if (open >= 0 || isLate(run)) break;
  }
  return { indexed, missed, upTo: Math.min(start, to), ended: start > to };
}

const isLate = ({ ports, until }: Run): boolean => ports.clock.now() > until;

interface Look extends Omit<Indexed, 'upTo'> {
  readonly done: boolean;
}

async function look(run: Run, minute: number): Promise<Look> {
  const { ports, asleep } = run;
  if (asleep && asleep.from <= minute && minute + MINUTE <= asleep.to) return NOTHING;
  const recorded = await ports.records.recordedIn(minute);
  if (recorded.length === 0) return NOTHING;
  const known = await ports.index.placesIn(minute);
  return add(
    run,
    recorded.filter((one) => !known.has(placeOf(one))),
  );
}

const NOTHING: Look = { indexed: 0, missed: [], done: true };

async function add(run: Run, fresh: readonly Recorded[]): Promise<Look> {
  const missed: Missed[] = [];
  for (let at = 0; at < fresh.length; at += ENTRIES_AT_ONCE) {
    if (at > 0 && isLate(run)) return { indexed: at - missed.length, missed, done: false };
    const some = fresh.slice(at, at + ENTRIES_AT_ONCE);
    const entries = await Promise.all(some.map((one) => entryFor(run.ports, one)));
    await run.ports.index.write(entries.filter((entry) => entry !== undefined));
    missed.push(...some.filter((_, i) => entries[i] === undefined));
  }
  return { indexed: fresh.length - missed.length, missed, done: true };
}
