import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { aKey } from '../test/verify/pack.ts';
import { periodPack } from './period-pack.ts';
import { atMost, type Report } from './report.ts';
import { median, type Pace } from './rounds.ts';

const PACKS = [
  { versions: 10_000, people: 2_000 },
  { versions: 100_000, people: 20_000 },
];

/** Memory that verifying may take, MB: mostly one entry for each person. */
const BOUND = 256;

/** Tells what the program needed once it is over. */
const METER =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(JSON.stringify({rss:process.resourceUsage().maxRSS,cpu:process.cpuUsage()})))';

const Needed = z.object({ rss: z.number(), cpu: z.object({ user: z.number(), system: z.number() }) });
const Verdict = z.object({
  valid: z.literal(true),
  checked: z.object({ versions: z.number(), proved: z.number() }),
});

interface Run {
  readonly seconds: number;
  readonly processor: number;
  readonly megabytes: number;
}

/** The program itself, as an auditor runs it. */
function run(pack: string, key: string): Promise<Run & { readonly proved: number }> {
  const args = ['--import', METER, 'verify/heed.mjs', 'verify', pack, '--key', key, '--json'];
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, out, err) => {
      if (error) return reject(error);
      const { rss, cpu } = Needed.parse(JSON.parse(err));
      resolve({
        seconds: (performance.now() - begun) / 1000,
        processor: (cpu.user + cpu.system) / 1e6,
        megabytes: rss / 1024,
        proved: Verdict.parse(JSON.parse(out)).checked.proved,
      });
    });
  });
}

/** `heed verify` on packs of a period: how long it takes, and how much memory it needs at most. */
export async function benchVerify({ rounds }: Pace): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const key = aKey();
  const pem = join(folder, 'key.pem');
  writeFileSync(pem, key.pem);
  const rows = [];
  for (const size of PACKS) {
    const pack = join(folder, 'pack.zip');
    const bytes = periodPack(size, key);
    writeFileSync(pack, bytes);
    const runs = [];
    for (let round = 0; round < Math.max(3, rounds / 4); round++) runs.push(await run(pack, pem));
    const seconds = median(runs.map((one) => one.seconds));
    rows.push({
      ...{ versions: size.versions, people: size.people, proved: runs[0]?.proved ?? 0 },
      'pack, MB': bytes.length / 1e6,
      ...{ runs: runs.length, seconds, 'versions a second': size.versions / seconds },
      'processor, s': median(runs.map((one) => one.processor)),
      'most memory, MB': Math.max(...runs.map((one) => one.megabytes)),
    });
  }
  rmSync(folder, { recursive: true });
  const memory = Object.fromEntries(rows.map((row) => [`${row.versions} versions`, row['most memory, MB']]));
  return {
    tables: [{ title: '`heed verify` on a pack of a period, medians of whole runs', rows }],
    aims: [atMost(`memory within ${BOUND} MB`, BOUND, memory)],
  };
}
