import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { buildBrowser } from '../../browser/build.ts';
import type * as types from '../../browser/client-types.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { LANGUAGES } from '../../lib/domain/language.ts';
import type { ChoiceOutcome } from '../../lib/domain/vocabulary.ts';
import { voiceOf } from '../../lib/page/say.ts';
import { root, textOf } from '../conventions/tree.ts';

const fileAt = (path: string): string => {
  const found = buildBrowser().files.find((file) => file.path === path);
  if (!found) throw new Error(`nothing is built at ${path}`);
  return found.body;
};

const component = fileAt('/heed-preferences.js');
const client = fileAt('/heed.js');
const zipped = (text: string): number => gzipSync(text, { level: 9 }).length;

test('the component is one file under 20 kB, and the client one under 2 kB', () => {
  expect(zipped(component)).toBeLessThan(20_000);
  expect(zipped(client)).toBeLessThan(2_000);
  for (const file of [component, client]) expect(file).not.toMatch(/\bfrom\s*["']|\bimport\s*\(/);
});

test('neither needs more of a strict content security policy than to be let in', () => {
  for (const file of [component, client]) {
    expect(file).not.toMatch(/\beval\(|new Function|\bstyle=|document\.write/);
    expect(file).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)/);
  }
});

test('before anything is fetched the component can say so in every language', () => {
  for (const language of LANGUAGES) {
    const { say, messages } = voiceOf(language);
    for (const text of [messages.component.loading, messages.component.offline, messages.page.invalid])
      expect(component).toContain(say(text));
  }
});

type Evidence = NonNullable<ChangeBody['evidence']>;

test('the types are those of the API', () => {
  expectTypeOf<types.ShownEvidence['legalBasis']>().toEqualTypeOf<NonNullable<Evidence['legalBasis']>>();
  expectTypeOf<types.Form['choices']>().toExtend<Readonly<NonNullable<ChangeBody['choices']>>>();
  expectTypeOf<types.ShownEvidence['notice']>().toExtend<NonNullable<Evidence['notice']>>();
  expectTypeOf<ChoiceOutcome>().toExtend<types.Outcome>();
  expectTypeOf<types.Outcome['outcome']>().toEqualTypeOf<ChoiceOutcome['outcome']>();
});

test('the client exports what its types say, and no more', () => {
  const [, exported = ''] = /export\s*\{([^}]*)\}/.exec(client) ?? [];
  const names = exported.split(',').map((one) => one.trim().split(' as ').at(-1));
  const declared = [...fileAt('/heed.d.ts').matchAll(/export declare (?:function|const) (\w+)/g)];
  expect(names.sort()).toEqual(declared.map(([, name]) => name).sort());
});

const PAGE = `
import { heed, type Recorded } from 'https://preferences.acme.example/heed.js';

const element = document.createElement('heed-preferences');
element.token = 'token';
element.addEventListener('heed-saved', ({ detail }) => detail.version.toFixed() + detail.outcome);
document.addEventListener('heed-error', ({ detail }) => detail.kind === 'offline');
const recorded: Recorded = await heed.record({
  token: 'token',
  choices: [{ topic: 'acme/newsletter', channel: 'email', state: 'granted' }],
  evidence: { notice: { id: 'marketing', version: '4', language: 'en' }, legalBasis: 'consent' },
});
if (recorded.kind === 'refused') for (const { path, message } of recorded.errors) path + message;
export {};
`;

/** The page of somebody who errs. */
const WRONG = {
  'a-state-no-form-may-say': PAGE.replace("state: 'granted'", "state: 'pending'"),
  'a-method-of-another': PAGE.replace(
    "legalBasis: 'consent'",
    "legalBasis: 'consent', method: 'double-opt-in'",
  ),
  'a-detail-that-is-not-told': PAGE.replace('detail.version', 'detail.token'),
} as const;

const Failed = z.object({ stdout: z.string() });

/** What the compiler says of pages that use the files as they are served. */
async function compile(pages: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'heed-types-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const options = {
    ...{ strict: true, noEmit: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler' },
    ...{ lib: ['es2022', 'dom'], types: [], skipLibCheck: false },
    paths: { 'https://preferences.acme.example/heed.js': ['./heed.d.ts'] },
  };
  const served = ['heed.d.ts', 'heed-preferences.d.ts'].map((name) => [name, fileAt(`/${name}`)] as const);
  const files = Object.entries(pages).map(([name, text]) => [`${name}.ts`, text] as const);
  const settings = ['tsconfig.json', JSON.stringify({ compilerOptions: options })] as const;
  await Promise.all(
    [...served, ...files, settings].map(([name, text]) => writeFile(join(folder, name), text)),
  );
  const compiler = join(root, 'node_modules/typescript/lib/tsc.js');
  const run = promisify(execFile)(process.execPath, [compiler, '-p', '.'], { cwd: folder });
  return run.then(
    ({ stdout }) => stdout,
    (error: unknown) => Failed.parse(error).stdout,
  );
}

test('a site that uses TypeScript compiles against the types as they are served, and is told where it errs', async () => {
  const told = await compile({ right: PAGE, ...WRONG });
  const erring = [...told.matchAll(/^([\w-]+).*error TS/gm)].map(([, name]) => name);
  expect(erring.sort()).toEqual(Object.keys(WRONG).sort());
});

describe('docs/embedding.md', () => {
  const docs = textOf('docs/embedding.md');
  const source = ['component-style', 'view', 'preference-view', 'drawing']
    .map((name) => textOf(`browser/${name}.ts`))
    .join('\n');
  const named = (pattern: RegExp): readonly string[] => [
    ...new Set([...source.matchAll(pattern)].flatMap(([, names = '']) => names.split(' '))),
  ];

  test('lists every property by which a site can style the component, and none that is not there', () => {
    const listed = [...docs.matchAll(/^\| (`--heed-.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(--heed-[a-z-]+)`/g)].map(([, name]) => name),
    );
    expect(listed.sort()).toEqual(named(/(--heed-[a-z-]+)/g).toSorted());
  });

  test('names every part', () => {
    const parts = [...named(/\bpart="([a-z -]+)"/g), ...named(/partsOf\('([a-z]+)'/g)];
    const states = named(/'(switch on|value chosen|saving|unsent|asked)'/g);
    expect(parts.length).toBeGreaterThan(25);
    expect(states).toHaveLength(7);
    expect([...parts, ...states].filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });
});
