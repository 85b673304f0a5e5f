import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
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

const textOf = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

/** Texts that are listed and were changed or taken away since; those of a draft have been shown to nobody. */
function lost(draft: string | undefined): readonly string[] {
  const file = join(root, 'digests.json');
  const listed = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return Object.entries(z.record(z.string(), z.string()).parse(listed))
    .filter(([name, digest]) => digests[name] !== digest && !name.startsWith(`${draft}/`))
    .map(([name]) => name);
}

function check(): void {
  for (const [name, content] of Object.entries(written))
    if (readFileSync(join(root, name), 'utf8') !== textOf(content))
      throw new Error(
        `notices/${name} does not match the notices. A notice that was shown must never change: add a new version, then run npm run notices.`,
      );
}

function write(draft: string | undefined): void {
  const [name, ...others] = lost(draft);
  if (name !== undefined) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    const version = name.slice(0, name.lastIndexOf('/'));
    throw new Error(
      `notices/${name}.md${more} is not what it was. A notice that was shown must never change: restore it and make a new version. If nobody has seen it yet: npm run notices -- --draft ${version}`,
    );
  }
  for (const [file, content] of Object.entries(written)) {
    writeFileSync(join(root, file), textOf(content));
    console.log(`notices/${file}: ${Object.keys(content).length} notices`);
  }
}

try {
  const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, draft: { type: 'string' } },
  });
  if (values.check) check();
  else write(values.draft);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
