import { expect, test } from 'vitest';
import { spokenBy } from '../../lib/http/speaker.ts';

const choices = [{ topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' as const }];
const person = { kind: 'preferences' as const, subject: 'alice' };
const now = Date.UTC(2026, 4, 1);

const methodBy = (method: string | undefined) =>
  spokenBy(person, { choices, evidence: method === undefined ? {} : { method } }, now).evidence?.method;

test('a form of somebody’s site says how she chose, and a form is what is meant where it does not', () => {
  expect(methodBy(undefined)).toBe('form');
  expect(methodBy('component')).toBe('component');
});

test.each(['signal', 'one-click', 'link', 'keyword', 'expiry'])(
  'with a person’s token nobody can claim that Heed saw it itself (%s)',
  (method) => {
    expect(methodBy(method)).toBe('form');
    const client = {
      ...{ kind: 'client' as const, issuer: 'heed', client: 'crm', signsIn: true },
      ...{ scopes: [], sources: ['*'] },
    };
    expect(spokenBy(client, { choices, evidence: { method } }, now).evidence?.method).toBe(method);
  },
);

test('who she is and when it was are not hers to say either', () => {
  const evidence = {
    ...{ source: 'crm-import', actor: { kind: 'system' as const }, occurredAt: '2001-01-01T00:00:00Z' },
  };
  expect(spokenBy(person, { choices, evidence }, now).evidence).toMatchObject({
    ...{ source: 'preference-center', actor: { kind: 'subject' }, occurredAt: '2026-05-01T00:00:00.000Z' },
  });
});
