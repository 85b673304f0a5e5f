import { describe, expect, test } from 'vitest';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { checkChange } from '../../lib/domain/check.ts';
import { aBody, aCatalogue, granted, NOW, pending, withdrawn } from '../builders.ts';

const CATALOGUE = aCatalogue();
const yes = granted('acme/newsletter', 'email');
const system = { actor: { kind: 'system' as const } };

const check = (body: ChangeBody, ...sources: readonly string[]) =>
  checkChange(body, { catalogue: CATALOGUE, caller: { sources }, now: NOW });

const errorsOf = (body: ChangeBody, ...sources: readonly string[]) => {
  const checked = check(body, ...sources);
  return 'refusal' in checked
    ? { type: checked.refusal.type, paths: checked.refusal.errors?.map(({ path }) => path) }
    : 'stored';
};

const fromMailer = (parts: Omit<ChangeBody, 'evidence'>) =>
  aBody({ ...parts, evidence: { source: 'mailer', ...system } });

describe('a source may not', () => {
  test.each([
    ['be spoken for without the token for it', aBody(), ['crm'], 'evidence.source'],
    ['be one nobody declared', aBody({ evidence: { source: 'stranger' } }), ['*'], 'evidence.source'],
    [
      'be one that only objects inherit',
      aBody({ evidence: { source: 'constructor' } }),
      ['*'],
      'evidence.source',
    ],
    ['speak as an actor it was not given', aBody({ evidence: system }), ['form'], 'evidence.actor.kind'],
    [
      'name a topic it was not given',
      fromMailer({ choices: [granted('orbit/newsletter', 'email')] }),
      ['mailer'],
      'choices.0.topic',
    ],
    [
      'name a prefix wider than its own',
      fromMailer({ choices: [withdrawn('*', 'email')] }),
      ['mailer'],
      'choices.0.topic',
    ],
    [
      'name a channel it was not given',
      fromMailer({ choices: [yes, granted('acme/offers', 'sms')] }),
      ['mailer'],
      'choices.1.channel',
    ],
    [
      'name every channel where it was given one',
      fromMailer({ choices: [withdrawn('acme/*', '*')] }),
      ['mailer'],
      'choices.0.channel',
    ],
    [
      'say a state it was not given',
      fromMailer({ choices: [pending('acme/newsletter', 'email')] }),
      ['mailer'],
      'choices.0.state',
    ],
    [
      'set a preference it was not given',
      fromMailer({ preferences: [{ key: 'interest.cycling', value: 'like' }] }),
      ['mailer'],
      'preferences.0.key',
    ],
    [
      'set an identifier it was not given',
      fromMailer({ identifiers: { phone: '+4512345678' } }),
      ['mailer'],
      'identifiers.phone',
    ],
    ['be Heed itself for a grant', aBody({ evidence: { source: 'heed' } }), ['*'], 'choices.0.state'],
  ])('%s', (_, body, sources, path) => {
    expect(errorsOf(body, ...sources)).toEqual({ type: 'forbidden-source', paths: [path] });
  });
});

describe('a source may', () => {
  test.each([
    ['say what it was given', aBody(), ['form']],
    ['be any that a token for every source names', aBody(), ['*']],
    ['be left unnamed by a caller that has only one', aBody({ evidence: { source: undefined } }), ['form']],
    ['narrow its own prefix', fromMailer({ choices: [granted('acme/clubs/cycling', 'email')] }), ['mailer']],
    [
      'set what it was given',
      fromMailer({
        preferences: [{ key: 'acme/newsletter.frequency', value: 'daily' }],
        identifiers: { email: 'a@example.com' },
      }),
      ['mailer'],
    ],
  ])('%s', (_, body, sources) => {
    expect(errorsOf(body, ...sources)).toBe('stored');
  });

  test('not be guessed for a grant by a caller that has several', () => {
    const body = aBody({ evidence: { source: undefined } });
    expect(errorsOf(body, 'form', 'desk')).toEqual({ type: 'invalid-change', paths: ['evidence.source'] });
  });
});

describe('an actor that a change leaves out', () => {
  const actorOf = (body: ChangeBody, source: string) => {
    const checked = check(body, source);
    return 'change' in checked ? checked.change.evidence.actor.kind : checked.refusal.type;
  };
  const bare = (parts: Omit<ChangeBody, 'evidence'>): ChangeBody => parts;
  const frequency = [{ key: 'acme/newsletter.frequency', value: 'daily' }];

  test.each([
    [
      'is the person where a withdrawal stands beside something else',
      bare({ choices: [withdrawn('*', '*')], preferences: frequency }),
      'desk',
      'subject',
    ],
    ['is a system where only preferences are set', bare({ preferences: frequency }), 'crm', 'system'],
    ['is never one the source may not speak as', bare({ preferences: frequency }), 'form', 'subject'],
  ])('%s', (_, body, source, kind) => {
    expect(actorOf(body, source)).toBe(kind);
  });
});
