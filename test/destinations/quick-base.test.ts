import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/destinations/destination.ts';
import { split } from '../../lib/destinations/quick-base/replies.ts';
import { quickBase } from '../../lib/destinations/quick-base.ts';
import { aDelivery, aReply, aRow, bothWays, carried, inWords } from './deliveries.ts';

describe('quick-base', () => {
  const fields = { key: 6, customer: 7, channel: 8, topic: 9, state: 10 };
  const topics = { 'acme/newsletter': 'News', 'acme/offers': 'Offers' };
  const declared = { realm: 'acme', table: 'bck7gp3q2', fields, topics };
  const settings = (more: object = {}) => quickBase.settings.parse({ ...declared, ...more });
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    quickBase.translate(aDelivery({ identifiers: { customer: 'c-1' }, ...delivery }), settings(more));

  test('is told a record for each choice, withdrawals first, and never an address', () => {
    expect(carried(calls(bothWays))).toEqual([
      {
        6: { value: 'c-1|email|acme/offers' },
        ...{ 7: { value: 'c-1' }, 8: { value: 'email' }, 9: { value: 'Offers' }, 10: { value: 'opted out' } },
      },
      {
        6: { value: 'c-1|email|acme/newsletter' },
        ...{ 7: { value: 'c-1' }, 8: { value: 'email' }, 9: { value: 'News' }, 10: { value: 'opted in' } },
      },
    ]);
  });

  test('merges by the key field, so that a repeat makes no second record', () => {
    const [call] = calls(bothWays);
    const body = call && 'wrap' in call ? call.wrap([1]) : undefined;
    expect(body).toEqual({ to: 'bck7gp3q2', data: [1], mergeFieldId: 6, fieldsToReturn: [] });
    expect(inWords(calls(bothWays))).toEqual(['POST /v1/records']);
  });

  test('is told nothing of topics that are not mapped, or of nobody in particular', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'granted')] })).toEqual([]);
    expect(calls({ ...bothWays, identifiers: {} })).toEqual([]);
  });

  test.each([
    ['a built-in field', { fields: { ...fields, state: 3 } }],
    ['one field for two things', { fields: { ...fields, state: 9 } }],
    ['one name for two topics', { topics: { 'acme/newsletter': 'News', 'acme/offers': 'News' } }],
    ['one word for yes and no', { values: { granted: 'x', withdrawn: 'x' } }],
    ['a realm that is a whole address', { realm: 'acme.quickbase.com' }],
  ])('does not start with %s', (_what, more) => {
    expect(quickBase.settings.safeParse({ ...declared, ...more }).success).toBe(false);
  });

  test('counts lines from one, whatever the status, and takes no success on trust', () => {
    const kinds = (status: number, body: unknown) =>
      split(aReply(status, body), [1, 2])?.map(({ kind }) => kind);
    const second = { metadata: { lineErrors: { 2: ['Incompatible value "ada@example.com"'] } } };
    expect(kinds(207, second)).toEqual(['delivered', 'failed']);
    expect(kinds(200, second)).toEqual(['delivered', 'failed']);
    for (const odd of ['OK', {}, { metadata: { totalNumberOfRecordsProcessed: 1 } }])
      expect(kinds(200, odd)).toEqual(['retry', 'retry']);
    expect(kinds(200, { metadata: { lineErrors: 'no' } })).toEqual(['retry', 'retry']);
    expect(kinds(207, { metadata: { lineErrors: { 1: 'no' } } })).toEqual(['failed', 'delivered']);
    expect(kinds(500, second)).toBeUndefined();
    expect(JSON.stringify(split(aReply(207, second), [1, 2]))).not.toContain('ada');
  });
});
