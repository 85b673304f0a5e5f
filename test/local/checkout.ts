import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PARTS = [
  'lib',
  'functions',
  'browser',
  'local',
  'notices',
  'test/simulators',
  'package.json',
  'tsconfig.json',
];

const CONFIGURATION = ['heed.config.ts', 'config'];

/** A copy of what the engine needs, to be broken in some way. */
export interface Checkout {
  readonly root: string;
  /** Replaces the text of files of the configuration, by their paths; the others are as they ship. */
  readonly configure: (files: Readonly<Record<string, string>>) => void;
}

/** One for all tests of a block: what runs from another folder is translated anew. `without`: scopes of packages that are not installed. */
export function aCheckout({ without }: { readonly without: readonly string[] }): Checkout {
  const root = mkdtempSync(join(tmpdir(), 'heed-test-'));
  const copy = (part: string): void => {
    mkdirSync(dirname(join(root, part)), { recursive: true });
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  };
  beforeAll(() => {
    for (const part of [...PARTS, ...CONFIGURATION]) copy(part);
    const packages = join(root, 'node_modules');
    mkdirSync(packages);
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      if (!without.includes(name)) symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return {
    root,
    configure: (files) => {
      for (const part of CONFIGURATION) copy(part);
      for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
    },
  };
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
