import { describe, expect, test } from 'vitest';
import { checkChange } from '../../lib/domain/check.ts';
import { aBody, aCatalogue, minute, NOW, withdrawn } from '../builders.ts';

const at = (...sources: readonly string[]) => ({ catalogue: aCatalogue(), caller: { sources }, now: NOW });

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
