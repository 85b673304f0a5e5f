import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolve } from '../../lib/domain/answer.ts';
import { aboutOf, eventOf, eventWith } from '../../lib/domain/event.ts';
import { PreferencesChanged } from '../../lib/domain/event-schema.ts';
import { DAY } from '../../lib/domain/time.ts';
import type { Change, Version } from '../../lib/domain/vocabulary.ts';
import {
  aCatalogue,
  aChange,
  aHistory,
  anIdentifier,
  aVersion,
  granted,
  minute,
  NOW,
  withdrawn,
} from '../builders.ts';
import { anyChange, CATALOGUE } from './arbitraries.ts';
import { holds, isCaught, type Rule } from './property.ts';

const newest = (...changes: readonly Change[]): Version => aHistory(changes).at(-1) ?? aVersion();
const dataOf = (...changes: readonly Change[]) => eventOf(newest(...changes), CATALOGUE).data;

describe('the event of a version', () => {
  test('is a CloudEvent named by subject and version', () => {
    expect(eventOf(aVersion({ subject: 'ada', version: 12 }), CATALOGUE)).toMatchObject({
      specversion: '1.0',
      id: 'ada:12',
      source: '/heed',
      type: 'preferences.changed.v1',
      subject: 'ada',
      time: minute(0),
      sequence: '12',
      datacontenttype: 'application/json',
      dataschema: 'https://schemas.acme.example/heed/preferences.changed.v1.json',
      data: { version: 12, source: 'form', actor: 'subject', method: 'form', occurredAt: minute(0) },
    });
  });

  test('names concrete topics and channels for a stop-all', () => {
    const { topics, channels } = dataOf(aChange({ choices: [withdrawn('*', '*')] }));
    expect(topics).toEqual(Object.keys(CATALOGUE.topics));
    expect(channels).toEqual(CATALOGUE.channels);
  });

  test('names the topics of a brand for its stop-all', () => {
    expect(dataOf(aChange({ choices: [withdrawn('orbit/*', 'email')] }))).toMatchObject({
      topics: ['orbit/newsletter'],
      channels: ['email'],
    });
  });

  test('names each topic and channel once', () => {
    const choices = [withdrawn('acme/*', 'email'), granted('acme/newsletter', 'email')];
    const { topics, channels } = dataOf(aChange({ choices }));
    expect(topics).toHaveLength(5);
    expect(channels).toEqual(['email']);
  });

  test('keeps an unknown topic as it was named', () => {
    expect(dataOf(aChange({ choices: [withdrawn('gone/topic', 'fax')] }))).toMatchObject({
      topics: ['gone/topic'],
      channels: ['fax'],
    });
  });

  test('lists every topic and channel that has an answer when identifiers change, and which kinds changed', () => {
    const before = aChange({
      choices: [granted('acme/newsletter', 'email'), withdrawn('orbit/*', 'sms')],
      at: 1,
    });
    const moved = aChange({ identifiers: [anIdentifier('email', 'new@example.com')], at: 2 });
    expect(dataOf(before, moved)).toMatchObject({
      topics: ['acme/newsletter', 'orbit/newsletter'],
      channels: ['email', 'sms'],
      identifiersChanged: ['email'],
    });
  });

  test('carries the whole resolved state, not only what changed', () => {
    const data = dataOf(
      aChange({
        choices: [granted('acme/newsletter', 'email')],
        preferences: [{ key: 'interest.cycling', value: 'like' }],
        at: 1,
      }),
      aChange({ choices: [withdrawn('acme/offers', 'sms')], at: 2 }),
    );
    expect(data.changed).toEqual([{ topic: 'acme/offers', channel: 'sms', from: 'none', to: 'withdrawn' }]);
    expect(data.state.choices).toMatchObject([
      { topic: 'acme/newsletter', channel: 'email', state: 'granted' },
      { topic: 'acme/offers', channel: 'sms', state: 'withdrawn' },
    ]);
    expect(data.state.preferences).toEqual([{ key: 'interest.cycling', value: 'like' }]);
  });

  test('can carry the state of a later moment, when a grant has run out', () => {
    const version = newest(aChange({ choices: [granted('acme/surveys', 'email')] }));
    const later = resolve(version.record, CATALOGUE, NOW + 731 * DAY);
    expect(eventOf(version, CATALOGUE).data.state.choices).toMatchObject([{ state: 'granted' }]);
    expect(eventWith(version, CATALOGUE, later).data.state.choices).toMatchObject([{ state: 'withdrawn' }]);
  });

  test('holds no identifier, no hash and no ciphertext', () => {
    const identifier = anIdentifier('email', 'ada@example.com');
    const change = aChange({
      choices: [granted('acme/newsletter', 'email')],
      identifiers: [identifier],
      evidence: { personal: 'sealed-comment', actor: { kind: 'agent', id: 'agent-7' } },
    });
    const text = JSON.stringify(eventOf(newest(change), CATALOGUE));
    for (const secret of [
      'ada@example.com',
      identifier.hash ?? '',
      identifier.sealed ?? '',
      'sealed-comment',
      'agent-7',
    ])
      expect(text).not.toContain(secret);
  });
});

type About = typeof aboutOf;

const lastOf = (changes: readonly Change[]): Version | undefined =>
  aHistory(changes, { catalogue: CATALOGUE }).at(-1);

/** Whoever asks for the topic and channel of an answer that moved must be told. */
const whatMovesIsNamed: Rule<About> = (about) =>
  fc.property(fc.array(anyChange, { minLength: 1, maxLength: 5 }), (changes) => {
    const version = lastOf(changes);
    if (!version) return false;
    const { topics, channels } = about(version, CATALOGUE, resolve(version.record, CATALOGUE, NOW));
    return version.changed.every(
      ({ topic, channel }) => topics.includes(topic) && channels.includes(channel),
    );
  });

const parsesAgainstItsSchema: Rule<typeof eventOf> = (event) =>
  fc.property(fc.array(anyChange, { minLength: 1, maxLength: 5 }), (changes) => {
    const version = lastOf(changes);
    return version !== undefined && PreferencesChanged.safeParse(event(version, CATALOGUE)).success;
  });

describe('every event', () => {
  test('names the topic and channel of each answer that moved', () => holds(whatMovesIsNamed, aboutOf));
  test('would miss some if prefixes were not expanded', () =>
    isCaught(whatMovesIsNamed, ({ change }) => ({
      topics: change.choices.map(({ topic }) => topic),
      channels: change.choices.map(({ channel }) => channel),
      preferences: [],
      identifiersChanged: [],
    })));
  test('parses against its own schema', () => holds(parsesAgainstItsSchema, eventOf));
  test('would not parse if a time lost its zone', () =>
    isCaught(parsesAgainstItsSchema, (version, catalogue) => {
      const event = eventOf(version, catalogue);
      return { ...event, time: event.time.replace('Z', '') };
    }));
});

test('the catalogue’s own order is the order of topics in a state', () => {
  const choices = [granted('orbit/newsletter', 'email'), granted('acme/newsletter', 'sms')];
  const { state } = eventOf(newest(aChange({ choices })), aCatalogue()).data;
  expect(state.choices.map(({ topic }) => topic)).toEqual(['acme/newsletter', 'orbit/newsletter']);
});
