import fc from 'fast-check';
import { describe, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import { decide } from '../../lib/domain/decide.ts';
import { canonical } from '../../lib/domain/digest.ts';
import { EMPTY_RECORD, merge } from '../../lib/domain/registers.ts';
import type { Change, ChoiceEntry, HeedRecord } from '../../lib/domain/vocabulary.ts';
import { asPredecessor, aVersion, NOW } from '../builders.ts';
import { anyChange, anyWord, CATALOGUE, inTwoOrders, PAIRS } from './arbitraries.ts';
import { oracle } from './oracle.ts';
import { holds, isCaught, type Rule } from './property.ts';

type Join = (record: HeedRecord, change: Change) => HeedRecord;
type Merge = typeof merge;

const context = { subject: 'ada', now: NOW, catalogue: CATALOGUE };
const base = aVersion();

/** The way a change takes through `decide`, on top of any record. */
const decided: Join = (record, change) => {
  const decision = decide(asPredecessor({ ...base, record }), change, context);
  return decision.kind === 'version' ? decision.version.record : record;
};

const alone = (change: Change): HeedRecord => decided(EMPTY_RECORD, change);
const joinAll = (join: Join, changes: readonly Change[]): HeedRecord => changes.reduce(join, EMPTY_RECORD);

/** Whoever comes last wins a tie. */
const lastWinsTies: Merge = (record, entries) => {
  const tied = (entry: ChoiceEntry) =>
    entries.choices.some(
      (e) =>
        e.speaker === entry.speaker &&
        e.topic === entry.topic &&
        e.channel === entry.channel &&
        e.occurredAt === entry.occurredAt,
    );
  return merge({ ...record, choices: record.choices.filter((entry) => !tied(entry)) }, entries);
};

/** Identifiers overwrite whatever their time. */
const lastIdentifierWins: Merge = (record, entries) => {
  const kinds = new Set(entries.identifiers.map(({ kind }) => kind));
  const identifiers = record.identifiers.filter(({ kind }) => !kinds.has(kind));
  return merge({ ...record, identifiers }, entries);
};

/** Of two restrictions and their ends at one instant the last to arrive stands. */
const lastRestrictionWins: Merge = (record, { restriction, ...entries }) => {
  const rest = merge(record, entries);
  const newer = restriction && restriction.occurredAt >= (record.restriction?.occurredAt ?? '');
  const stands = newer ? restriction : record.restriction;
  const evidence = { ...record.evidence, ...entries.evidence };
  const proof = stands && evidence[stands.change];
  return {
    ...rest,
    ...(stands && { restriction: stands }),
    evidence: { ...rest.evidence, ...(stands && proof && { [stands.change]: proof }) },
  };
};

/** Keeps the evidence of everything that ever arrived, but only if something of it was kept on arrival. */
const evidenceLingers: Merge = (record, entries) => {
  const merged = merge(record, entries);
  return { ...merged, evidence: { ...record.evidence, ...merged.evidence } };
};

const joining =
  (broken: Merge): Join =>
  (record, change) =>
    broken(record, alone(change));

const convergesInAnyOrder: Rule<Join> = (join) =>
  fc.property(
    inTwoOrders(anyWord, 7),
    ([one, other]) => canonical(joinAll(join, one)) === canonical(joinAll(join, other)),
  );

const changesNothingTwice: Rule<Join> = (join) =>
  fc.property(fc.array(anyWord, { minLength: 1, maxLength: 5 }), fc.nat(), (changes, pick) => {
    const record = joinAll(join, changes);
    const again = changes[pick % changes.length];
    return again !== undefined && canonical(join(record, again)) === canonical(record);
  });

const aMergedRecord = fc.array(anyWord, { maxLength: 4 }).map((changes) => joinAll(decided, changes));

const isASemilattice: Rule<Merge> = (subject) =>
  fc.property(aMergedRecord, aMergedRecord, aMergedRecord, (a, b, c) => {
    const same = (x: HeedRecord, y: HeedRecord) => canonical(x) === canonical(y);
    return (
      same(subject(a, b), subject(b, a)) &&
      same(subject(subject(a, b), c), subject(a, subject(b, c))) &&
      same(subject(a, a), a)
    );
  });

describe('the whole canonical record, evidence and identifiers included,', () => {
  test('is the same under every order of arrival', () => holds(convergesInAnyOrder, decided));
  test('would not be if the last arrival won ties', () =>
    isCaught(convergesInAnyOrder, joining(lastWinsTies)));
  test('would not be if identifiers overwrote each other', () =>
    isCaught(convergesInAnyOrder, joining(lastIdentifierWins)));
  test('would not be if the last restriction won a tie', () =>
    isCaught(convergesInAnyOrder, joining(lastRestrictionWins)));
  test('would not be if evidence outlived what it proves', () =>
    isCaught(convergesInAnyOrder, joining(evidenceLingers)));
});

describe('a change applied twice', () => {
  test('changes nothing', () => holds(changesNothingTwice, decided));
  test('would change something if entries were only appended', () =>
    isCaught(changesNothingTwice, (record, change) => ({
      ...record,
      choices: [...record.choices, ...alone(change).choices],
    })));
});

describe('merging records', () => {
  test('is commutative, associative and idempotent', () => holds(isASemilattice, merge));
  test('would not be commutative if the last arrival won ties', () => isCaught(isASemilattice, lastWinsTies));
});

const said = (changes: readonly Change[]): readonly ChoiceEntry[] =>
  changes.flatMap((change) => alone(change).choices);

const TOPICS_TO_COME = [
  ...PAIRS,
  { topic: 'acme/clubs/to-come', channel: 'email' },
  { topic: 'x/y', channel: 'fax' },
];

/** Answers from the pruned record against answers from every entry that was ever said. */
const pruningIsInvisible: Rule<Merge> = (subject) =>
  fc.property(fc.array(anyChange, { maxLength: 9 }), (changes) => {
    const pruned = answersOf(joinAll(joining(subject), changes), CATALOGUE, NOW);
    const full = oracle()({ choices: said(changes) }, CATALOGUE, NOW);
    return TOPICS_TO_COME.every(
      ({ topic, channel }) => pruned(topic, channel).state === full(topic, channel).state,
    );
  });

/** Forgets what a broader, later entry covers, whoever said that. */
const prunesAcrossSpeakers: Merge = (record, entries) => {
  const merged = merge(record, entries);
  const outdated = ({ occurredAt }: ChoiceEntry) =>
    merged.choices.some((e) => e.topic === '*' && e.channel === '*' && e.occurredAt > occurredAt);
  return { ...merged, choices: merged.choices.filter((entry) => !outdated(entry)) };
};

/** Forgets what a broader entry of the same instant covers. */
const prunesTies: Merge = (record, entries) => {
  const merged = merge(record, entries);
  const outdated = (entry: ChoiceEntry) =>
    merged.choices.some(
      (e) =>
        e !== entry &&
        e.speaker === entry.speaker &&
        e.topic === '*' &&
        e.channel === '*' &&
        e.occurredAt === entry.occurredAt,
    );
  return { ...merged, choices: merged.choices.filter((entry) => !outdated(entry)) };
};

/** One word for each key and speaker: of two stop-alls at the same instant, the one that has exceptions may survive. */
const oneWordPerKey: Merge = (record, entries) => {
  const merged = merge(record, entries);
  const isFirst = (entry: ChoiceEntry) =>
    entry ===
    merged.choices.find(
      (e) => e.speaker === entry.speaker && e.topic === entry.topic && e.channel === entry.channel,
    );
  return { ...merged, choices: merged.choices.filter(isFirst) };
};

describe('entries that can never speak again', () => {
  test('are dropped without any answer noticing', () => holds(pruningIsInvisible, merge));
  test('would be missed if another speaker could outdate them', () =>
    isCaught(pruningIsInvisible, prunesAcrossSpeakers));
  test('would be missed if the same instant outdated them', () => isCaught(pruningIsInvisible, prunesTies));
  test('would be missed if a tie left only one word for each key', () =>
    isCaught(pruningIsInvisible, oneWordPerKey));
});

const repeated = anyChange.map((change) =>
  ['night-1', 'night-2', 'night-3'].map((id) => ({
    ...change,
    preferences: [],
    identifiers: [],
    evidence: { ...change.evidence, actor: { ...change.evidence.actor, id } },
  })),
);

const repeatsDoNotPileUp: Rule<Merge> = (subject) =>
  fc.property(aMergedRecord, repeated, (record, nights) => {
    const sizes = [1, 2, 3].map((n) => nights.slice(0, n).reduce(joining(subject), record).choices.length);
    return sizes[0] === sizes[1] && sizes[1] === sizes[2];
  });

describe('the same words at the same instant with other evidence', () => {
  test('do not make the record grow', () => holds(repeatsDoNotPileUp, merge));
  test('would make it grow if every change were kept', () =>
    isCaught(repeatsDoNotPileUp, (record, entries) => ({
      ...record,
      choices: [...record.choices, ...entries.choices],
    })));
});
