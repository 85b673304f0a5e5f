import { readFileSync } from 'node:fs';
import type { Question } from './simulator.ts';
import { type Table, tablesIn } from './sql-table.ts';
import { isMoment, type Row, type Value } from './sql-values.ts';

/** Tables as a script of ours makes them, and what people would read there. */
export interface Warehouse {
  readonly tables: ReadonlyMap<string, Table>;
  readonly permitted: (question: Question) => boolean | undefined;
  readonly facts: () => readonly (Question & { readonly permitted: boolean })[];
  /** Enters a choice that was granted before Heed came: of version 0, older than anything Heed says. */
  readonly had: (question: Question) => void;
  /** The row of the table of choices, times in ISO form. */
  readonly rowOf: (question: Question) => Readonly<Record<string, unknown>> | undefined;
  /** Subject and version of each row of the table of versions. */
  readonly versions: () => readonly string[];
}

/** A warehouse whose administrator ran one of the scripts in `docs/`. */
export function warehouseOf(script: 'snowflake.sql' | 'databricks.sql'): Warehouse {
  const tables = tablesIn(readFileSync(new URL(`../../docs/${script}`, import.meta.url), 'utf8'));
  const rows = (name: string): readonly Row[] => tables.get(name)?.rows ?? [];
  const find = (question: Question): Row | undefined =>
    rows('heed_choices').find((row) => isAbout(row, question));
  return {
    tables,
    permitted: (question) => {
      const state = find(question)?.get('state');
      return state === undefined ? undefined : state === 'granted';
    },
    facts: () => rows('heed_choices').map(factOf),
    had: (question) => {
      const table = tables.get('heed_choices');
      if (table) table.rows = [...table.rows, imported(question)];
    },
    rowOf: (question) => {
      const row = find(question);
      return row && Object.fromEntries([...row].map(([name, value]) => [name, shown(value)]));
    },
    versions: () => rows('heed_versions').map((row) => `${row.get('subject')}:${row.get('version')}`),
  };
}

const isAbout = (row: Row, { identifier, topic, channel }: Question): boolean =>
  row.get('subject') === identifier && row.get('topic') === topic && row.get('channel') === channel;

const factOf = (row: Row) => ({
  ...{ identifier: String(row.get('subject')), topic: String(row.get('topic')) },
  ...{ channel: String(row.get('channel')), permitted: row.get('state') === 'granted' },
});

function imported({ identifier, topic, channel }: Question): Row {
  const times = { recorded_at: { moment: 0 }, occurred_at: { moment: 0 } };
  const origin = { source: 'import', actor: 'import', method: 'import' };
  const row = { subject: identifier, topic, channel, state: 'granted', version: 0, ...times, ...origin };
  return new Map<string, Value>(Object.entries(row));
}

const shown = (value: Value): unknown => (isMoment(value) ? new Date(value.moment).toISOString() : value);
