import { describe, expect, test } from 'vitest';
import { isId, timeIn } from '../../browser/audit/written.ts';

describe('what an auditor types as a time', () => {
  test.each([
    ['2026-03-03', '2026-03-03T00:00:00.000Z'],
    [' 2026-03-03 14:05:06.123 ', '2026-03-03T14:05:06.123Z'],
    ['2026-03-03 14:05 UTC', '2026-03-03T14:05:00.000Z'],
    ['2026-03-03T01:00:00+02:00', '2026-03-02T23:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s is a moment', (text, moment) => {
    expect(new Date(timeIn(text) ?? Number.NaN).toISOString()).toBe(moment);
  });

  test.each([
    '2026-02-30',
    '2026-02-29 12:00',
    '2026-04-31',
    '2026-13-01',
    '3.3.2026',
    '03/03/2026',
    'today',
  ])('%s is none, and never another day', (text) => {
    expect(timeIn(text)).toBeUndefined();
  });
});

describe('what an auditor types as an id', () => {
  test.each(['p-1001', 'a', 'crm:118_2.b', '1001'])('%s may be one', (text) => {
    expect(isId(text)).toBe(true);
  });

  test.each(['edith@example.com', '4915112345678', '030-123 456', '+49 151', '../../keys', '%E0%A4%A', ''])(
    '%s is none: it belongs in no address',
    (text) => {
      expect(isId(text)).toBe(false);
    },
  );
});
