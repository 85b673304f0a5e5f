import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Licences that ask nothing of those who run Heed. Others need a look, and a line here. */
const LICENCES = new Set([
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Python-2.0',
  'CC0-1.0',
  'MIT-0',
  'Unlicense',
  '(MIT OR Apache-2.0)',
  '(MIT OR CC0-1.0)',
  'MIT OR Apache-2.0',
  '(BSD-3-Clause OR GPL-2.0)',
  '(MIT OR GPL-3.0-or-later)',
]);

/** Reached only by tests, unchanged and never shipped: MPL-2.0 asks nothing of that. */
const TOOLS = /^node_modules\/(axe-core$|lightningcss(-|$))/;

const Package = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  resolved: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const Lock = z.object({ packages: z.record(z.string(), Package) });

const { packages } = Lock.parse(
  JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')),
);
const own = packages[''] ?? {};
const faults: string[] = [];

for (const [name, range] of Object.entries({
  ...own.dependencies,
  ...own.devDependencies,
  ...own.optionalDependencies,
})) {
  if (!/^\d+\.\d+\.\d+$/.test(range)) faults.push(`${name} is not pinned exactly: ${range}`);
}
for (const [path, { license, resolved }] of Object.entries(packages)) {
  if (path === '') continue;
  if (resolved !== undefined) faults.push(`${path} names a registry address`);
  if (license === undefined || !(LICENCES.has(license) || (license === 'MPL-2.0' && TOOLS.test(path))))
    faults.push(`${path} has the licence ${license ?? 'unknown'}`);
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else
  console.log(`${Object.keys(packages).length - 1} packages: pinned, licensed, without registry addresses`);
