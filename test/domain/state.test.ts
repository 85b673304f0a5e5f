import { describe, expect, test } from 'vitest';
import { answersOf, preferencesOf, resolve } from '../../lib/domain/answer.ts';
import { EMPTY_RECORD } from '../../lib/domain/registers.ts';
import { DAY } from '../../lib/domain/time.ts';
import type { ActorKind, Change, Choice } from '../../lib/domain/vocabulary.ts';
import { aCatalogue, aChange, aRecord, granted, minute, NOW, pending, withdrawn } from '../builders.ts';

const CATALOGUE = aCatalogue();
const NEWS = ['acme/newsletter', 'email'] as const;
const yes = granted(...NEWS);
const no = withdrawn(...NEWS);

const says = (actor: ActorKind, choice: Choice, at: number, source = 'crm'): Change =>
  aChange({ actor, source, choices: [choice], at });

const answer = (changes: readonly Change[], topic: string = NEWS[0], channel: string = NEWS[1], at = NOW) =>
  answersOf(aRecord(...changes), CATALOGUE, at)(topic, channel);

describe('a grant that runs out', () => {
  const survey = ['acme/surveys', 'email'] as const;
  const grant = [aChange({ choices: [granted(...survey)] })];
  const end = NOW + 730 * DAY;

  test('permits up to the last millisecond and says until when', () => {
    expect(answer(grant, ...survey, end - 1)).toMatchObject({
      state: 'granted',
      expiresAt: new Date(end).toISOString(),
    });
  });

  test('permits no more from its end on, without anybody writing anything', () => {
    expect(answer(grant, ...survey, end)).toMatchObject({ state: 'withdrawn', because: 'expired' });
  });

  test('counts from the time the person chose, not from the time it arrived', () => {
    const old = aChange({
      choices: [granted(...survey)],
      evidence: { occurredAt: '2020-01-01T00:00:00.000Z' },
    });
    expect(answer([old], ...survey)).toMatchObject({ state: 'withdrawn', because: 'expired' });
  });

  test('permits again once the person has renewed it', () => {
    const renewed = aChange({
      choices: [granted(...survey)],
      evidence: { occurredAt: new Date(end).toISOString() },
    });
    expect(answer([...grant, renewed], ...survey, end).state).toBe('granted');
  });

  test('is not prolonged by a request to confirm', () => {
    const asked = aChange({
      choices: [pending(...survey)],
      evidence: { occurredAt: new Date(end).toISOString() },
    });
    expect(answer([...grant, asked], ...survey, end).state).not.toBe('granted');
  });
});

describe('the resolved state', () => {
  test('has a row, with its evidence, for each declared pair that has an answer, and no other', () => {
    const record = aRecord(
      aChange({ choices: [granted('orbit/*', 'email'), withdrawn('gone/topic', 'email')] }),
    );
    expect(resolve(record, CATALOGUE, NOW).choices).toEqual([
      {
        topic: 'orbit/newsletter',
        channel: 'email',
        state: 'granted',
        occurredAt: minute(0),
        source: 'form',
        actor: 'subject',
        method: 'form',
        legalBasis: 'consent',
        notice: { id: 'marketing', version: '3', language: 'en' },
      },
    ]);
  });

  test('of somebody unknown is empty', () => {
    expect(resolve(EMPTY_RECORD, CATALOGUE, NOW)).toMatchObject({
      choices: [],
      preferences: [],
      stopped: [],
    });
  });

  const stoppedAfter = (...changes: readonly Change[]) =>
    resolve(aRecord(...changes), CATALOGUE, NOW).stopped;
  const stop = aChange({ choices: [withdrawn('*', 'email')], at: 1 });

  test('names the channels on which the person stopped everything there is and will be', () => {
    expect(stoppedAfter(stop)).toEqual(['email']);
    expect(stoppedAfter(aChange({ choices: [withdrawn('*', '*')] }))).toEqual(CATALOGUE.channels);
  });

  test('still names them when the person stops one of those topics again', () => {
    expect(stoppedAfter(stop, aChange({ choices: [no], at: 2 }))).toEqual(['email']);
  });

  test('does not name a channel on which the person has granted something since', () => {
    expect(stoppedAfter(stop, aChange({ choices: [yes], at: 2 }))).toEqual([]);
  });

  test('does not name a channel whose topics were stopped one by one, or by a system', () => {
    const each = Object.keys(CATALOGUE.topics).map((topic) => withdrawn(topic, 'email'));
    expect(stoppedAfter(aChange({ choices: each }))).toEqual([]);
    expect(stoppedAfter(says('system', withdrawn('*', '*'), 1))).toEqual([]);
  });
});

describe('preferences', () => {
  const weekly = (actor: ActorKind, value: string, at: number) =>
    aChange({ actor, source: 'crm', preferences: [{ key: 'acme/newsletter.frequency', value }], at });
  const stands = (...changes: readonly Change[]) =>
    preferencesOf(aRecord(...changes)).map(({ value }) => value);

  test('of the person outrank any system’s, however late', () => {
    expect(stands(weekly('subject', 'weekly', 1), weekly('system', 'daily', 2))).toEqual(['weekly']);
    expect(stands(weekly('import', 'daily', 3), weekly('agent', 'weekly', 1))).toEqual(['weekly']);
  });

  test('of the person follow the person’s newest word', () => {
    expect(stands(weekly('subject', 'weekly', 2), weekly('agent', 'daily', 1))).toEqual(['weekly']);
  });

  test('of systems follow the newest while the person is silent', () => {
    expect(stands(weekly('system', 'weekly', 1), weekly('system', 'daily', 2))).toEqual(['daily']);
  });
});
