import { expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';

const only = (there: string) => (path: string) => path === there;

test('the browser that is named is taken, and no other', () => {
  const env = { HEED_CHROMIUM: '/opt/chromium' };
  expect(findBrowser(env, () => true)).toEqual({ path: '/opt/chromium' });
  expect(findBrowser(env, only('/usr/bin/chromium'))).toEqual({
    missing: expect.stringContaining('/opt/chromium'),
  });
});

test('the one without a window is taken before the others', () => {
  expect(findBrowser({}, () => true)).toEqual({ path: '/usr/bin/chromium-headless-shell' });
});

test.each(['/usr/bin/chromium', '/usr/bin/google-chrome'])('%s is found without being named', (path) => {
  expect(findBrowser({}, only(path))).toEqual({ path });
});

test('where there is none, it is said how to get one', () => {
  expect(findBrowser({}, () => false)).toEqual({
    missing: expect.stringContaining('apt-get install chromium'),
  });
});

test('where one is required, its absence is a failure and not a skip', () => {
  const env = { HEED_BROWSER: 'required' };
  expect(() => findBrowser(env, () => false)).toThrow(/required.*apt-get install chromium/);
  expect(findBrowser(env, only('/usr/bin/chromium'))).toEqual({ path: '/usr/bin/chromium' });
});
