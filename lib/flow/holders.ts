import { resolve } from '../domain/answer.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { HeedRecord, ResolvedState, StateRow } from '../domain/vocabulary.ts';
import type { HashedName } from '../ports.ts';
import { strangerOf } from './known-by.ts';
import type { DeliverPorts } from './lane.ts';

/** Beyond this many people behind one address nobody can be asked: it is told withdrawn. */
export const MOST_HOLDERS = 50;

/** Who is counted at an address, or at one of several. */
export interface Holder {
  readonly subject: string;
  /** Erased of one of them, and counted there for her stop: it holds whatever she has said since, until it is lifted there. */
  readonly stops: boolean;
  /** Erased of each of them: what else she goes by now is none of these. */
  readonly left: boolean;
}

type Ports = Pick<DeliverPorts, 'records' | 'identifiers' | 'catalogue' | 'clock'>;

export async function holdersAt(
  { identifiers }: Pick<Ports, 'identifiers'>,
  names: readonly HashedName[],
  limit: number,
): Promise<readonly Holder[]> {
  const held = await Promise.all(names.map(({ kind, hash }) => identifiers.holders(kind, hash, limit)));
  const subjects = [...new Set(held.flat())].sort();
  const suppressed = subjects.length === 0 ? [] : await identifiers.suppressed(names);
  const keptAt = names.map(
    ({ kind, hash }) => suppressed.find((one) => one.kind === kind && one.hash === hash)?.kept ?? [],
  );
  return subjects.map((subject) => {
    const at = keptAt.filter((_, i) => held[i]?.includes(subject));
    const kept = at.map((erased) => erased.includes(subject));
    return { subject, stops: kept.includes(true), left: !kept.includes(false) };
  });
}

/** What one holder of an address last said, or that nobody can be asked. */
export interface Word {
  readonly subject: string;
  readonly version: number;
  readonly state: ResolvedState | 'unknown';
  /** Erased, or on the way there: goes by none of the addresses in question. */
  readonly gone: boolean;
}

/** Nobody else is known by any of these: neither an erased person whose stop is still counted, nor a stop of the address alone. */
export const isAlone = (others: readonly Word[], names: readonly HashedName[]): boolean =>
  others.every(({ subject, gone }) => gone || names.some((name) => strangerOf(name) === subject));

/** What an erasure leaves of a record: each identifier it had is removed. */
const goesByNothing = ({ identifiers }: HeedRecord): boolean =>
  identifiers.length > 0 && identifiers.every(({ sealed }) => sealed === null);

const UNKNOWN = { state: 'unknown' } as const;

/** The holders' newest states; where there are too many to ask, one that withdraws everything. */
export async function wordsOf(ports: Ports, holders: readonly Holder[]): Promise<readonly Word[]> {
  if (holders.length >= MOST_HOLDERS) return [{ subject: '', version: 0, gone: false, ...UNKNOWN }];
  const words = await Promise.all(holders.map((holder) => wordOf(ports, holder)));
  return words.filter((word) => word !== undefined);
}

async function wordOf(ports: Ports, { subject, stops, left }: Holder): Promise<Word | undefined> {
  const stored = await orBroken(ports.records.newest(subject));
  if (!stored) return undefined;
  if (stored instanceof BrokenVersionError)
    return { subject, version: stored.version, gone: left, ...UNKNOWN };
  const { version, record, standing } = stored.version;
  const state = resolve(record, ports.catalogue, ports.clock.now());
  const gone = left || standing?.state === 'erasing' || goesByNothing(record);
  return {
    subject,
    version,
    state: stops ? { ...state, choices: allWithdrawn(state.choices) } : state,
    gone,
  };
}

export const allWithdrawn = (rows: readonly StateRow[]): readonly StateRow[] =>
  rows.map((row) => ({ ...row, state: 'withdrawn' }));
