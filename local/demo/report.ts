import type { Comparison } from './compare.ts';
import type { Tallies } from './play.ts';

type Cell = string | number;

/** Columns as wide as their widest cell; numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => String(row[at]).length)),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(head), rule, ...rows.map(line)].map((text) => `  ${text}`).join('\n');
}

const wrongOf = (wrong: ReadonlyMap<number, number>): string =>
  [...wrong].map(([status, times]) => `${times} × ${status}`).join(', ') || '–';

function sentTable(tallies: Tallies): string {
  const rows = [...tallies].map(([kind, tally]): Cell[] => [
    kind,
    tally.requests,
    tally.repeats,
    tally.versions,
    tally.superseded,
    wrongOf(tally.wrong),
  ]);
  const sum = (at: number): number => rows.reduce((total, row) => total + Number(row[at]), 0);
  const total: Cell[] = ['all', sum(1), sum(2), sum(3), sum(4), ''];
  return table(['what was sent', 'requests', 'repeats', 'versions', 'outdated', 'refused'], [...rows, total]);
}

const destinationTable = (comparisons: readonly Comparison[]): string =>
  table(
    ['what they have', 'people', 'granted', 'withdrawn', 'differ from the record'],
    comparisons.map(({ destination, people, granted, withdrawn, disagreements }) => [
      destination,
      people,
      granted,
      withdrawn,
      disagreements.length,
    ]),
  );

const MOST_LISTED = 20;

/** The end of the demo: what was sent, what each destination has, and whether they agree with the record. */
export function report(tallies: Tallies, comparisons: readonly Comparison[]): string {
  const all = comparisons.flatMap(({ disagreements }) => disagreements);
  const listed = all
    .slice(0, MOST_LISTED)
    .map(
      (one) =>
        `  ${one.destination}: ${one.subject} ${one.topic} ${one.channel}: the record says ${one.record}, it has ${one.vendor}`,
    );
  const rest = all.length > MOST_LISTED ? [`  … and ${all.length - MOST_LISTED} more`] : [];
  const verdict =
    all.length === 0
      ? 'Every destination agrees with the record, person by person.'
      : ['Not every destination agrees with the record:', ...listed, ...rest].join('\n');
  return [sentTable(tallies), destinationTable(comparisons), verdict].join('\n\n');
}

/** Everything was taken as it should be, and everybody has it. */
export const isWell = (tallies: Tallies, comparisons: readonly Comparison[]): boolean =>
  [...tallies.values()].every(({ wrong }) => wrong.size === 0) &&
  comparisons.every(({ disagreements }) => disagreements.length === 0);
