import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const open: (() => unknown)[] = [];

/** Closes what a test of this file opened, the latest first, when the test has ended. */
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export const afterwards = (close: () => unknown): void => void open.push(close);

export const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'heed-test-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
