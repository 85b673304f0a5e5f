import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { NOTES } from './notes.ts';
import { Report, short } from './report.ts';

const Part = Report.extend({ at: z.string(), quick: z.boolean(), loadBefore: z.number() });
type Part = z.output<typeof Part>;
const Results = z.object({
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  parts: z.record(z.string(), Part),
});

const cells = (values: readonly (string | number)[]): string => `| ${values.map(short).join(' | ')} |`;

/** A table of raw numbers as Markdown. */
function tableOf({ title, rows }: Part['tables'][number]): string {
  const columns = Object.keys(rows[0] ?? {});
  const body = rows.map((row) => cells(columns.map((column) => row[column] ?? '')));
  return [`**${title}**`, '', cells(columns), cells(columns.map(() => '---')), ...body].join('\n');
}

function sectionOf([name, part]: readonly [string, Part]): string {
  const how = `${part.at.slice(0, 16).replace('T', ' ')} UTC${part.quick ? ', short run' : ''}, load before ${short(part.loadBefore)}`;
  const aims = part.aims.map(
    ({ aim, measured, met }) => `- ${met ? 'Met' : '**Missed**'}: ${aim}. ${measured}`,
  );
  return [
    `## ${name}`,
    '',
    `\`npm run bench -- ${name}\` (${how})`,
    '',
    NOTES[name] ?? '',
    '',
    ...aims,
    '',
    part.tables.map(tableOf).join('\n\n'),
  ].join('\n');
}

/** Writes bench/RESULTS.md from bench/results.json: what was measured, whatever it says. */
export function writePage(): void {
  const { machine, parts } = Results.parse(
    JSON.parse(readFileSync(new URL('results.json', import.meta.url), 'utf8')),
  );
  const facts = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  const page = [
    '# Results',
    '',
    `As measured on a shared, noisy machine: ${facts.join(', ')}. Ratios were taken side by side in one run and are what to`,
    'read; times are only as good as the machine was quiet. `npm run bench` measures everything again and rewrites this page.',
    '',
    ...Object.keys(NOTES)
      .flatMap((name) => (parts[name] ? [[name, parts[name]] as const] : []))
      .map(sectionOf)
      .flatMap((section) => [section, '']),
  ];
  writeFileSync(new URL('RESULTS.md', import.meta.url), `${page.join('\n').trimEnd()}\n`);
}
