import type { Expression } from './sql.ts';
import { SqlFault } from './sql-words.ts';

/** A JSON value inside a column, as Snowflake's VARIANT and Databricks' parsed lists are. */
export interface Document {
  readonly document: unknown;
}
/** A moment, ms. */
export interface Moment {
  readonly moment: number;
}
export type Value = string | number | null | Document | Moment;
export type Row = ReadonlyMap<string, Value>;

export const isDocument = (value: Value): value is Document =>
  typeof value === 'object' && value !== null && 'document' in value;
export const isMoment = (value: Value): value is Moment =>
  typeof value === 'object' && value !== null && 'moment' in value;

/** What differs between vendors. Names in lower case. */
export interface Dialect {
  readonly functions: Readonly<Record<string, (args: readonly Value[]) => Value>>;
  /** Functions that make rows of their argument, alone in a SELECT. */
  readonly generators: Readonly<Record<string, (args: readonly Value[]) => readonly Row[]>>;
  readonly casts: Readonly<Record<string, (value: Value) => Value>>;
  /** Whether a value may stand in a column of a type. */
  readonly fits: (type: string, value: Value) => boolean;
}

export interface Scope {
  readonly dialect: Dialect;
  readonly binds: Readonly<Record<string, Value>>;
  /** Rows in sight, by alias; `''` where columns need none. */
  readonly rows: ReadonlyMap<string, Row>;
}

const SIGNS: Readonly<Record<string, (a: string | number, b: string | number) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

/** NULL compares with nothing. */
export function holds(condition: Expression, scope: Scope): boolean {
  if (condition.kind === 'and') return condition.all.every((part) => holds(part, scope));
  if (condition.kind !== 'compare') throw new SqlFault('syntax', 'not a condition');
  const [a, b] = [read(condition.left, scope), read(condition.right, scope)];
  if (a === null || b === null) return false;
  if (typeof a === 'object' || typeof b === 'object' || typeof a !== typeof b)
    throw new SqlFault('wrong-type', 'values of these types are not compared');
  return SIGNS[condition.sign]?.(a, b) ?? false;
}

export function read(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'bind':
      return boundTo(expression.name, scope);
    case 'column':
      return columnOf(expression, scope);
    case 'path':
      return pathOf(read(expression.of, scope), expression.key);
    case 'cast':
      return castTo(expression.type, read(expression.of, scope), scope);
    case 'call':
      return callOf(
        expression.name,
        expression.args.map((arg) => read(arg, scope)),
        scope,
      );
    default:
      throw new SqlFault('syntax', `${expression.kind} is not allowed here`);
  }
}

function boundTo(name: string, { binds }: Scope): Value {
  const value = binds[name];
  if (value === undefined) throw new SqlFault('bad-value', `nothing is bound to ${name}`);
  return value;
}

function columnOf(
  { table = '', name }: { readonly table?: string; readonly name: string },
  { rows }: Scope,
): Value {
  const value = rows.get(table)?.get(name);
  if (value === undefined) throw new SqlFault('no-such-column', table === '' ? name : `${table}.${name}`);
  return value;
}

/** What is not there is NULL. */
function pathOf(of: Value, key: string): Value {
  if (of === null) return null;
  if (!isDocument(of)) throw new SqlFault('wrong-type', `no ${key} in a value that is no document`);
  const inside: unknown = Object(of.document)[key];
  return inside === undefined ? null : { document: inside };
}

function castTo(type: string, value: Value, { dialect }: Scope): Value {
  const cast = dialect.casts[type.replace(/\(.*/, '')];
  if (!cast) throw new SqlFault('wrong-type', `no type ${type}`);
  return cast(value);
}

function callOf(name: string, args: readonly Value[], { dialect }: Scope): Value {
  const call = dialect.functions[name];
  if (!call) throw new SqlFault('no-such-function', name);
  return call(args);
}
