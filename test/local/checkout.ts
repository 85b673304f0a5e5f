import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aFolder } from './cleanup.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PARTS = [
  'config',
  'lib',
  'functions',
  'browser',
  'local',
  'notices',
  'test/simulators',
  'package.json',
  'tsconfig.json',
];

export interface CheckoutOptions {
  /** Replaces the text of `heed.config.ts`. */
  readonly config?: string;
  /** Replaces the text of files of it, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** Packages (or scopes) that are not installed. */
  readonly without?: readonly string[];
}

/** A copy of what the engine needs, to be broken in some way; gives its folder. */
export function aCheckout({ config, files = {}, without = [] }: CheckoutOptions): string {
  const folder = aFolder();
  for (const part of PARTS) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, 'heed.config.ts'), config ?? readFileSync(join(ROOT, 'heed.config.ts')));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (!without.includes(name)) symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  return folder;
}

const SOURCE = {
  title: 'S',
  actors: ['subject'],
  topics: ['*'],
  channels: ['*'],
  states: ['granted', 'withdrawn'],
};

/** A small sound configuration, with parts replaced, as the text of its file. */
export const configText = (parts: object): string => `import { defineConfig } from './lib/config.ts';
export default defineConfig(${JSON.stringify({
  schemas: 'https://schemas.acme.example/heed',
  brands: { acme: { title: 'Acme' } },
  channels: ['email'],
  purposes: {
    marketing: { title: 'M', controller: 'Acme', retention: 'P1Y', recipients: [], jurisdiction: [] },
  },
  topics: { 'acme/newsletter': { title: 'Newsletter', purpose: 'marketing' } },
  preferenceKeys: {},
  identifiers: { email: { type: 'email' } },
  notices: {},
  sources: { form: SOURCE },
  destinations: { webhook: { settings: { url: 'https://hooks.acme.example/heed' } } },
  ...parts,
})});
`;

export const sourceWith = (parts: object): object => ({ ...SOURCE, ...parts });
