import { readFileSync, writeFileSync } from 'node:fs';
import { pageOf } from './cards/page.ts';
import { registered } from './cards/registered.ts';

const page = new URL('../docs/destinations.md', import.meta.url);

const fail = (message: string): void => {
  console.error(message);
  process.exitCode = 1;
};

const { carded, without } = await registered();
const text = pageOf(carded);

for (const id of without) fail(`lib/destinations/${id}/card.ts is missing: every destination has a card.`);
if (!process.argv.includes('--check')) {
  writeFileSync(page, text);
  console.log(`docs/destinations.md: ${carded.length} cards`);
} else if (readFileSync(page, 'utf8') !== text) {
  fail('docs/destinations.md is not what the definitions and cards say: run npm run cards.');
}
