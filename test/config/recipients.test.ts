import { expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { Recipient, recipientFaults } from '../../lib/config/recipient.ts';
import { registerPage } from '../../scripts/recipients/page.ts';

const sound: Recipient = {
  ...{ name: 'Acme CRM', purpose: 'marketing', role: 'processor', country: 'DE' },
  contact: 'privacy@acme.example',
};

const faultsOf = (recipient: Recipient): readonly string[] =>
  recipientFaults({ purposes: config.purposes, destinations: { crm: { recipient } } });

test('a declared purpose or a sentence will do, a misspelt one will not', () => {
  expect(faultsOf(sound)).toEqual([]);
  expect(faultsOf({ ...sound, purpose: 'Sending the newsletter' })).toEqual([]);
  expect(faultsOf({ ...sound, purpose: 'marketng' })).toEqual([
    'destinations.crm.recipient: no purpose marketng is declared; name one, or write a sentence',
  ]);
});

test('a country must be one', () => {
  expect(faultsOf({ ...sound, country: 'XQ' })).toEqual([
    'destinations.crm.recipient: there is no country XQ',
  ]);
  expect(Recipient.safeParse({ ...sound, country: 'Germany' }).error?.issues[0]?.message).toMatch(
    /two capitals/,
  );
});

test.each([
  ['contact', 'the second floor'],
  ['retention', 'three years'],
  ['role', 'helper'],
])('a %s that is %s is refused', (field, value) => {
  expect(Recipient.safeParse({ ...sound, [field]: value }).success).toBe(false);
});

test('the page says what is not declared, and for whom', () => {
  const row = { enabled: true, data: ['email'], topics: 'all', channels: 'all', erases: 'erase' } as const;
  const text = registerPage([
    { ...row, destination: 'crm', title: 'CRM', recipient: { ...sound, country: 'US' } },
    { ...row, destination: 'lake', title: 'Lake', recipient: null },
  ]);
  expect(text).toContain('- Nobody has declared who is behind `lake`.');
  expect(text).toContain('- No retention is declared for `crm`.');
  expect(text).toContain('no safeguards are declared, for `crm`.');
});
