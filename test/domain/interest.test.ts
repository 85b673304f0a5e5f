import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventOf } from '../../lib/domain/event.ts';
import { cares, expressible, type Interest, patternOf } from '../../lib/domain/interest.ts';
import type { Change } from '../../lib/domain/vocabulary.ts';
import { aChange, aHistory, anIdentifier, aVersion, granted, withdrawn } from '../builders.ts';
import { anyChange, CATALOGUE } from './arbitraries.ts';
import { holds, isCaught, type Rule } from './property.ts';

/** What EventBridge does with the patterns Heed writes: every member must match; a list matches any of its literals. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) => pattern.includes(one));
  }
  if (typeof pattern !== 'object' || pattern === null) return false;
  const members = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  return Object.entries(pattern).every(
    ([name, inner]) => members.has(name) && matches(inner, members.get(name)),
  );
}

const onTheBus = (changes: readonly Change[]) => {
  const detail = eventOf(aHistory(changes, { catalogue: CATALOGUE }).at(-1) ?? aVersion(), CATALOGUE);
  return { source: 'heed', 'detail-type': detail.type, detail };
};

const listOr = (...values: readonly string[]) =>
  fc.oneof(fc.constant('all' as const), fc.subarray([...values], { minLength: 1 }));
const interests: fc.Arbitrary<Interest> = fc.record({
  topics: listOr(...Object.keys(CATALOGUE.topics), 'gone/topic'),
  channels: listOr(...CATALOGUE.channels, 'fax'),
});
const histories = fc.array(
  fc.oneof(
    anyChange,
    fc.constantFrom(
      aChange({ choices: [withdrawn('gone/topic', 'fax')], at: 1 }),
      aChange({ identifiers: [anIdentifier('crm', '7')], at: 1 }),
    ),
  ),
  { minLength: 1, maxLength: 4 },
);

const predicateIsThePattern: Rule<typeof cares> = (predicate) =>
  fc.property(interests, histories, (interest, changes) => {
    const event = onTheBus(changes);
    return predicate(interest, event.detail.data) === matches(patternOf(interest), event);
  });

describe('the predicate of interest', () => {
  test('says what the rule’s pattern says, of every event', () => holds(predicateIsThePattern, cares));
  test('would differ if it forgot the channels', () =>
    isCaught(predicateIsThePattern, ({ topics }, about) => cares({ topics, channels: 'all' }, about)));
  test('would differ if it asked for every topic', () =>
    isCaught(
      predicateIsThePattern,
      ({ topics, channels }, about) =>
        (topics === 'all' || topics.every((topic) => about.topics.includes(topic))) &&
        cares({ topics: 'all', channels }, about),
    ));
});

describe('a lane of one topic and one channel hears of', () => {
  const lane: Interest = { topics: ['acme/offers'], channels: ['sms'] };
  const hears = (...changes: readonly Change[]) => cares(lane, onTheBus(changes).detail.data);
  const answered = aChange({ choices: [granted('acme/offers', 'sms')], at: 1 });

  test.each([
    ['a stop-all', aChange({ choices: [withdrawn('*', '*')], at: 2 })],
    ['a stop-all of its channel', aChange({ choices: [withdrawn('*', 'sms')], at: 2 })],
    ['a stop-all of its brand', aChange({ choices: [withdrawn('acme/*', '*')], at: 2 })],
    [
      'a change of identifiers alone',
      aChange({ identifiers: [anIdentifier('email', 'new@example.com')], at: 2 }),
    ],
  ])('%s', (_, change) => {
    expect(hears(answered, change)).toBe(true);
  });

  test.each([
    ['another topic', aChange({ choices: [withdrawn('acme/newsletter', 'sms')], at: 2 })],
    ['another channel', aChange({ choices: [withdrawn('acme/offers', 'email')], at: 2 })],
    ['another brand’s stop-all', aChange({ choices: [withdrawn('orbit/*', '*')], at: 2 })],
  ])('nothing where it is %s', (_, change) => {
    expect(hears(answered, change)).toBe(false);
  });

  test('nothing of identifiers while it has no answer to send', () => {
    expect(hears(aChange({ identifiers: [anIdentifier('email', 'new@example.com')] }))).toBe(false);
  });
});

describe('a rule’s pattern', () => {
  const many = Array.from({ length: 400 }, (_, i) => `acme/topic-${i}`);

  test('is widened to everything rather than cut where it would not fit', () => {
    expect(expressible({ topics: many, channels: ['email'] })).toEqual({ topics: 'all', channels: 'all' });
  });

  test('fits into 4,096 characters whatever is asked', () => {
    fc.assert(
      fc.property(fc.nat(400), (count) => {
        const pattern = patternOf(expressible({ topics: many.slice(0, count), channels: ['email', 'sms'] }));
        return JSON.stringify(pattern).length <= 4_096;
      }),
    );
  });

  test('leaves an interest alone that fits', () => {
    const interest: Interest = { topics: ['acme/offers'], channels: 'all' };
    expect(expressible(interest)).toEqual(interest);
  });
});
