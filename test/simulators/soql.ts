/*
 * As much of SOQL as integrations use: SELECT fields FROM object WHERE … ORDER BY … LIMIT …, with AND, OR, brackets,
 * comparisons and IN, over strings, times, booleans and null
 * (https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/).
 */

type Value = string | number | boolean | null;

/** A record by its fields. Times are ms. */
export type Fields = Readonly<Record<string, Value>>;

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly field: string; readonly operator: string; readonly values: readonly Value[] };

export interface Query {
  readonly fields: readonly string[];
  readonly object: string;
  readonly where: Condition;
  readonly order: readonly string[];
  readonly limit: number;
}

const TOKEN =
  /\s*(?:('(?:[^'\\]|\\['"\\nrtbf])*')|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))|(\d+)|([A-Za-z_][A-Za-z0-9_]*)|([(),]|>=|<=|!=|=|>|<))/y;

function tokensOf(soql: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < soql.trimEnd().length) {
    const match = TOKEN.exec(soql);
    if (!match) return undefined;
    tokens.push(match[0].trim());
  }
  return tokens;
}

/** Reads tokens one by one; what is not as it should be throws. */
function readerOf(tokens: readonly string[]) {
  let at = 0;
  const next = (): string => {
    const token = tokens[at];
    if (token === undefined) throw new Error('unexpected end');
    at += 1;
    return token;
  };
  const take = (word: string): boolean => {
    const there = tokens[at]?.toUpperCase() === word;
    if (there) at += 1;
    return there;
  };
  const need = (word: string): void => {
    if (!take(word)) throw new Error(`unexpected token: ${tokens[at]}`);
  };
  const list = <T>(read: () => T): readonly T[] => {
    const items = [read()];
    while (take(',')) items.push(read());
    return items;
  };
  return { next, take, need, list, isDone: (): boolean => at === tokens.length };
}
type Reader = ReturnType<typeof readerOf>;

/** Undefined where the text is none of it. */
export function parse(soql: string): Query | undefined {
  const tokens = tokensOf(soql);
  if (!tokens) return undefined;
  try {
    return query(readerOf(tokens));
  } catch {
    return undefined;
  }
}

function query(reader: Reader): Query | undefined {
  const name = (): string => nameIn(reader);
  reader.need('SELECT');
  const fields = reader.list(name);
  reader.need('FROM');
  const object = name();
  const where: Condition = reader.take('WHERE') ? anyOf(reader) : { all: [] };
  const order = reader.take('ORDER') ? ordering(reader) : [];
  const limit = reader.take('LIMIT') ? Number(reader.next()) : 2000;
  return reader.isDone() ? { fields, object, where, order, limit } : undefined;
}

function ordering(reader: Reader): readonly string[] {
  reader.need('BY');
  return reader.list(() => nameIn(reader));
}

function nameIn(reader: Reader): string {
  const token = reader.next();
  if (!/^[A-Za-z_]/.test(token)) throw new Error(`unexpected token: ${token}`);
  return token;
}

function anyOf(reader: Reader): Condition {
  const any = [allOf(reader)];
  while (reader.take('OR')) any.push(allOf(reader));
  return any.length === 1 ? { all: any } : { any };
}

function allOf(reader: Reader): Condition {
  const all = [single(reader)];
  while (reader.take('AND')) all.push(single(reader));
  return { all };
}

function single(reader: Reader): Condition {
  if (reader.take('(')) {
    const inner = anyOf(reader);
    reader.need(')');
    return inner;
  }
  const field = nameIn(reader);
  const operator = reader.next().toUpperCase();
  if (operator !== 'IN') return { field, operator, values: [literal(reader.next())] };
  reader.need('(');
  const values = reader.list(() => reader.next()).map(literal);
  reader.need(')');
  return { field, operator, values };
}

function literal(token: string): Value {
  if (token.startsWith("'")) return token.slice(1, -1).replace(/\\(.)/g, '$1');
  if (/^\d{4}-/.test(token)) return Date.parse(token);
  if (/^\d+$/.test(token)) return Number(token);
  const word = token.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  throw new Error(`unexpected token: ${token}`);
}

/** Fields a query names, wherever. */
export const named = ({ fields, where, order }: Query): readonly string[] => [
  ...fields,
  ...compared(where),
  ...order,
];

const compared = (condition: Condition): readonly string[] => {
  if ('field' in condition) return [condition.field];
  return ('all' in condition ? condition.all : condition.any).flatMap(compared);
};

/** Values of these fields that a record must have one of; undefined where the query may find others. */
export function keysIn(where: Condition, fields: readonly string[]): readonly Value[] | undefined {
  if ('field' in where) {
    const equal = where.operator === '=' || where.operator === 'IN';
    return equal && fields.includes(where.field) ? where.values : undefined;
  }
  const parts = ('all' in where ? where.all : where.any).map((part) => keysIn(part, fields));
  if ('all' in where) return parts.find((part) => part !== undefined);
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** The records a query is after, in its order, with the fields it asks for. */
export function select(query: Query, records: readonly Fields[]): readonly Fields[] {
  const found = records.filter((record) => holds(query.where, record));
  const ordered = [...found].sort((a, b) => {
    const field = query.order.find((name) => compare(a[name], b[name]) !== 0);
    return field === undefined ? 0 : compare(a[field], b[field]);
  });
  return ordered.slice(0, query.limit);
}

function holds(condition: Condition, record: Fields): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, record));
  if ('any' in condition) return condition.any.some((part) => holds(part, record));
  const { field, operator, values } = condition;
  return values.some((value) => OPERATORS[operator]?.(compare(record[field], value)) ?? false);
}

const OPERATORS: Readonly<Record<string, (compared: number) => boolean>> = {
  '=': (by) => by === 0,
  IN: (by) => by === 0,
  '!=': (by) => by !== 0,
  '>': (by) => by > 0,
  '>=': (by) => by >= 0,
  '<': (by) => by < 0,
  '<=': (by) => by <= 0,
};

/** Text is compared whatever its case; nothing is larger than null. */
function compare(a: Value | undefined, b: Value | undefined): number {
  const [x, y] = [a ?? null, b ?? null].map((value) =>
    typeof value === 'string' ? value.toLowerCase() : value,
  );
  if (x === y) return 0;
  if (x === null || x === undefined) return -1;
  if (y === null || y === undefined) return 1;
  return x > y ? 1 : -1;
}
