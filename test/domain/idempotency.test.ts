import { describe, expect, test } from 'vitest';
import { attemptOf, REMEMBERED, recall, remember } from '../../lib/domain/idempotency.ts';
import { aBody, withdrawn } from '../builders.ts';

const attempt = (key: string, body: object = aBody()) => attemptOf('client', key, body);
const other = aBody({ choices: [withdrawn('*', '*')] });

const linesAfter = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => i + 1).reduce<readonly string[]>(
    (lines, version) => remember(lines, attempt(`key-${version}`), version),
    [],
  );

describe('a repeated Idempotency-Key', () => {
  test('with the same body finds the version it made', () => {
    expect(recall(linesAfter(3), attempt('key-2'))).toEqual({ version: 2 });
  });

  test('finds it whatever the order of the body’s members', () => {
    const reversed = Object.fromEntries(Object.entries(aBody()).reverse());
    expect(recall(linesAfter(1), attempt('key-1', reversed))).toEqual({ version: 1 });
  });

  test('with another body is told so', () => {
    expect(recall(linesAfter(3), attempt('key-2', other))).toBe('other-body');
  });

  test('of another client is another key', () => {
    expect(recall(linesAfter(1), attemptOf('stranger', 'key-1', aBody()))).toBeUndefined();
  });

  test('is remembered for the last 64 changes and no longer', () => {
    expect(REMEMBERED).toBe(64);
    expect(recall(linesAfter(64), attempt('key-1'))).toEqual({ version: 1 });
    expect(recall(linesAfter(65), attempt('key-1'))).toBeUndefined();
    expect(recall(linesAfter(65), attempt('key-2'))).toEqual({ version: 2 });
    expect(linesAfter(200)).toHaveLength(64);
  });

  test('cannot be read back, nor the body', () => {
    const [line = ''] = remember([], attempt('ada@example.com'), 1);
    expect(line).not.toContain('ada');
    expect(line).not.toContain('newsletter');
  });
});
