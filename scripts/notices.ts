import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../lib/domain/digest.ts';

const root = new URL('../notices/', import.meta.url).pathname;

/** `id/version/language` → the text, exactly as it is shown, for every notice there is. */
function texts(): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort();
  return Object.fromEntries(
    files.map((file) => [file.slice(0, -'.md'.length), readFileSync(join(root, file), 'utf8')]),
  );
}

const all = texts();
const digests = Object.fromEntries(Object.entries(all).map(([name, text]) => [name, sha256(text)]));

/** Every function knows the digests; only those that show texts hold them. */
const written = { 'digests.json': digests, 'texts.json': all };

for (const [name, content] of Object.entries(written)) {
  const file = join(root, name);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
    console.log(`notices/${name}: ${Object.keys(content).length} notices`);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(
      `notices/${name} does not match the notices. A notice that was shown must never change: add a new version, then run npm run notices.`,
    );
    process.exitCode = 1;
  }
}
