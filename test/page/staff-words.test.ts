import { expect, test } from 'vitest';
import { DeliveriesAnswer, ToldAnswer } from '../../lib/http/delivery-schemas.ts';
import { GrantAnswer } from '../../lib/http/grant-schemas.ts';
import { PackAnswer } from '../../lib/http/pack-schemas.ts';
import { ErasureAnswer } from '../../lib/http/rights-schemas.ts';
import { AnyHistoryAnswer, DecisionAnswer } from '../../lib/http/schemas.ts';
import { SearchAnswer } from '../../lib/http/search-schemas.ts';
import { isKnownReason, reasonWords } from '../../lib/page/staff-reasons.ts';
import {
  ACTORS,
  BECAUSE,
  CHOICE_OUTCOMES,
  DELIVERY_OUTCOMES,
  deliveryWords,
  GRANT_STATES,
  methodWords,
  OPERATIONS,
  PACK_STATES,
  STATES,
} from '../../lib/page/staff-words.ts';
import { sourcesIn, textOf } from '../conventions/tree.ts';

const [entry] = AnyHistoryAnswer.shape.versions.element.options;
const answered = SearchAnswer.shape.versions.element.shape;

/** Every code that the API's description lists, beside the list that has its words. */
const LISTS: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
  ['states', DecisionAnswer.shape.state.options, STATES],
  ['reasons of an answer', DecisionAnswer.shape.because.options, BECAUSE],
  ['outcomes of a choice', entry.shape.outcomes.element.shape.outcome.options, CHOICE_OUTCOMES],
  ['actors', entry.shape.evidence.shape.actor.shape.kind.options, ACTORS],
  ['outcomes of a version', ToldAnswer.shape.deliveries.element.shape.outcome.options, DELIVERY_OUTCOMES],
  [
    'outcomes of now',
    DeliveriesAnswer.options[0].shape.deliveries.element.shape.outcome.options,
    DELIVERY_OUTCOMES,
  ],
  ['outcomes that are searched', answered.delivery.unwrap().shape.outcome.options, DELIVERY_OUTCOMES],
  ['outcomes of an erasure', ErasureAnswer.shape.told.element.shape.outcome.options, DELIVERY_OUTCOMES],
  ['states of a grant', GrantAnswer.shape.state.options, GRANT_STATES],
  ['states of a pack', PackAnswer.shape.state.options, PACK_STATES],
];

test.each(LISTS)('there are words for %s, and for nothing that is gone', (_, codes, words) => {
  expect(codes.filter((code) => words[code] === undefined)).toEqual([]);
  const known = new Set(LISTS.filter(([, , one]) => one === words).flatMap(([, all]) => all));
  expect(Object.keys(words).filter((code) => !known.has(code))).toEqual([]);
});

/** Every code that stands in the sources behind what is given. */
const written = (folder: string, pattern: RegExp): readonly string[] => [
  ...new Set(
    sourcesIn(folder).flatMap((file) => [...textOf(file).matchAll(pattern)].map(([, code = '']) => code)),
  ),
];

test('there are words for every operation that is put on record', () => {
  const operations = [
    ...written('functions', /\boperation: '([a-z-]+)'/g),
    ...written('functions', /\b(?:auditor|authenticateOrAudit)\(\s*app,\s*'([a-z-]+)'/g),
  ];
  expect(operations.length).toBeGreaterThan(20);
  expect(operations.filter((one) => OPERATIONS[one] === undefined)).toEqual([]);
});

test('there are words, or a family, for every reason that is written down anywhere', () => {
  const reasons = [
    ...written('lib/flow', /\breason: '([a-z0-9-]+)'/g),
    ...written('lib/destinations', /\breason: '([a-z0-9-]+)'/g),
    ...written(
      'lib/destinations',
      /\b(?:reasonOf|userAction|failed|skipped|answer)\([^()\n]*'([a-z0-9-]+)'\)/g,
    ),
  ];
  expect(reasons.length).toBeGreaterThan(60);
  expect(reasons.filter((one) => !isKnownReason(one))).toEqual([]);
  expect(isKnownReason('INVALID_FIELD_FOR_INSERT_UPDATE')).toBe(false);
});

test.each([
  ['http-503', 'busy or down (http-503)'],
  ['http-404', 'refused it (http-404)'],
  ['gave-up-http-401', 'given up for now: refused our credentials (gave-up-http-401)'],
  ['no-such-topic', 'our mapping names what it does not have (no-such-topic)'],
  ['no-such-lead', 'does not know the person (no-such-lead)'],
  ['emarsys-2008', 'the system’s own code (emarsys-2008)'],
  ['toString', 'the system’s own code (toString)'],
  ['the person has withdrawn', 'the person has withdrawn'],
])('a reason keeps its code, unless it is a sentence: %s', (reason, words) => {
  expect(reasonWords(reason)).toBe(words);
});

test('methods that carry something of their own say it', () => {
  expect(methodWords('broken-version-12')).toBe('repair of version 12');
  expect(methodWords('sfmc-unsubscribe')).toBe('unsubscribe, reported by sfmc');
  expect(methodWords('hubspot-opt-out')).toBe('opt out, reported by hubspot');
  expect(methodWords('booth-2026')).toBe('booth-2026');
  const own = written('lib/flow', /\bmethod: '([a-z-]+)'/g);
  expect(own.length).toBeGreaterThan(3);
  expect(own.filter((one) => one !== 'none' && methodWords(one) === one && !PLAIN.has(one))).toEqual([]);
});

/** Codes that are words. */
const PLAIN = new Set(['form', 'link', 'call', 'file']);

test('what was told instead is named', () => {
  expect(deliveryWords('overtaken', 7)).toBe('Told version 7 instead');
  expect(deliveryWords('overtaken')).toBe('Told a newer version instead');
});
