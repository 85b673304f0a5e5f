import { type Merge, parseMerge } from './sql.ts';
import { rowsFrom } from './sql-query.ts';
import { type Dialect, holds, type Row, read, type Scope, type Value } from './sql-values.ts';
import { SqlFault } from './sql-words.ts';

export interface Column {
  readonly type: string;
  readonly required: boolean;
}

export interface Table {
  readonly columns: ReadonlyMap<string, Column>;
  rows: readonly Row[];
}

/** `CREATE TABLE` statements of a script; what else is in it, and keys, which nobody enforces, are passed over. */
export function tablesIn(script: string): Map<string, Table> {
  const bare = script.replace(/--.*$/gm, '');
  const created = [...bare.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(([\s\S]*?)\n\)/gi)];
  return new Map(
    created.map(([, name = '', body = '']) => [name.toLowerCase(), { columns: columnsIn(body), rows: [] }]),
  );
}

const columnsIn = (body: string): ReadonlyMap<string, Column> =>
  new Map(
    body
      .split(/,\s*\n/)
      .map((line) => /^\s*(\w+) (\w+)(?:\([\d, ]+\))?( NOT NULL)?\s*$/i.exec(line))
      .flatMap((match) => {
        const [, name = '', type = '', required] = match ?? [];
        return match
          ? [[name.toLowerCase(), { type: type.toLowerCase(), required: required !== undefined }] as const]
          : [];
      }),
  );

/** Runs a MERGE: all of it, or none. Gives how many rows it inserted and updated. */
export function merge(
  tables: ReadonlyMap<string, Table>,
  statement: string,
  setting: Omit<Scope, 'rows'>,
): { readonly inserted: number; readonly updated: number } {
  const parsed = parseMerge(statement);
  const table = tables.get(parsed.table);
  if (!table) throw new SqlFault('no-such-table', parsed.table);
  for (const name of namesIn(parsed))
    if (!table.columns.has(name)) throw new SqlFault('no-such-column', name);
  const scope = { ...setting, rows: new Map<string, Row>() };
  const find = finder(parsed, table.rows, scope);
  const pairs = rowsFrom(parsed.source, scope).map(({ row }) => ({ row, met: find(row) }));
  const updates = updatesOf(parsed, pairs, scope);
  const inserts = pairs
    .filter(({ met }) => met.length === 0)
    .flatMap(({ row }) => insertOf(parsed, row, scope));
  for (const row of [...updates.values(), ...inserts]) check(row, table, setting.dialect);
  table.rows = [...table.rows.map((row) => updates.get(row) ?? row), ...inserts];
  return { inserted: inserts.length, updated: updates.size };
}

/** Columns of the table that are written to, whether or not there is a row for them. */
const namesIn = ({ matched, unmatched }: Merge): readonly string[] => [
  ...(matched?.set.keys() ?? []),
  ...(unmatched?.columns ?? []),
];

const both = ({ target, source }: Merge, row: Row, old: Row, scope: Scope): Scope => ({
  ...scope,
  rows: new Map([
    [target, old],
    [source.alias, row],
  ]),
});

/** Finds the rows of a table that a source row meets. They are looked among by the first equality of the condition. */
function finder(parsed: Merge, rows: readonly Row[], scope: Scope): (row: Row) => readonly Row[] {
  const name = sharedColumn(parsed);
  const byName = name === undefined ? undefined : groupedBy(name, rows);
  return (row) =>
    (byName && name !== undefined ? (byName.get(row.get(name)) ?? []) : rows).filter((old) =>
      holds(parsed.on, both(parsed, row, old, scope)),
    );
}

function groupedBy(name: string, rows: readonly Row[]): ReadonlyMap<Value | undefined, readonly Row[]> {
  const groups = new Map<Value | undefined, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.get(name));
    if (group) group.push(row);
    else groups.set(row.get(name), [row]);
  }
  return groups;
}

/** A column that both sides must have the same value in: `t.name = s.name`. */
function sharedColumn({ on, target, source }: Merge): string | undefined {
  const parts = on.kind === 'and' ? on.all : [];
  for (const part of parts) {
    if (part.kind !== 'compare' || part.sign !== '=') continue;
    const { left, right } = part;
    const plain = left.kind === 'column' && right.kind === 'column' && left.name === right.name;
    if (plain && left.table === target && right.table === source.alias) return left.name;
  }
  return undefined;
}

interface Pair {
  readonly row: Row;
  readonly met: readonly Row[];
}

/** New rows by the rows they replace. Two source rows for one row of the table: nobody knows which one would win. */
function updatesOf(parsed: Merge, pairs: readonly Pair[], scope: Scope): ReadonlyMap<Row, Row> {
  const updates = new Map<Row, Row>();
  const { matched } = parsed;
  if (!matched) return updates;
  const replaced = pairs
    .flatMap(({ row, met }) => met.map((old) => ({ old, inSight: both(parsed, row, old, scope) })))
    .filter(({ inSight }) => !matched.and || holds(matched.and, inSight));
  for (const { old, inSight } of replaced) {
    if (updates.has(old)) throw new SqlFault('several-rows-match', 'duplicate row');
    const set = [...matched.set].map(([name, value]) => [name, read(value, inSight)] as const);
    updates.set(old, new Map([...old, ...set]));
  }
  return updates;
}

function insertOf({ unmatched, source }: Merge, row: Row, scope: Scope): readonly Row[] {
  if (!unmatched) return [];
  const inSight = { ...scope, rows: new Map([[source.alias, row]]) };
  const values = unmatched.values.map((value) => read(value, inSight));
  return [new Map(unmatched.columns.map((name, i) => [name, values[i] ?? null]))];
}

function check(row: Row, { columns }: Table, { fits }: Dialect): void {
  for (const [name, { type, required }] of columns) {
    const value = row.get(name) ?? null;
    if (value === null && required) throw new SqlFault('null', name);
    if (value !== null && !fits(type, value)) throw new SqlFault('wrong-type', `${name} is ${type}`);
  }
}
