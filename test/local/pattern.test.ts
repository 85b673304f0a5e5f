import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../local/pattern.ts';

const event = {
  source: 'heed',
  'detail-type': 'preferences.changed.v1',
  detail: {
    type: 'preferences.changed.v1',
    count: 3,
    final: true,
    nothing: null,
    data: {
      topics: ['acme/newsletter', 'orbit/events'],
      channels: ['email'],
      none: [],
      rows: [
        { topic: 'acme/newsletter', state: 'granted' },
        { topic: 'acme/offers', state: 'withdrawn' },
      ],
    },
  },
};

const data = (inner: unknown) => ({ detail: { data: inner } });

const matching: readonly (readonly [string, unknown])[] = [
  ['an exact value', { source: ['heed'] }],
  ['one of several values', { source: ['other', 'heed'] }],
  ['a number, a boolean and null', { detail: { count: [3], final: [true], nothing: [null] } }],
  ['all of several fields', { source: ['heed'], detail: { type: ['preferences.changed.v1'] } }],
  ['any element of an array', data({ topics: ['orbit/events'] })],
  [
    'fields of one element of an array of objects',
    data({ rows: { topic: ['acme/offers'], state: ['withdrawn'] } }),
  ],
  ['a prefix', data({ topics: [{ prefix: 'orbit/' }] })],
  ['any text, by the empty prefix', { source: [{ prefix: '' }] }],
  ['a suffix', data({ topics: [{ suffix: '/events' }] })],
  ['a value whatever its case', { source: [{ 'equals-ignore-case': 'HEED' }] }],
  ['a prefix or a value', data({ topics: ['x', { prefix: 'acme/' }] })],
  ['a field that is there', data({ channels: [{ exists: true }] })],
  ['a field that is there and null', { detail: { nothing: [{ exists: true }] } }],
  ['a field that is not there', data({ absent: [{ exists: false }] })],
  ['a field whose parent is not there', { absent: { child: [{ exists: false }] } }],
  ['an empty array as not there', data({ none: [{ exists: false }] })],
  ['an object as not there, because it is no leaf', { detail: { data: [{ exists: false }] } }],
  ['anything but a value', { source: [{ 'anything-but': 'other' }] }],
  ['anything but some values', { detail: { count: [{ 'anything-but': [1, 2] }] } }],
  ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'aws.' } }] }],
  ['anything but a suffix', { source: [{ 'anything-but': { suffix: '.aws' } }] }],
  ['an array with one element that is anything but', data({ topics: [{ 'anything-but': 'orbit/events' }] })],
  ['one branch of $or', { $or: [{ source: ['other'] }, { detail: { count: [3] } }] }],
  [
    '$or inside an object, beside a field',
    { source: ['heed'], detail: { $or: [{ count: [1] }, { final: [true] }] } },
  ],
  ['a list and an absence together, as one field', data({ absent: ['x', { exists: false }] })],
];

const failing: readonly (readonly [string, unknown])[] = [
  ['another value', { source: ['Heed'] }],
  ['a number as text', { detail: { count: ['3'] } }],
  ['one field of two', { source: ['heed'], detail: { type: ['other'] } }],
  ['no element of an array', data({ topics: ['acme/offers'] })],
  ['fields of two different elements', data({ rows: { topic: ['acme/offers'], state: ['granted'] } })],
  ['a prefix that is not one', data({ topics: [{ prefix: 'events' }] })],
  ['an empty prefix of what is no text', { detail: { final: [{ prefix: '' }] } }],
  ['a prefix of a number', { detail: { count: [{ prefix: '3' }] } }],
  ['a field that is not there', data({ absent: [{ exists: true }] })],
  ['an object as there', { detail: { data: [{ exists: true }] } }],
  ['an empty array as there', data({ none: [{ exists: true }] })],
  ['a field that should not be there', { source: [{ exists: false }] }],
  ['anything but what it is', { source: [{ 'anything-but': ['heed', 'other'] }] }],
  ['anything but a prefix it has', { source: [{ 'anything-but': { prefix: 'he' } }] }],
  ['anything but, of a field that is not there', data({ absent: [{ 'anything-but': 'x' }] })],
  ['no branch of $or', { $or: [{ source: ['other'] }, { detail: { count: [4] } }] }],
  [
    'a branch of $or without the field beside it',
    { source: ['other'], $or: [{ detail: { count: [3] } }, { source: ['heed'] }] },
  ],
  ['what every object inherits', { constructor: [{ exists: true }] }],
];

const refused: readonly (readonly [string, unknown, string])[] = [
  ['an unknown operator', { source: [{ wildcard: 'h*d' }] }, 'pattern.source uses "wildcard"'],
  ['a numeric range', { detail: { count: [{ numeric: ['>', 1] }] } }, 'uses "numeric"'],
  ['an operator inherited from Object', { source: [{ toString: 'x' }] }, 'uses "toString"'],
  ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }, 'more than one operator'],
  ['a value outside an array', { source: 'heed' }, 'pattern.source must be an array'],
  ['an empty array', { source: [] }, 'not empty'],
  ['an empty object', { detail: {} }, 'pattern.detail must be an object that is not empty'],
  ['an empty pattern', {}, 'not empty'],
  ['no pattern', undefined, 'must be an object'],
  ['a nested array', { source: [['heed']] }, 'neither a value nor an operator'],
  [
    'a prefix that is not text',
    { source: [{ prefix: 3 }] },
    'pattern.source.prefix has an operand of the wrong kind',
  ],
  ['exists that is neither true nor false', { source: [{ exists: 'yes' }] }, 'wrong kind'],
  [
    'anything-but with an unknown operator',
    { source: [{ 'anything-but': { wildcard: '*' } }] },
    'wrong kind',
  ],
  ['$or with one branch', { $or: [{ source: ['heed'] }] }, 'at least two'],
];

describe('a pattern matches', () => {
  test.each(matching)('%s', (_, pattern) => expect(compilePattern(pattern)(event)).toBe(true));
});

describe('a pattern does not match', () => {
  test.each(failing)('%s', (_, pattern) => expect(compilePattern(pattern)(event)).toBe(false));
});

describe('a pattern is refused before any event comes', () => {
  test.each(refused)('%s', (_, pattern, reason) => expect(() => compilePattern(pattern)).toThrow(reason));
});
