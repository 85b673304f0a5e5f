import { readFileSync, writeFileSync } from 'node:fs';
import config from '../heed.config.ts';
import { destinations } from '../lib/destinations/index.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import { registerOf } from '../lib/flow/recipients.ts';
import { registerPage } from './recipients/page.ts';

const page = new URL('../docs/recipients.md', import.meta.url);

const register = registerOf(config, lanesOf(config, destinations));
const text = registerPage(register);

if (!process.argv.includes('--check')) {
  writeFileSync(page, text);
  console.log(`docs/recipients.md: ${register.length} recipients`);
} else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/recipients.md is not what heed.config.ts says: run npm run recipients.');
  process.exitCode = 1;
}
