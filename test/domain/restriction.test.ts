import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answers, answersOf, chosenIn, resolve } from '../../lib/domain/answer.ts';
import { aboutOf } from '../../lib/domain/event.ts';
import type { Change, HeedRecord } from '../../lib/domain/vocabulary.ts';
import { aChange, aHistory, aRecord, granted, minute, NOW, withdrawn } from '../builders.ts';
import { anyWord, CATALOGUE, PAIRS } from './arbitraries.ts';
import { oracle } from './oracle.ts';
import { holds, isCaught, type Rule } from './property.ts';

const NEWS = ['acme/newsletter', 'email'] as const;
const OFFERS = ['acme/offers', 'email'] as const;
const grant = aChange({ choices: [granted(...NEWS)], at: -9 });
const restriction = (restricted: boolean, at: number): Change =>
  aChange({ restricted, at, actor: 'agent', source: 'heed', evidence: { method: 'restriction' } });
const answerTo = (record: HeedRecord, [topic, channel]: typeof NEWS | typeof OFFERS = NEWS) =>
  answersOf(record, CATALOGUE, NOW)(topic, channel);

describe('while the use of a person’s data is restricted', () => {
  test('nothing is permitted, for that reason', () => {
    expect(answerTo(aRecord(grant, restriction(true, -5)))).toMatchObject({
      state: 'withdrawn',
      because: 'restricted',
    });
  });

  test('a grant is stored and permits nothing, and a stop is hers as ever', () => {
    const record = aRecord(
      restriction(true, -5),
      aChange({ choices: [granted(...NEWS), withdrawn(...OFFERS)], at: -1 }),
    );
    expect(answerTo(record).because).toBe('restricted');
    expect(answerTo(record, OFFERS).because).toBe('person-withdrew');
  });

  test('what it was restricted by stands in the row that destinations are told', () => {
    const { choices } = resolve(aRecord(grant, restriction(true, -5)), CATALOGUE, NOW);
    expect(choices).toEqual([
      expect.objectContaining({ state: 'withdrawn', source: 'heed', occurredAt: minute(-5) }),
    ]);
  });

  test('what was chosen stays as it was, and counts again once it is lifted', () => {
    const restricted = aRecord(grant, restriction(true, -5));
    expect(chosenIn(restricted, CATALOGUE, NOW)(...NEWS).state).toBe('granted');
    const lifted = aRecord(grant, restriction(true, -5), restriction(false, -1));
    expect(resolve(lifted, CATALOGUE, NOW)).toEqual(resolve(aRecord(grant), CATALOGUE, NOW));
  });
});

test('a restriction and its end are about everything that has an answer, and say which answers moved', () => {
  const [, restricted, lifted] = aHistory([grant, restriction(true, -5), restriction(false, -1)]);
  if (!restricted || !lifted) throw new Error('a restriction made no version');
  const about = aboutOf(restricted, CATALOGUE, resolve(restricted.record, CATALOGUE, NOW));
  expect(about).toMatchObject({ topics: [NEWS[0]], channels: [NEWS[1]] });
  const moved = { topic: NEWS[0], channel: NEWS[1] };
  expect(restricted.changed).toEqual([{ ...moved, from: 'granted', to: 'withdrawn' }]);
  expect(lifted.changed).toEqual([{ ...moved, from: 'withdrawn', to: 'granted' }]);
});

test('of a restriction and its end at one instant the restriction stands, whichever came first', () => {
  const both = [restriction(true, -5), restriction(false, -5)];
  expect(answerTo(aRecord(grant, ...both)).because).toBe('restricted');
  expect(answerTo(aRecord(grant, ...both.reverse())).because).toBe('restricted');
});

type Answering = (record: HeedRecord) => Answers;
const shipped: Answering = (record) => answersOf(record, CATALOGUE, NOW);

/** Once more from the words alone: the newest restriction of all that were said, and the four steps of the rest. */
const isMasked = (changes: readonly Change[]): boolean => {
  const said = changes.filter(({ restricted }) => restricted !== undefined);
  const last = said
    .map(({ evidence }) => evidence.occurredAt)
    .sort()
    .at(-1);
  return said.some(({ restricted, evidence }) => restricted === true && evidence.occurredAt === last);
};

const answersAsSaid: Rule<Answering> = (answering) =>
  fc.property(fc.array(anyWord, { maxLength: 7 }), (changes) => {
    const record = aRecord(...changes);
    const full = oracle()(record, CATALOGUE, NOW);
    return PAIRS.every(({ topic, channel }) => {
      const chosen = full(topic, channel).state;
      const expected = chosen === 'granted' && isMasked(changes) ? 'withdrawn' : chosen;
      return answering(record)(topic, channel).state === expected;
    });
  });

describe('every answer, after any words in any order,', () => {
  test('is what was chosen, or no permission', () => holds(answersAsSaid, shipped));
  test('would be another if restrictions were not looked at', () =>
    isCaught(answersAsSaid, (record) => chosenIn(record, CATALOGUE, NOW)));
  test('would be another if one that was lifted lingered', () =>
    isCaught(answersAsSaid, ({ restriction: last, ...record }) =>
      shipped({ ...record, ...(last && { restriction: { ...last, restricted: true } }) }),
    ));
});
