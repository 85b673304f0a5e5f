import { describe, expect, test } from 'vitest';
import { expandChannels, expandPairs, expandTopics } from '../../lib/domain/catalogue.ts';
import { coveringTopics, covers, specificity, TOPIC, TOPIC_PATTERN } from '../../lib/domain/topic.ts';
import { aCatalogue } from '../builders.ts';

const CATALOGUE = aCatalogue();

describe('a pattern', () => {
  test.each([
    ['acme/newsletter', 'acme/newsletter', true],
    ['acme/*', 'acme/newsletter', true],
    ['acme/*', 'acme/clubs/cycling', true],
    ['acme/*', 'acme/clubs/*', true],
    ['acme/clubs/*', 'acme/*', false],
    ['acme/*', 'acmeister/newsletter', false],
    ['acme/clubs/*', 'acme/clubs', false],
    ['acme/*', '*', false],
    ['*', 'orbit/newsletter', true],
    ['*', 'orbit/*', true],
    ['acme/newsletter', 'acme/newsletter/daily', false],
  ])('%s over %s: %s', (pattern, key, covered) => {
    expect(covers(pattern, key)).toBe(covered);
  });

  test('is one of those that are listed as covering a topic, the most specific first', () => {
    expect(coveringTopics('acme/clubs/cycling')).toEqual([
      'acme/clubs/cycling',
      'acme/clubs/*',
      'acme/*',
      '*',
    ]);
  });

  test('is a path with an optional star at its end, and nothing else', () => {
    for (const good of ['*', 'acme/*', 'acme/clubs/*', 'acme/clubs/cycling'])
      expect(good).toMatch(TOPIC_PATTERN);
    for (const bad of ['', 'acme', 'Acme/news', 'acme/', '/news', 'acme/*/news', 'acme/ne*', 'a b/c', '**'])
      expect(bad).not.toMatch(TOPIC_PATTERN);
    expect('acme/*').not.toMatch(TOPIC);
  });
});

test('the topic decides before the channel which choice is the more specific', () => {
  const ranked = [
    { topic: '*', channel: '*' },
    { topic: '*', channel: 'email' },
    { topic: 'acme/*', channel: '*' },
    { topic: 'acme/*', channel: 'email' },
    { topic: 'acme/clubs', channel: '*' },
    { topic: 'acme/clubs/*', channel: 'email' },
    { topic: 'acme/clubs/cycling', channel: '*' },
    { topic: 'acme/clubs/cycling', channel: 'email' },
  ].map(specificity);
  expect(ranked).toEqual([...ranked].sort((a, b) => a - b));
  expect(new Set(ranked).size).toBe(ranked.length);
});

describe('expanding over the catalogue', () => {
  test('gives the topics under a prefix, and a concrete topic as it was named', () => {
    expect(expandTopics(CATALOGUE, 'orbit/*')).toEqual(['orbit/newsletter']);
    expect(expandTopics(CATALOGUE, '*')).toEqual(Object.keys(CATALOGUE.topics));
    expect(expandTopics(CATALOGUE, 'acme/never-declared')).toEqual(['acme/never-declared']);
  });

  test('gives every channel for a star, and a channel as it was named', () => {
    expect(expandChannels(CATALOGUE, '*')).toEqual(['email', 'sms', 'phone']);
    expect(expandChannels(CATALOGUE, 'fax')).toEqual(['fax']);
  });

  test('gives declared pairs only', () => {
    expect(expandPairs(CATALOGUE, { topic: 'orbit/*', channel: '*' })).toHaveLength(3);
    expect(expandPairs(CATALOGUE, { topic: 'acme/never-declared', channel: '*' })).toEqual([]);
    expect(expandPairs(CATALOGUE, { topic: 'acme/offers', channel: 'fax' })).toEqual([]);
  });
});
