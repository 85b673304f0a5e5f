import type { Expression, From, Query } from './sql.ts';
import { holds, isDocument, type Row, read, type Scope } from './sql-values.ts';

/** A row of a query's result, and the rows it was made of. */
interface Made {
  readonly row: Row;
  readonly scope: Scope;
}

export function rowsFrom(from: From, scope: Scope): readonly Made[] {
  if (from.kind === 'flatten') {
    const list = read(from.list, scope);
    const elements: unknown = list !== null && isDocument(list) ? list.document : [];
    const all: readonly unknown[] = Array.isArray(elements) ? elements : [];
    return all.map((element) => inSight(from.alias, new Map([['value', { document: element }]]), scope));
  }
  return query(from.query, scope).map((row) => inSight(from.alias, row, scope));
}

/** Columns may be named with their table's alias, and without. */
const inSight = (alias: string, row: Row, scope: Scope): Made => ({
  row,
  scope: {
    ...scope,
    rows: new Map([...scope.rows, ['', new Map([...(scope.rows.get('') ?? []), ...row])], [alias, row]]),
  },
});

function query({ columns, from, qualify }: Query, outer: Scope): readonly Row[] {
  let made: readonly Made[] = [{ row: new Map(), scope: { ...outer, rows: new Map() } }];
  for (const one of from) made = made.flatMap(({ scope }) => rowsFrom(one, scope));
  const results = made.flatMap(({ row, scope }) =>
    (columns === '*' ? [row] : selected(columns, scope)).map((result) => inSight('', result, scope)),
  );
  if (!qualify) return results.map(({ row }) => row);
  return results.filter((one) => holds(ranked(qualify, one, results), one.scope)).map(({ row }) => row);
}

function selected(columns: Exclude<Query['columns'], '*'>, scope: Scope): readonly Row[] {
  const [first] = columns;
  if (first?.value.kind === 'call') {
    const generate = scope.dialect.generators[first.value.name];
    if (generate) return generate(first.value.args.map((arg) => read(arg, scope)));
  }
  return [new Map(columns.map(({ name, value }) => [name, read(value, scope)]))];
}

/** A condition with each rank replaced by the place this row has among those of its partition. */
function ranked(condition: Expression, one: Made, all: readonly Made[]): Expression {
  if (condition.kind === 'and')
    return { ...condition, all: condition.all.map((part) => ranked(part, one, all)) };
  if (condition.kind === 'compare')
    return { ...condition, left: ranked(condition.left, one, all), right: ranked(condition.right, one, all) };
  if (condition.kind !== 'rank') return condition;
  const { by, order, down } = condition;
  const keyOf = ({ scope }: Made): string => JSON.stringify(by.map((part) => read(part, scope)));
  const placeOf = ({ scope }: Made): number => Number(read(order, scope)) * (down ? -1 : 1);
  const peers = all.filter((other) => keyOf(other) === keyOf(one)).sort((a, b) => placeOf(a) - placeOf(b));
  return { kind: 'literal', value: peers.indexOf(one) + 1 };
}
