import { describe, expect, test } from 'vitest';
import type { Change } from '../../lib/domain/vocabulary.ts';
import { aChange, aHistory, anIdentifier } from '../builders.ts';

describe('identifiers', () => {
  const email = (value: string | null, at: number) =>
    aChange({ identifiers: [anIdentifier('email', value)], at });
  const stands = (...changes: readonly Change[]) => aHistory(changes).at(-1)?.record.identifiers;

  test('follow the newest time, whatever the order of arrival', () => {
    expect(stands(email('new@example.com', 2), email('old@example.com', 1))).toMatchObject([
      anIdentifier('email', 'new@example.com'),
    ]);
  });

  test('are removed with null, and stay removed against a late arrival', () => {
    expect(stands(email('a@example.com', 1), email(null, 2))).toMatchObject([{ hash: null, sealed: null }]);
    expect(stands(email(null, 2), email('a@example.com', 1))).toMatchObject([{ hash: null }]);
  });

  test('are removed where a removal and a value meet at the same instant', () => {
    expect(stands(email('a@example.com', 1), email(null, 1))).toMatchObject([{ hash: null }]);
    expect(stands(email(null, 1), email('a@example.com', 1))).toMatchObject([{ hash: null }]);
  });
});
