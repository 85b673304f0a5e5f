import { describe, expect, test } from 'vitest';
import { ChangeBody } from '../../lib/domain/change.ts';
import { checkChange } from '../../lib/domain/check.ts';
import { normaliseIdentifier } from '../../lib/domain/identifier.ts';
import { maskIdentifier } from '../../lib/domain/mask.ts';
import { Subject } from '../../lib/domain/subject.ts';
import { aBody, aCatalogue, NOW } from '../builders.ts';

const CATALOGUE = aCatalogue({
  identifiers: {
    email: { type: 'email', lowerCase: 'all' },
    login: { type: 'email', lowerCase: 'domain' },
    phone: { type: 'phone', defaultCountry: 'DK' },
    mobile: { type: 'phone' },
    crm: { type: 'id' },
  },
});

describe('an identifier is normalised:', () => {
  test.each([
    ['email', ' Ada.Lovelace@Example.COM ', 'ada.lovelace@example.com'],
    ['login', 'Ada@Example.COM', 'Ada@example.com'],
    ['phone', '+45 12 34 56 78', '+4512345678'],
    ['phone', '12 34 56 78', '+4512345678'],
    ['phone', '0045 12345678', '+4512345678'],
    ['mobile', '+1 (213) 373-4253', '+12133734253'],
    ['crm', ' 003xx000004TmiQ ', '003xx000004TmiQ'],
  ])('%s %s', (kind, raw, value) => {
    expect(normaliseIdentifier(CATALOGUE, kind, raw)).toEqual({ value });
  });

  test.each(['email', 'login', 'phone', 'mobile', 'crm'])('%s twice gives what once gives', (kind) => {
    const raw = { email: 'A@EXAMPLE.com', login: 'A@EXAMPLE.com', crm: 'x1' }[kind] ?? '+45 12345678';
    const once = normaliseIdentifier(CATALOGUE, kind, raw);
    expect('value' in once && normaliseIdentifier(CATALOGUE, kind, once.value)).toEqual(once);
  });
});

describe('an identifier is refused, without quoting it:', () => {
  test.each([
    ['email', 'ada'],
    ['email', 'ada@'],
    ['email', `${'a'.repeat(250)}@example.com`],
    ['phone', '123'],
    ['phone', 'call me on +45 12 34 56 78 or at work'],
    ['mobile', '87654321'],
    ['crm', 'two words'],
    ['crm', ' '],
    ['fax', 'secret-number'],
    ['constructor', 'secret-number'],
  ])('%s %s', (kind, raw) => {
    const normalised = normaliseIdentifier(CATALOGUE, kind, raw);
    expect('invalid' in normalised).toBe(true);
    if (raw.trim().length > 3) expect(JSON.stringify(normalised)).not.toContain(raw);
  });
});

test('what is said of a phone number holds nothing that would be taken for one', () => {
  const said = JSON.stringify(normaliseIdentifier(CATALOGUE, 'phone', '123'));
  expect(said).not.toMatch(/\d{4}/);
});

test('an identifier is removed with null', () => {
  const checked = checkChange(aBody({ identifiers: { email: null, phone: '12345678' } }), {
    catalogue: CATALOGUE,
    caller: { sources: ['*'] },
    now: NOW,
  });
  expect('change' in checked && checked.change.identifiers).toEqual([
    { kind: 'email', value: null },
    { kind: 'phone', value: '+4512345678' },
  ]);
});

test('an identifier is shown masked to somebody who should not learn it', () => {
  expect(maskIdentifier('email', 'ada@example.com')).toBe('a…@example.com');
  expect(maskIdentifier('phone', '+4512345678')).toBe('+45…78');
  expect(maskIdentifier('crm', '003xx000004TmiQ')).toBe('00…');
});

describe('a subject', () => {
  test.each(['ada', 'u:1', '550e8400-e29b-41d4-a716-446655440000', 'A_b.C-d', '1234567'])(
    'may be %s',
    (id) => {
      expect(Subject.safeParse(id).success).toBe(true);
    },
  );

  test.each([
    '',
    'ada@example.com',
    '+4512345678',
    '4512345678',
    '45-12-34-56-78',
    'a b',
    'a/b',
    'æ',
    'x'.repeat(129),
  ])('may not be “%s”', (id) => {
    expect(Subject.safeParse(id).success).toBe(false);
  });
});

describe('the body of a change', () => {
  const choice = { topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' };
  test.each([
    ['nothing', {}],
    ['empty lists', { choices: [], preferences: [], identifiers: {} }],
    ['201 choices', { choices: Array.from({ length: 201 }, (_, i) => ({ ...choice, topic: `acme/t${i}` })) }],
    ['a member nobody knows', { choices: [choice], also: 1 }],
    ['a member nobody knows in a choice', { choices: [{ ...choice, also: 1 }] }],
    ['a state nobody knows', { choices: [{ ...choice, state: 'maybe' }] }],
    ['a time without its zone', { choices: [choice], evidence: { occurredAt: '2026-05-01T10:00:00' } }],
    ['a day that does not exist', { choices: [choice], evidence: { occurredAt: '2026-02-30T10:00:00Z' } }],
    ['a source with spaces', { choices: [choice], evidence: { source: 'the form' } }],
  ])('may not hold %s', (_, body) => {
    expect(ChangeBody.safeParse(body).success).toBe(false);
  });

  test('may hold 200 choices', () => {
    const choices = Array.from({ length: 200 }, (_, i) => ({ ...choice, topic: `acme/t${i}` }));
    expect(ChangeBody.safeParse({ choices }).success).toBe(true);
  });
});
