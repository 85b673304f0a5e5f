import { describe, expect, test } from 'vitest';
import { remainsView } from '../../browser/audit/remains.ts';
import { otherwise, said } from '../../browser/audit/said.ts';

/** The words of a template, in order, without its markup. */
function wordsIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsIn).join(' ');
  if (typeof value !== 'object' || value === null || !('strings' in value && 'values' in value))
    return typeof value === 'string' ? value : '';
  const { strings, values } = value;
  if (!Array.isArray(strings) || !Array.isArray(values)) return '';
  const all = strings.flatMap((text, i) => [text, wordsIn(values[i])]).join('');
  return all.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

const evidence = {
  source: 'heed',
  actor: { kind: 'system' },
  method: 'erased',
  occurredAt: '2026-05-01T00:00:00.000Z',
};
const change = {
  choices: [],
  preferences: [],
  restricted: false,
  identifiers: [
    { kind: 'email', removed: true },
    { kind: 'customer', removed: false },
  ],
};

describe('what a version said', () => {
  test('names the identifiers also where it lifted a restriction, as the last one of an erasure does', () => {
    const words = wordsIn(otherwise({ change }));
    expect(words).toContain('The restriction of processing is lifted.');
    expect(words).toContain('E-mail address: removed');
    expect(words).toContain('Identifier customer: set');
  });

  test('names them in words in the list, too', () => {
    expect(said({ change, evidence, outcomes: [] })).toContain(
      'E-mail address: removed; Identifier customer: set',
    );
  });
});

test('what remains of somebody is named where something was erased, and nothing is said of it otherwise', () => {
  const remains = [{ what: 'choices', ground: 'GDPR 17(3)(b)' }];
  expect(wordsIn(remainsView({ remains }))).toContain('on what ground choices GDPR 17(3)(b)');
  expect(wordsIn(remainsView({ remains: [] }))).toBe('');
});
