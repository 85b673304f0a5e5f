import { Reader, SqlFault } from './sql-words.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | null }
  | { readonly kind: 'bind'; readonly name: string }
  | { readonly kind: 'column'; readonly table?: string; readonly name: string }
  | { readonly kind: 'path'; readonly of: Expression; readonly key: string }
  | { readonly kind: 'cast'; readonly of: Expression; readonly type: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'rank';
      readonly by: readonly Expression[];
      readonly order: Expression;
      readonly down: boolean;
    }
  | { readonly kind: 'and'; readonly all: readonly Expression[] }
  | {
      readonly kind: 'compare';
      readonly sign: string;
      readonly left: Expression;
      readonly right: Expression;
    };

/** Rows to read from; `flatten` makes one of each element of a list, for every row before it. */
export type From =
  | { readonly kind: 'query'; readonly query: Query; readonly alias: string }
  | { readonly kind: 'flatten'; readonly list: Expression; readonly alias: string };

export interface Query {
  /** `*`, or expressions by name. */
  readonly columns: '*' | readonly { readonly name: string; readonly value: Expression }[];
  readonly from: readonly From[];
  readonly qualify?: Expression;
}

export interface Merge {
  readonly table: string;
  readonly target: string;
  readonly source: From;
  readonly on: Expression;
  readonly matched?: { readonly and?: Expression; readonly set: ReadonlyMap<string, Expression> };
  readonly unmatched?: { readonly columns: readonly string[]; readonly values: readonly Expression[] };
}

/** `MERGE INTO … USING (…) … ON … WHEN …`, as Snowflake and Databricks both take it: nothing else is a statement here. */
export function parseMerge(sql: string): Merge {
  const read = new Reader(sql);
  read.need('MERGE', 'INTO');
  const table = read.name();
  const target = aliasOf(read);
  read.need('USING');
  const source = fromOf(read);
  read.need('ON');
  const on = conditionOf(read);
  const matched = matchedOf(read);
  const unmatched = unmatchedOf(read);
  if (read.next.kind !== 'end') throw new SqlFault('syntax', `unexpected '${read.next.text}'`);
  return { table, target, source, on, ...(matched && { matched }), ...(unmatched && { unmatched }) };
}

function matchedOf(read: Reader): Merge['matched'] {
  if (!read.skip('WHEN', 'MATCHED')) return undefined;
  const and = read.skip('AND') ? conditionOf(read) : undefined;
  read.need('THEN', 'UPDATE', 'SET');
  const set = read.list(() => {
    const name = read.name();
    read.need('=');
    return [name, operandOf(read)] as const;
  });
  return { ...(and && { and }), set: new Map(set) };
}

function unmatchedOf(read: Reader): Merge['unmatched'] {
  if (!read.skip('WHEN', 'NOT', 'MATCHED')) return undefined;
  read.need('THEN', 'INSERT');
  const columns = inBrackets(read, () => read.name());
  read.need('VALUES');
  const values = inBrackets(read, () => operandOf(read));
  if (values.length !== columns.length) throw new SqlFault('syntax', 'as many values as columns are needed');
  return { columns, values };
}

function inBrackets<T>(read: Reader, one: () => T): readonly T[] {
  read.need('(');
  const all = read.is(')') ? [] : read.list(one);
  read.need(')');
  return all;
}

/** Words that end a table's name: they are no aliases. */
const CLAUSES = ['USING', 'ON', 'QUALIFY', 'WHEN', 'FROM', 'LATERAL'];

function aliasOf(read: Reader): string {
  if (read.skip('AS')) return read.name();
  const none = read.next.kind !== 'word' || CLAUSES.some((word) => read.is(word));
  return none ? '' : read.name();
}

function fromOf(read: Reader): From {
  if (read.skip('LATERAL', 'FLATTEN', '(', 'INPUT', '=>')) {
    const list = operandOf(read);
    read.need(')');
    return { kind: 'flatten', list, alias: aliasOf(read) };
  }
  read.need('(');
  const query = queryOf(read);
  read.need(')');
  return { kind: 'query', query, alias: aliasOf(read) };
}

function queryOf(read: Reader): Query {
  read.need('SELECT');
  const columns = read.skip('*') ? '*' : read.list(() => columnOf(read));
  const from = read.skip('FROM') ? read.list(() => fromOf(read)) : [];
  const qualify = read.skip('QUALIFY') ? conditionOf(read) : undefined;
  return { columns, from, ...(qualify && { qualify }) };
}

function columnOf(read: Reader): { readonly name: string; readonly value: Expression } {
  const value = operandOf(read);
  const own = value.kind === 'column' ? value.name : '';
  return { name: read.skip('AS') ? read.name() : own, value };
}

const SIGNS = ['=', '>=', '<=', '>', '<', '<>'];

function conditionOf(read: Reader): Expression {
  const all: Expression[] = [];
  do {
    const left = operandOf(read);
    const sign = SIGNS.find((one) => read.is(one));
    if (sign === undefined) throw new SqlFault('syntax', `expected a comparison at '${read.next.text}'`);
    read.need(sign);
    all.push({ kind: 'compare', sign, left, right: operandOf(read) });
  } while (read.skip('AND'));
  return { kind: 'and', all };
}

/** A value with its paths (`v:key`) and casts (`v::TYPE`). */
function operandOf(read: Reader): Expression {
  let value = atomOf(read);
  for (;;) {
    if (read.skip('::')) value = { kind: 'cast', of: value, type: typeOf(read) };
    else if (read.skip(':')) value = { kind: 'path', of: value, key: read.take().text };
    else return value;
  }
}

function typeOf(read: Reader): string {
  const name = read.name();
  const sizes = read.is('(') ? inBrackets(read, () => read.take().text) : [];
  return sizes.length > 0 ? `${name}(${sizes.join(',')})` : name;
}

function atomOf(read: Reader): Expression {
  if (read.skip('?')) {
    read.binds += 1;
    return { kind: 'bind', name: String(read.binds) };
  }
  if (read.skip(':')) return { kind: 'bind', name: read.take().text };
  const { kind, text } = read.next;
  if (kind === 'text' || kind === 'number') {
    read.take();
    return { kind: 'literal', value: kind === 'text' ? text : Number(text) };
  }
  if (read.skip('ROW_NUMBER', '(', ')')) return rankOf(read);
  return namedOf(read, read.name());
}

function rankOf(read: Reader): Expression {
  read.need('OVER', '(', 'PARTITION', 'BY');
  const by = read.list(() => operandOf(read));
  read.need('ORDER', 'BY');
  const order = operandOf(read);
  const down = read.skip('DESC');
  read.need(')');
  return { kind: 'rank', by, order, down };
}

function namedOf(read: Reader, name: string): Expression {
  if (name === 'null') return { kind: 'literal', value: null };
  if (read.skip('.')) return { kind: 'column', table: name, name: read.name() };
  if (!read.is('(')) return { kind: 'column', name };
  if (name !== 'cast') return { kind: 'call', name, args: inBrackets(read, () => operandOf(read)) };
  read.need('(');
  const of = operandOf(read);
  read.need('AS');
  const type = typeOf(read);
  read.need(')');
  return { kind: 'cast', of, type };
}
