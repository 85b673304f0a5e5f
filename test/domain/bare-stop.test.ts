import { describe, expect, test } from 'vitest';
import { type ChangeBody, onlyWithdraws } from '../../lib/domain/change.ts';
import { checkChange } from '../../lib/domain/check.ts';
import { aBody, aCatalogue, granted, minute, NOW, pending, withdrawn } from '../builders.ts';

const at = (...sources: readonly string[]) => ({ catalogue: aCatalogue(), caller: { sources }, now: NOW });

describe('a change only withdraws', () => {
  const choices = [withdrawn('*', '*')];
  test.each<readonly [string, ChangeBody, boolean]>([
    ['where it holds withdrawals and nothing else', { choices }, true],
    ['not where it grants something', { choices: [...choices, granted('acme/newsletter', 'email')] }, false],
    ['not where it asks to confirm something', { choices: [pending('acme/newsletter', 'email')] }, false],
    [
      'not where it sets a preference',
      { choices, preferences: [{ key: 'interest.cycling', value: 'like' }] },
      false,
    ],
    ['not where it sets an identifier', { choices, identifiers: { crm: '7' } }, false],
    ['not where it holds no choice', { identifiers: { crm: null } }, false],
  ])('%s', (_, body, only) => {
    expect(onlyWithdraws(body)).toBe(only);
  });
});

describe('what a stop leaves out', () => {
  const filled = (caller: readonly string[], choices = [withdrawn('*', '*')]) => {
    const checked = checkChange({ choices }, at(...caller));
    return 'change' in checked ? checked.change.evidence : checked.refusal.type;
  };

  test('is filled in: time of receipt, the caller’s source, the person as actor', () => {
    expect(filled(['form'])).toEqual({
      source: 'form',
      actor: { kind: 'subject' },
      method: 'api',
      occurredAt: minute(0),
    });
  });

  test.each([
    [
      'the source is Heed where the caller speaks for all',
      ['*'],
      { source: 'heed', actor: { kind: 'subject' } },
    ],
    [
      'the actor is a system where the source may not speak as the person',
      ['crm'],
      { source: 'crm', actor: { kind: 'system' } },
    ],
    [
      'of several sources, one that may speak as the person is taken',
      ['crm', 'form'],
      { source: 'form', actor: { kind: 'subject' } },
    ],
  ])('%s', (_, caller, expected) => {
    expect(filled(caller)).toMatchObject(expected);
  });

  test('of several sources, one that has the right is taken', () => {
    expect(filled(['mailer', 'desk'], [withdrawn('orbit/newsletter', 'sms')])).toMatchObject({
      source: 'desk',
    });
  });

  test('a caller without any source gets no stop through', () => {
    expect(filled([])).toBe('forbidden-source');
  });

  test('a notice that is named wrongly is not kept as evidence', () => {
    const body = aBody({
      choices: [withdrawn('*', '*')],
      evidence: { notice: { id: 'marketing', version: '3', language: 'en', sha256: 'f'.repeat(64) } },
    });
    const checked = checkChange(body, at('form'));
    expect('change' in checked && checked.change.evidence).not.toHaveProperty('notice');
  });
});
