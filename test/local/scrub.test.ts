import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, test } from 'vitest';
import { noteDeleted, scrub } from '../../local/scrub.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-scrub-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('that what was erased could not be overwritten is said, and tried again', async () => {
  const database = join(folder, 'dynamodb.sqlite');
  writeFileSync(database, 'this is no database at all, and long enough to be taken for one'.repeat(20));
  noteDeleted(database);
  /** Others may have something to warn of, too. */
  let warned = 0;
  const onWarning = (warning: Error): void => {
    if (warning.message.startsWith('What was erased is still in dynamodb.sqlite')) warned += 1;
  };
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  for (const time of [1, 2]) {
    await scrub(database);
    await until('it is said', () => warned === time);
  }
});
