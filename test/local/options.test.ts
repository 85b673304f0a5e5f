import { expect, test } from 'vitest';
import { HELP, readOptions } from '../../local/options.ts';

test('origins of sites to try with may be named, more than one', () => {
  expect(readOptions([], {}).origins).toEqual([]);
  const named = ['--origin', 'http://localhost:3000', '--origin', 'https://shop.acme.example'];
  expect(readOptions(named, {}).origins).toEqual(['http://localhost:3000', 'https://shop.acme.example']);
  expect(HELP).toContain('--origin');
});

test.each(['*', 'localhost:3000', 'http://localhost:3000/', 'http://localhost:3000/shop', 'null'])(
  '%s is not an origin, and is refused in one line',
  (text) => {
    expect(() => readOptions(['--origin', text], {})).toThrow(`${text} is not an origin`);
  },
);
