import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findBrowser } from './find-browser.ts';

/** Nobody watches: without a graphics card every frame would be drawn by the processor. Chromium refuses its sandbox to root alone. */
const ARGS = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

/**
 * Tests in a real browser, one for all tests of the file. Where none is found they are skipped and it is said why; where one
 * is required the file fails. The browser is there as soon as a test or a `beforeAll` within runs.
 */
export function inBrowser(title: string, tests: (browser: () => Browser) => void): void {
  const found = findBrowser(process.env, existsSync);
  const missing = 'missing' in found;
  if (missing) console.warn(`Skipped: ${title}; ${found.missing}`);
  describe.skipIf(missing)(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      if (!missing) browser = await chromium.launch({ executablePath: found.path, args: ARGS });
    });
    afterAll(() => browser?.close());
    tests(() => {
      if (!browser) throw new Error('the browser has not been started yet');
      return browser;
    });
  });
}
