import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/destinations/destination.ts';
import { interpret, split } from '../../lib/destinations/pendo/replies.ts';
import { pendo } from '../../lib/destinations/pendo.ts';
import { settingsFaults } from '../../lib/flow/settings.ts';
import { aDelivery, aReply, aRow, bothWays, carried, inWords, spoken } from './deliveries.ts';

describe('pendo', () => {
  const topics = {
    'acme/newsletter': { email: 'news', sms: 'news_sms' },
    'acme/offers': { email: 'offers' },
  };
  const settings = (more: object = {}) => pendo.settings.parse({ topics, ...more });
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    pendo.translate(aDelivery({ identifiers: { customer: 'c-1' }, ...delivery }), settings(more));

  test('is told withdrawals alone and before grants, and never an address', () => {
    expect(carried(calls(bothWays))).toEqual([
      { visitorId: 'c-1', values: { offers: 'opted_out' } },
      { visitorId: 'c-1', values: { news: 'opted_in' } },
    ]);
  });

  test('adds visitors only for people who grant something, and nobody at a former number', () => {
    const withdrawal = { choices: [aRow('acme/offers', 'withdrawn')] };
    const added = (delivery: Partial<Delivery>) =>
      inWords(calls(delivery, { create: true })).map((call) => call.includes('create=true'));
    expect(added(bothWays)).toEqual([true, true]);
    expect(added(withdrawal)).toEqual([false]);
    expect(added({ ...bothWays, retired: true })).toEqual([false, false]);
    expect(inWords(calls(bothWays)).join()).not.toContain('create');
  });

  test('is told nothing of a channel or topic that is not mapped, or of nobody in particular', () => {
    const choices = [aRow('acme/surveys', 'granted'), aRow('acme/offers', 'granted', { channel: 'sms' })];
    expect(calls({ choices })).toEqual([]);
    expect(calls({ ...bothWays, identifiers: {} })).toEqual([]);
  });

  test.each([
    ['one field for two topics', { topics: { a: { email: 'x' }, b: { email: 'x' } } }],
    ['a field name that begins with a digit', { topics: { a: { email: '3x' } } }],
    ['a channel that nobody has', { topics: { a: { fax: 'x' } } }],
    ['one word for yes and no', { values: { granted: 'x', withdrawn: 'x' } }],
  ])('does not start with %s', (_what, more) => {
    expect(pendo.settings.safeParse({ topics, ...more }).success).toBe(false);
  });

  test('says in plain words what is wrong with a field', () => {
    const said = (field: unknown) => settingsFaults(pendo.settings, { topics: { a: { email: field } } });
    for (const field of ['3x', { choice: '3x' }])
      expect(said(field)[0]).toContain(' must be letters, digits and underscores');
    expect(said({ choise: 'x' })[0]).toContain('choice and, for evidence, time');
  });

  const two = [{ visitorId: 'c-1' }, { visitorId: 'c-2' }];
  const kinds = (body: unknown, items: readonly unknown[] = two) =>
    split(aReply(200, body), items)?.map((outcome) => spoken(outcome));

  test('tells by the reply whom it did not find, if the reply tells', () => {
    expect(kinds({ updated: 2, failed: 0 })).toEqual(['delivered', 'delivered']);
    expect(kinds({ failed: 1, missing: ['c-2'] })).toEqual(['delivered', 'skipped no-such-visitor']);
    expect(kinds({ failed: 2, missing: ['c-2'], errors: ['x'] })).toBeUndefined();
    expect(kinds({ failed: 1, missing: 1 })).toBeUndefined();
    expect(kinds({ failed: 1, missing: 1 }, two.slice(1))).toEqual(['skipped no-such-visitor']);
    expect(kinds({ failed: 1, missing: 0 }, two.slice(1))).toEqual(['failed visitor-refused']);
  });

  test('takes a success that counts failures for none', () => {
    expect(spoken(interpret(aReply(200, { failed: 1 })))).toBe('failed visitor-refused');
    expect(interpret(aReply(200, { failed: 0 }))).toBeUndefined();
    expect(interpret(aReply(503, { failed: 1 }))).toBeUndefined();
  });

  test.each([['<html>Sign in</html>'], [''], [[1]], [{ failed: 'none' }], [{ missing: 'c-1' }]])(
    'takes %j, which counts nothing, for no success',
    (body) => {
      expect(spoken(interpret(aReply(200, body)))).toBe('retry unreadable-reply');
      expect(kinds(body)).toBeUndefined();
    },
  );

  test('looks whether its key has changed where it is refused', () => {
    expect([401, 403, 404].map((status) => pendo.expired?.(aReply(status)))).toEqual([false, true, false]);
  });
});
