import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { bundleProgram } from '../test/program.ts';
import { writePage } from './page.ts';
import { Report, short } from './report.ts';

const PARTS: Readonly<Record<string, string>> = {
  accept: 'accepted changes a second, next to bare PutItems',
  engine: 'the same over HTTP while everything is delivered; how long until a vendor has a change',
  deliver: 'deliveries a second, next to a bare POST and UpdateItem each',
  translate: 'what each destination makes of a delivery, without requests',
  start: 'bundles and cold starts of every function, next to the bare client',
  store: 'a subject with 5,000 versions next to subjects with five',
  tap: 'a tap on a person’s page, until every destination has it',
  browser: 'what a browser loads to show that page, and how long it takes on a phone',
  past: 'questions about the past of one person with 10,000 versions, some of them late',
  pack: 'evidence packs: of one person, and of 100,000 versions in bulk',
  verify: 'the stand-alone verifier on a pack of 100,000 versions: seconds, memory',
  search: 'a search of 1,000 results among many, and how fast the index is filled',
  checkpoint: 'a checkpoint over a million versions, and what the chain costs whoever records',
  audit: 'each question of an auditor on 100,000 versions of 20,000 people, by API and page',
};

const HELP = `Measures Heed on this machine, prints tables and writes bench/results.json and RESULTS.md.

  npm run bench -- [parts] [options]

${Object.entries(PARTS)
  .map(([name, what]) => `  ${name.padEnd(11)}${what}`)
  .join('\n')}

  --quick    shorter, and less sure
  --help     this text

Without parts all of them are run. Ratios are taken side by side; the times themselves are only as good as the
machine is quiet.
`;

const RESULTS = fileURLToPath(new URL('results.json', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

/** Room for what a round allocates, so that no collection hides it; `translate` alone looks. */
const ROOMY = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** As plain Node runs it: tsx would slow down every function that it names. */
async function measure(program: string, part: string): Promise<Report> {
  const child = fork(program, [part, values.quick ? 'quick' : 'full'], {
    execArgv: ['--no-warnings', ...(part === 'translate' ? ROOMY : [])],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${part} ended with ${code}`);
  });
  const [report] = await Promise.race([once(child, 'message'), failed]);
  await failed.catch(() => undefined);
  return Report.parse(report);
}

function print({ tables, aims }: Report): void {
  for (const { title, rows } of tables) {
    console.log(`\n${title}`);
    console.table(
      rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, short(value)]))),
    );
  }
  for (const { aim, measured, met } of aims) console.log(`${met ? 'met   ' : 'missed'}  ${aim}: ${measured}`);
}

/** Of an installed package, whatever it exports. */
const versionOf = (name: string): string =>
  z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')))
    .version;

const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.version,
  dynoxide: versionOf('@dynoxide/linux-x64'),
  fauxqs: versionOf('fauxqs'),
  sdk: versionOf('@aws-sdk/client-dynamodb'),
});

const Results = z.object({ parts: z.record(z.string(), z.unknown()) });

/** Parts that were not run keep what they had. */
function earlier(): Readonly<Record<string, unknown>> {
  try {
    return Results.parse(JSON.parse(readFileSync(RESULTS, 'utf8'))).parts;
  } catch {
    return {};
  }
}

async function main(): Promise<void> {
  const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
  const unknown = wanted.filter((part) => !Object.hasOwn(PARTS, part));
  if (values.help || unknown.length > 0) {
    console.log(unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n\n${HELP}` : HELP);
    process.exitCode = unknown.length > 0 ? 1 : 0;
    return;
  }
  console.log(JSON.stringify(machine()));
  for (const part of wanted) {
    const program = await bundleProgram('bench/measure.ts', 'measure');
    const load = loadavg()[0] ?? 0;
    const at = new Date().toISOString();
    const report = await measure(program, part);
    print(report);
    const parts = { ...earlier(), [part]: { at, quick: values.quick, loadBefore: load, ...report } };
    writeFileSync(RESULTS, `${JSON.stringify({ machine: machine(), parts }, null, 2)}\n`);
    writePage();
  }
}

await main();
