import fc from 'fast-check';
import { changeId } from '../../lib/domain/digest.ts';
import { LATE } from '../../lib/domain/late.ts';
import { EMPTY_RECORD, merge } from '../../lib/domain/registers.ts';
import { DAY, MINUTE, toIso, toMs } from '../../lib/domain/time.ts';
import type { Change, HeedRecord } from '../../lib/domain/vocabulary.ts';
import { aVersion, NOW } from '../builders.ts';
import { anyWord, CATALOGUE as WITHOUT_EXPIRY } from '../domain/arbitraries.ts';

/** Grants of one topic run out within the histories below. */
export const CATALOGUE = {
  ...WITHOUT_EXPIRY,
  topics: {
    ...WITHOUT_EXPIRY.topics,
    'orbit/newsletter': { title: 'News', purpose: 'marketing', brand: 'orbit', expiresAfterDays: 1 },
  },
};

/** A change as Heed was told it, in the order of telling. Told again, it makes no version. */
export interface Told {
  readonly change: Change;
  /** ms */
  readonly recordedAt: number;
  /** Missing where the change was in the record already. */
  readonly version?: number;
}

const step = {
  /** Since the change before it, ms. */
  gap: fc.constantFrom(0, 1, 2, LATE - 1, LATE, LATE + 1, 3 * LATE, DAY),
  /** Between choosing and telling, ms. */
  lateness: fc.constantFrom(0, 0, 1, 2, LATE - 1, LATE, LATE + 1, 5 * LATE, DAY - 1, DAY, 2 * DAY),
};

/** What is told, and when; `again` tells an earlier change once more, as some sources do. */
export const anyTelling = fc.array(
  fc.record({ ...step, change: anyWord, again: fc.option(fc.nat(), { freq: 6 }) }),
  { maxLength: 10 },
);
export type Telling = typeof anyTelling extends fc.Arbitrary<infer T> ? T : never;

export interface Moment {
  readonly validAt: number | undefined;
  readonly knownAt: number | undefined;
}

/** Changes in the order of telling, with their times; none is chosen after it is told. */
export function timed(telling: Telling): readonly { readonly change: Change; readonly now: number }[] {
  const changes: { readonly change: Change; readonly now: number }[] = [];
  let now = NOW;
  for (const { gap, lateness, change, again } of telling) {
    now += gap;
    const repeated = again === null ? undefined : changes[again % Math.max(1, changes.length)]?.change;
    const occurredAt = toIso(now - lateness);
    changes.push({
      now,
      change: repeated ?? { ...change, evidence: { ...change.evidence, occurredAt } },
    });
  }
  return changes;
}

/** Moments at which something may turn, and their neighbours to the millisecond. */
export function momentsIn(told: readonly Told[]): readonly number[] {
  const turns = told.flatMap(({ change, recordedAt }) => {
    const occurredAt = toMs(change.evidence.occurredAt);
    return [recordedAt, occurredAt, occurredAt + DAY, recordedAt - LATE, recordedAt + MINUTE];
  });
  return [...new Set([NOW, ...turns].flatMap((turn) => [turn - 1, turn, turn + 1]))].sort((a, b) => a - b);
}

/** Everything that was told by then of what was chosen by then. */
export const toldBy = (told: readonly Told[], { validAt, knownAt }: Moment): readonly Told[] =>
  told.filter(
    ({ change, recordedAt }) =>
      recordedAt <= (knownAt ?? Number.POSITIVE_INFINITY) &&
      toMs(change.evidence.occurredAt) <= (validAt ?? Number.POSITIVE_INFINITY),
  );

const aloneIn = (change: Change): HeedRecord => aVersion({ change }).record;

/** The slow way: each change by itself, joined in the order they come in here. */
export const foldedUp = (changes: readonly Change[]): HeedRecord =>
  changes.map(aloneIn).reduce<HeedRecord>(merge, EMPTY_RECORD);

/** All that was ever said in them, nothing dropped: what the oracle of answers judges. */
export const everyWord = (changes: readonly Change[]): Pick<HeedRecord, 'choices'> => ({
  choices: [...new Map(changes.map((change) => [changeId(change), change])).values()].flatMap(
    (change) => aloneIn(change).choices,
  ),
});

/** By the id of each change in the record: the version that first brought it. */
export const firstBrought = (told: readonly Told[], record: HeedRecord): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.keys(record.evidence).map((id) => [
      id,
      told.find(({ change, version }) => version !== undefined && changeId(change) === id)?.version ?? 0,
    ]),
  );
