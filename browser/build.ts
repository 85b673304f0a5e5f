import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { directionOf, LANGUAGES, type Language } from '../lib/domain/language.ts';
import type { AssetNames, StaticFile } from '../lib/page/assets.ts';
import { voiceOf } from '../lib/page/say.ts';
import type { Greeting } from './greeting.ts';

/** What browsers load, made from the sources in this folder. */
export interface Built {
  readonly files: readonly StaticFile[];
  /** Where the hosted pages find theirs. */
  readonly names: AssetNames;
  /** Where the auditors' console finds its own. */
  readonly console: AssetNames;
}

const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  types: 'text/plain; charset=utf-8',
} as const;

/** Pages name these by their content: they may be kept for ever. */
const HOSTED = { script: 'page.ts', style: 'page.css' } as const;
const CONSOLE = { script: 'audit/console.ts', style: 'audit/console.css' } as const;

/** Other people's pages name these by address: it stays the same, and what stands there may change. */
const EMBEDDED = { '/heed-preferences.js': 'component.ts', '/heed.js': 'client.ts' } as const;

/** Their types, as they are written: the sources are compiled against them. */
const TYPED = { '/heed-preferences.d.ts': 'embedding.ts', '/heed.d.ts': 'client-types.ts' } as const;

let built: Built | undefined;

/** Everything, built once a process; takes a moment. Throws where a source does not compile. */
export function buildBrowser(): Built {
  built ??= build();
  return built;
}

function build(): Built {
  const pages = hosted('page', HOSTED);
  const console = hosted('console', CONSOLE);
  const embedded = Object.entries(EMBEDDED).map(
    ([path, source]): StaticFile => ({ path, type: TYPES.js, body: compiled(source), forEver: false }),
  );
  const typed = Object.entries(TYPED).map(
    ([path, source]): StaticFile => ({ path, type: TYPES.types, body: textOf(source), forEver: false }),
  );
  return {
    files: [...pages.files, ...console.files, ...embedded, ...typed],
    ...{ names: pages.names, console: console.names },
  };
}

/** A script and a style, and where they are. */
function hosted(name: string, { script, style }: AssetNames) {
  const files = [file(name, script, 'js'), file(name, style, 'css')] as const;
  return { files, names: { script: files[0].path, style: files[1].path } };
}

function file(name: string, source: string, kind: 'js' | 'css'): StaticFile {
  const body = compiled(source);
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { path: `/assets/${name}-${digest}.${kind}`, type: TYPES[kind], body, forEver: true };
}

const fileOf = (source: string): string => fileURLToPath(new URL(source, import.meta.url));

const textOf = (source: string): string => readFileSync(fileOf(source), 'utf8');

function compiled(source: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileOf(source)],
    ...{ bundle: true, minify: true, write: false, logLevel: 'error', legalComments: 'none' },
    define: { FIRST_WORDS: JSON.stringify(firstWords()) },
    ...{
      charset: 'utf8',
      format: 'esm',
      platform: 'browser',
      target: ['es2022', 'safari16', 'firefox115', 'chrome109'],
    },
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`nothing was made of ${source}`);
  return file.text;
}

/** What a component says before it has heard anything, by language: the few texts that are not fetched. */
const firstWords = (): Readonly<Record<string, Greeting>> =>
  Object.fromEntries(LANGUAGES.map((language) => [language, greetingOf(language)]));

function greetingOf(language: Language): Greeting {
  const { say, messages } = voiceOf(language);
  return {
    loading: say(messages.component.loading),
    offline: say(messages.component.offline),
    invalid: say(messages.page.invalid),
    failed: say(messages.page.failed),
    retry: say(messages.page.retry),
    direction: directionOf(language),
  };
}
