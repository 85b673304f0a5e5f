import { readFileSync, writeFileSync } from 'node:fs';
import { breaksOf, fileSchemas, schemas } from './event-schemas.ts';

const root = new URL('../schemas/', import.meta.url);

const before = (name: string): string | undefined => {
  try {
    return readFileSync(new URL(name, root), 'utf8');
  } catch {
    return undefined;
  }
};

const fail = (message: string): void => {
  console.error(message);
  process.exitCode = 1;
};

/** Writes one schema, unless somebody who reads events by the old one could no longer do so. */
function write(name: string, schema: object): void {
  const old = before(name);
  const breaks = old === undefined ? [] : breaksOf(JSON.parse(old), schema);
  if (breaks.length > 0) {
    fail(
      `schemas/${name}: consumers would break; make it a new version of the event.\n  - ${breaks.join('\n  - ')}`,
    );
    return;
  }
  writeFileSync(new URL(name, root), textOf(schema));
  console.log(`schemas/${name}`);
}

function check(name: string, schema: object): void {
  if (before(name) !== textOf(schema))
    fail(`schemas/${name} does not match lib/domain/event.ts: run npm run schemas.`);
}

const textOf = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;

for (const [name, schema] of Object.entries({ ...schemas(), ...fileSchemas() }))
  (process.argv.includes('--check') ? check : write)(name, schema);
