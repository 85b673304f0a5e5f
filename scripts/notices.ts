import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../notices/', import.meta.url).pathname;

/** `id/version/language` → SHA-256 of the text's exact bytes, for every notice there is. */
function digests(): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort();
  return Object.fromEntries(
    files.map((file) => [
      file.slice(0, -'.md'.length),
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest('hex'),
    ]),
  );
}

const file = join(root, 'digests.json');
const text = `${JSON.stringify(digests(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error(
      'notices/digests.json does not match the notices. A notice that was shown must never change: add a new version, then run npm run notices.',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
  console.log(`notices/digests.json: ${Object.keys(digests()).length} notices`);
}
