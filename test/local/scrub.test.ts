import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { noteDeleted, scrub } from '../../local/scrub.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-scrub-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('that what was erased could not be overwritten is said, and tried again', async () => {
  const database = join(folder, 'dynamodb.sqlite');
  writeFileSync(database, 'this is no database at all, and long enough to be taken for one'.repeat(20));
  noteDeleted(database);
  for (let time = 0; time < 2; time++) {
    const warned = once(process, 'warning');
    await scrub(database);
    expect(String(await warned)).toContain('What was erased is still in dynamodb.sqlite');
  }
});
