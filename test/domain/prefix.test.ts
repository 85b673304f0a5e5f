import { describe, expect, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import type { ActorKind, Change, Choice } from '../../lib/domain/vocabulary.ts';
import { aCatalogue, aChange, aRecord, granted, NOW, withdrawn } from '../builders.ts';

const CATALOGUE = aCatalogue();
const NEWS = ['acme/newsletter', 'email'] as const;
const yes = granted(...NEWS);

const says = (actor: ActorKind, choice: Choice, at: number, source = 'crm'): Change =>
  aChange({ actor, source, choices: [choice], at });

const answer = (changes: readonly Change[], topic: string = NEWS[0], channel: string = NEWS[1], at = NOW) =>
  answersOf(aRecord(...changes), CATALOGUE, at)(topic, channel);

type Row = readonly [string, readonly Change[], string, string];

describe('prefixes:', () => {
  test.each<Row>([
    [
      'a stop-all stops every topic',
      [aChange({ choices: [withdrawn('*', '*')] })],
      'withdrawn',
      'person-withdrew',
    ],
    [
      'a brand’s stop stops its topics',
      [aChange({ choices: [withdrawn('acme/*', '*')] })],
      'withdrawn',
      'person-withdrew',
    ],
    [
      'a brand’s stop leaves other brands alone',
      [aChange({ choices: [yes, withdrawn('orbit/*', '*')] })],
      'granted',
      'granted',
    ],
    [
      'within one change the more specific topic wins',
      [aChange({ choices: [withdrawn('*', 'email'), granted('acme/newsletter', '*')] })],
      'granted',
      'granted',
    ],
    [
      'within one change the more specific channel wins',
      [aChange({ choices: [granted('acme/*', '*'), withdrawn('acme/*', 'email')] })],
      'withdrawn',
      'person-withdrew',
    ],
    [
      'a later stop-all beats an earlier, more specific grant',
      [aChange({ choices: [yes], at: 1 }), aChange({ choices: [withdrawn('*', '*')], at: 2 })],
      'withdrawn',
      'person-withdrew',
    ],
    [
      'a later specific grant beats an earlier stop-all',
      [aChange({ choices: [withdrawn('*', '*')], at: 1 }), aChange({ choices: [yes], at: 2 })],
      'granted',
      'granted',
    ],
    [
      'a stop-all beats a specific grant of another change at the same instant',
      [aChange({ choices: [withdrawn('*', '*')] }), aChange({ choices: [yes] })],
      'withdrawn',
      'person-withdrew',
    ],
    [
      'a source’s later stop-all holds against its own earlier grant',
      [says('system', yes, 1), says('system', withdrawn('*', '*'), 2)],
      'withdrawn',
      'source-withdrew',
    ],
  ])('%s', (_, changes, state, because) => {
    expect(answer(changes)).toMatchObject({ state, because });
  });

  test('of two stop-alls at one instant, the exceptions of the one do not weaken the other', () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const strict = aChange({ choices: [withdrawn('*', '*')], evidence: { method: id } });
      const lenient = aChange({ choices: [withdrawn('*', '*'), yes] });
      expect(answer([strict, lenient]).state).toBe('withdrawn');
    }
  });

  test('the same words at one instant with other evidence stay what they were', () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const words = [withdrawn('*', '*'), yes];
      const again = aChange({ choices: words, evidence: { method: id } });
      expect(answer([aChange({ choices: words }), again]).state).toBe('granted');
    }
  });
});

describe('what is not declared', () => {
  const all = [aChange({ choices: [granted('acme/*', '*')] })];
  test.each([
    ['acme/undeclared', 'email'],
    ['acme/newsletter', 'fax'],
    ['constructor', 'email'],
  ])('is permitted by no grant of a prefix: %s by %s', (topic, channel) => {
    expect(answer(all, topic, channel).state).toBe('none');
  });

  test('can be withdrawn under the name it was given', () => {
    expect(answer([aChange({ choices: [withdrawn('gone/topic', 'fax')] })], 'gone/topic', 'fax').state).toBe(
      'withdrawn',
    );
  });
});
