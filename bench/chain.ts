import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import * as z from 'zod';
import { startDynamo } from '../local/dynamodb.ts';
import { openTables } from '../local/open-tables.ts';
import type { Contender, Pace } from './rounds.ts';
import { compare, rowOf } from './rounds.ts';

/** Where the benchmark runs, npm's own folder: what is measured is bundled from the sources. */
const root = process.cwd();
const entry = `${root}/bench/chain-accept.ts`;
const folder = `${root}/node_modules/.cache/heed-bench`;

/** What stands in for SHA-256 and the canonical form: enough to tell texts apart, and as long. */
const CHEAP = `
const cheap = (text) => {
  let sum = text.length;
  const step = Math.max(1, Math.floor(text.length / 1024));
  for (let i = 0; i < text.length; i += step) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return (sum >>> 0).toString(16).padStart(8, '0');
};
export const canonical = (value) => JSON.stringify(value);
export const sha256 = (text) => cheap(text).repeat(8);
export const digestOf = (bytes) => sha256(String(bytes.length));
export const shortDigest = (text) => sha256(text).slice(0, 22);
export const changeId = ({ evidence: { personal: _, ...evidence }, ...change }) =>
  shortDigest(canonical({ ...change, evidence }));
`;

/** Attributes that only the chain needs. */
const CHAINED = [
  '    ...(previous !== null && { previous: text(previous) }),\n',
  '    facts: text(JSON.stringify(factsOf(stored.version))),\n',
];

/** Takes the chain out of what is bundled. */
const unchained: Plugin = {
  name: 'unchained',
  setup: (bundle) => {
    bundle.onLoad({ filter: /lib\/domain\/digest\.ts$/ }, () => ({ contents: CHEAP, loader: 'js' }));
    bundle.onLoad({ filter: /lib\/aws\/version-item\.ts$/ }, async ({ path }) => ({
      contents: CHAINED.reduce(without, await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

function without(source: string, line: string): string {
  if (!source.includes(line)) throw new Error(`version-item.ts has no line ${line.trim()}`);
  return source.replace(line, '');
}

type Made = (endpoint: string, name: string) => Contender;
const Module = z.object({ contender: z.custom<Made>((value) => typeof value === 'function') });

async function bundled(name: string, plugins: Plugin[]): Promise<Made> {
  const outfile = `${folder}/chain-${name}.mjs`;
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external' } as const;
  await build({ ...options, entryPoints: [entry], outfile, plugins });
  return Module.parse(await import(pathToFileURL(outfile).href)).contender;
}

/** The same accept, on one engine in turns: without digests, `previous` and what versions are proved by, and as it is. */
export async function chainOnAccept({ rounds, window }: Pace) {
  const dynamo = await startDynamo();
  await openTables(dynamo, (line) => console.error(line));
  const contenders = [
    (await bundled('without', [unchained]))(dynamo.endpoint, 'without'),
    (await bundled('with', []))(dynamo.endpoint, 'with'),
  ];
  const measured = [];
  for (const concurrency of [1, 16])
    measured.push(...(await compare(contenders, { concurrency, rounds, window })));
  await dynamo.stop();
  const figures = Object.fromEntries(
    measured.flatMap(({ name, concurrency, ratio, coreRatio }) =>
      name === 'with'
        ? [
            [`${concurrency} at once`, 1 / ratio],
            [`${concurrency} at once, processor`, 1 / coreRatio],
          ]
        : [],
    ),
  );
  return { rows: measured.map(rowOf), figures };
}
