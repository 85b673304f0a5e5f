import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Closes what a test opened when the test has ended, the latest first. */
export const afterwards = (close: () => unknown): void =>
  onTestFinished(async () => {
    await close();
  });

export const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'heed-test-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
