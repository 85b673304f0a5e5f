import { fits, type Sought } from '../domain/searching.ts';
import type { Ledger, Log, Recorded, StuckOutcome } from '../ports.ts';
import { type Fate, fateOf, heldIn, loggedFate } from './fate.ts';
import type { Told } from './read-deliveries.ts';
import type { Hit, Hits } from './search.ts';
import { type EntryPorts, entryFor } from './search-entry.ts';

export interface StuckPorts extends EntryPorts {
  readonly ledger: Pick<Ledger, 'answeredWith' | 'items'>;
  readonly log: Pick<Log, 'read'>;
  /** Of these versions those that there are, as the index by time lists them. Strongly consistent. */
  readonly recorded: (versions: readonly Named[]) => Promise<readonly Recorded[]>;
}

interface Named {
  readonly subject: string;
  readonly version: number;
}

export interface AskedStuck {
  readonly sought: Sought;
  readonly told: Told;
  readonly outcome: StuckOutcome;
  readonly after?: string;
  readonly limit: number;
}

const LISTED: ReadonlySet<string> = new Set<StuckOutcome>(['held', 'failed', 'needs-user-action', 'skipped']);

/**
 * Outcomes that the ledger lists by destination: there is no need to look at what was delivered. A version that was skipped
 * stays so whatever came later, and of a destination that is told states the newest answer alone is listed.
 */
export const isListed = (outcome: Fate['outcome'], { kind }: Pick<Told, 'kind'>): outcome is StuckOutcome =>
  LISTED.has(outcome) && (outcome !== 'skipped' || kind === 'log');

const LONGEST_PAGE = 250;
const MOST_PAGES = 8;

/** What stands so at a destination now, the newest answer first. */
export async function searchStuck(ports: StuckPorts, asked: AskedStuck): Promise<Hits> {
  const hits: Hit[] = [];
  let next = asked.after;
  for (let page = 0; page < MOST_PAGES && hits.length < asked.limit; page++) {
    const { rows, ...listed } = await pageAfter(ports, asked, next);
    const some = await hitsOf(ports, asked, rows);
    if (hits.length + some.length > asked.limit) break;
    hits.push(...some);
    next = listed.next;
    if (next === undefined) break;
  }
  return { hits, ...(next !== undefined && { next }), searchedBy: 'outcome' };
}

interface Row {
  readonly subject: string;
  readonly version?: number;
  readonly at: string;
}

/** A version is answered after it was recorded: what was answered before the period cannot lie in it. */
async function pageAfter(
  { ledger }: StuckPorts,
  { told, outcome, sought: { from }, limit }: AskedStuck,
  after: string | undefined,
): Promise<{ readonly rows: readonly Row[]; readonly next?: string }> {
  const { items, next } = await ledger.answeredWith(told.id, outcome, {
    ...(after !== undefined && { after }),
    limit: Math.min(LONGEST_PAGE, limit),
    newestFirst: true,
  });
  const rows = items.filter(({ at }) => from === undefined || at >= from);
  return { rows, ...(next !== undefined && rows.length === items.length && { next }) };
}

interface Answer extends Named {
  readonly at: string;
  readonly reason?: string;
}

/** Those that are still so, and are what is sought. */
async function hitsOf(ports: StuckPorts, asked: AskedStuck, rows: readonly Row[]): Promise<readonly Hit[]> {
  const answers = await answersIn(ports, asked, rows);
  const recorded = await ports.recorded(answers);
  const entries = await Promise.all(recorded.map((one) => entryFor(ports, one)));
  const known = new Map(entries.flatMap((entry) => (entry ? [[nameOf(entry), entry] as const] : [])));
  const { told, outcome } = asked;
  return answers.flatMap(({ at, reason, ...named }) => {
    const entry = known.get(nameOf(named));
    if (!entry || !fits(asked.sought, entry)) return [];
    const delivery = { destination: told.id, outcome, at, ...(reason !== undefined && { reason }) };
    return [{ ...entry, delivery }];
  });
}

const nameOf = ({ subject, version }: Named): string => `${subject}:${version}`;

/** Judged as each version is where it is asked for alone: one that was delivered once stays so, whatever its repeat met. */
async function answersIn(
  ports: StuckPorts,
  { told, outcome }: AskedStuck,
  rows: readonly Row[],
): Promise<readonly Answer[]> {
  const judged = await (told.kind === 'log' ? versionsIn(ports, told, rows) : newestIn(ports, told, rows));
  return judged.flatMap(({ subject, version, fate: { at, reason, ...fate } }) =>
    fate.outcome === outcome && at !== undefined
      ? [{ subject, version, at, ...(reason !== undefined && { reason }) }]
      : [],
  );
}

type Judged = Named & { readonly fate: Fate };

async function versionsIn(
  { log }: StuckPorts,
  { id }: Told,
  rows: readonly Row[],
): Promise<readonly Judged[]> {
  const named = rows.flatMap(({ subject, version }) => (version === undefined ? [] : [{ subject, version }]));
  const entries = await log.read(id, named);
  return named.map((one) => ({ ...one, fate: loggedFate(entries.get(nameOf(one)), true) }));
}

/**
 * Of each subject the version that was answered last, by the item alone: it says itself whether that version was ever
 * delivered. What else it was answered before and was moved away is not looked for, one request a row: skipped first and
 * held since is listed as held.
 */
async function newestIn(
  { ledger }: StuckPorts,
  { id }: Told,
  rows: readonly Row[],
): Promise<readonly Judged[]> {
  const subjects = rows.map(({ subject }) => subject);
  const items = await ledger.items(id, subjects);
  return subjects.flatMap((subject) => {
    const item = items.get(subject);
    if (!item?.answered || item.version >= item.answered.version) return [];
    const { version } = item.answered;
    return [{ subject, version, fate: fateOf(version, { concerned: true, trail: heldIn(item) }) }];
  });
}
