import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import * as z from 'zod';
import { bundle, bundlesFor, folderOf } from '../cdk/bundles.ts';
import { bundling } from '../cdk/bundling.ts';
import { functions } from '../functions/registry.ts';
import config from '../heed.config.ts';
import { destinations } from '../lib/destinations/index.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import { firstEvents, PUBLIC_URL } from './first-events.ts';
import { atMost, type Report } from './report.ts';
import { median, type Pace } from './rounds.ts';
import { startStub } from './stub.ts';

/** Cold starts of one bundle: import and first call together, ms. Ratios are against the bare client's. */
interface Started {
  readonly name: string;
  readonly bytes: number;
  /** Median of the import alone. */
  readonly load: number;
  readonly median: number;
  readonly least: number;
  /** Median of the ratios within a round, and the ratio of the least. */
  readonly ratio: number;
  readonly leastRatio: number;
}

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly event: object;
}

/** As anybody would bundle the bare client, without anything of Heed's. */
const PLAIN = {
  bundle: true,
  platform: 'node',
  minify: true,
  format: 'cjs',
  target: bundling.target,
} as const;
const MODULE_MAIN = { mainFields: ['module', 'main'] };

/** Whose lane stands for all; the functions that serve every lane are given every one. */
const LANE = 'hubspot';

/** Ways to bundle, tried on the bare client and on the largest function of the API. */
const FORMATS: Readonly<Record<string, BuildOptions>> = {
  'CommonJS, main': { ...PLAIN, mainFields: ['main'] },
  'CommonJS, module, main': { ...PLAIN, ...MODULE_MAIN },
  'the same, not minified': { ...PLAIN, ...MODULE_MAIN, minify: false },
  'ES modules': {
    ...{ ...PLAIN, ...MODULE_MAIN },
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  },
  'CommonJS, module, main, credentials from the environment': {
    ...PLAIN,
    ...MODULE_MAIN,
    alias: bundling.alias,
  },
};

const BARE = 'bench/bare.ts';

/** Cold import and first call of every function, as the stack bundles it, next to the bare client's. */
export async function benchStart({ rounds }: Pace): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const stub = await startStub();
  const events = await firstEvents();
  const bundled = async (name: string, entry: string, options: BuildOptions): Promise<Bundle> => {
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.${options.format === 'esm' ? 'mjs' : 'cjs'}`);
    await build({ ...options, entryPoints: [entry], outfile: file, logLevel: 'silent' });
    return { name, file, event: events[name.replace(/:.*/, '')] ?? {} };
  };
  const bare = await bundled('bare client', BARE, { ...PLAIN, ...MODULE_MAIN });
  const lanes = lanesOf(config, destinations);
  const deployed = bundlesFor(functions, lanes).filter(({ destination = LANE }) => destination === LANE);
  bundle(deployed, { lanes, folder });
  const ours = deployed.map(
    (one): Bundle => ({
      name: one.name,
      file: join(folder, folderOf(one), 'index.js'),
      event: events[one.name] ?? {},
    }),
  );
  const formats = await Promise.all(
    Object.entries(FORMATS).map(([format, options]) => bundled(`bare: ${format}`, BARE, options)),
  );
  const changes = await Promise.all(
    Object.entries(FORMATS).map(([format, options]) =>
      bundled(`changes: ${format}`, 'functions/changes.ts', options),
    ),
  );
  const rows = startAll([bare, ...ours], { endpoint: stub.url, rounds: rounds * 3 });
  const ways = startAll([bare, ...formats, ...changes], { endpoint: stub.url, rounds: rounds * 3 });
  stub.stop();
  rmSync(folder, { recursive: true });
  const calling = rows.filter(({ name }) => !['bare client', ...CALLING_NOBODY].includes(name));
  return {
    tables: [
      { title: 'Cold starts: import and first call', rows: rows.map(rowOf) },
      { title: 'Ways to bundle', rows: ways.map(rowOf) },
    ],
    aims: [
      atMost(
        'cold import and first call 1.15 of the bare client',
        1.15,
        Object.fromEntries(calling.map(({ name, leastRatio }) => [name, leastRatio])),
      ),
    ],
  };
}

interface Starting {
  readonly endpoint: string;
  readonly rounds: number;
}

/** Functions whose call reaches nobody: next to a client's request they would only flatter. */
const CALLING_NOBODY = ['health', 'openapi'];

const rowOf = ({ name, bytes, load, median, least, ratio, leastRatio }: Started) => ({
  ...{ bundle: name, kB: bytes / 1024, 'import p50, ms': load, 'with first call p50, ms': median },
  ...{ 'least, ms': least, 'p50 ratio': ratio, 'ratio of the least': leastRatio },
});

/** Each bundle once a round, in turns; the first is what the others are measured against. */
function startAll(bundles: readonly Bundle[], { endpoint, rounds }: Starting): readonly Started[] {
  const runs = bundles.map((): Run[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, bundle] of bundles.entries()) runs[i]?.push(startOnce(bundle, endpoint));
  }
  const totals = runs.map((all) => all.map(({ load, call }) => load + call));
  const [floor = []] = totals;
  return bundles.map(({ name, file }, i) => {
    const total = totals[i] ?? [];
    return {
      name,
      bytes: statSync(file).size,
      load: median((runs[i] ?? []).map(({ load }) => load)),
      median: median(total),
      least: Math.min(...total),
      ratio: median(total.map((one, round) => one / (floor[round] ?? Number.NaN))),
      leastRatio: Math.min(...total) / Math.min(...floor),
    };
  });
}

const Run = z.object({ load: z.number(), call: z.number() });
type Run = z.output<typeof Run>;

function startOnce({ name, file, event }: Bundle, endpoint: string): Run {
  const run = spawnSync(process.execPath, ['bench/cold.mjs', file, JSON.stringify(event)], {
    encoding: 'utf8',
    env: environmentOf(endpoint),
  });
  const [last = ''] = run.stdout.trim().split('\n').slice(-1);
  if (run.status !== 0) throw new Error(`${name} did not start: ${run.stderr}`);
  return Run.parse(JSON.parse(last));
}

/** What the stack tells a function, with everything of AWS at the stub. */
const environmentOf = (endpoint: string): Record<string, string> => ({
  ...{ AWS_LAMBDA_FUNCTION_NAME: 'cold', AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint },
  ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  ...{ HEED_RECORDS_TABLE: 'records', HEED_DELIVERIES_TABLE: 'deliveries', HEED_KEYS_TABLE: 'keys' },
  ...{ HEED_KMS_KEY: 'key', HEED_BUS: 'heed', HEED_LANE_PREFIX: 'lane-' },
  ...{ HEED_TOKEN_SECRET: 'tokens', HEED_SECRET_PREFIX: 'destination-', HEED_PUBLIC_URL: PUBLIC_URL },
});
