import * as z from 'zod';
import type { Answer } from './simulator.ts';
import { type Dialect, isDocument, isMoment, type Row, type Value } from './sql-values.ts';
import { SqlFault, type SqlTrouble } from './sql-words.ts';

/*
 * Databricks' statement execution, written by hand from its reference and from the types of its Go SDK (2026-08):
 * https://docs.databricks.com/api/workspace/statementexecution
 * https://github.com/databricks/databricks-sdk-go, service/sql
 */

const Parameter = z.strictObject({
  name: z.string().regex(/^\w+$/),
  /** Always a text; left out, NULL. */
  value: z.string().optional(),
  type: z.string().default('STRING'),
});

export const Statement = z.strictObject({
  statement: z.string().max(16 * 1024 * 1024),
  warehouse_id: z.string(),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  parameters: z.array(Parameter).default([]),
  wait_timeout: z
    .string()
    .regex(/^(0|[5-9]|[1-4]\d|50)s$/)
    .default('10s'),
  on_wait_timeout: z.enum(['CONTINUE', 'CANCEL']).optional(),
  disposition: z.enum(['INLINE', 'EXTERNAL_LINKS']).default('INLINE'),
  format: z.enum(['JSON_ARRAY', 'ARROW_STREAM', 'CSV']).default('JSON_ARRAY'),
  row_limit: z.int().optional(),
  byte_limit: z.int().optional(),
});
export type Statement = z.output<typeof Statement>;

export interface Status {
  readonly state: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'CLOSED';
  readonly error?: { readonly error_code: string; readonly message: string };
}

/** A statement is a 200 whatever became of it. */
export const told = (statement_id: string, status: Status): Answer => ({
  status: 200,
  body: { statement_id, status },
});

export const failed = (error_code: string, message: string): Status => ({
  state: 'FAILED',
  error: { error_code, message },
});

export const refused = (status: number, error_code: string, message: string): Answer => ({
  status,
  body: { error_code, message },
});

export const CONFLICT = failed(
  'BAD_REQUEST',
  '[DELTA_CONCURRENT_APPEND] ConcurrentAppendException: Files were added by a concurrent update.',
);

const CLASSES: Readonly<Record<SqlTrouble, string>> = {
  syntax: 'PARSE_SYNTAX_ERROR',
  'no-such-table': 'TABLE_OR_VIEW_NOT_FOUND',
  'no-such-column': 'UNRESOLVED_COLUMN',
  'no-such-function': 'UNRESOLVED_ROUTINE',
  'wrong-type': 'DATATYPE_MISMATCH',
  null: 'DELTA_NOT_NULL_CONSTRAINT_VIOLATED',
  'bad-value': 'CAST_INVALID_INPUT',
  'several-rows-match': 'DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE',
};

export function failureOf(fault: unknown): Status {
  if (!(fault instanceof SqlFault)) throw fault;
  return failed('BAD_REQUEST', `[${CLASSES[fault.trouble]}] ${fault.message}`);
}

/** What a list is read as. */
interface Field {
  readonly name: string;
  readonly type: string;
}

/** `ARRAY<STRUCT<name: TYPE, …>>`. */
function fieldsIn(schema: string): readonly Field[] {
  const [, list] = /^ARRAY<STRUCT<([^<>]+)>>$/i.exec(schema) ?? [];
  const fields = (list ?? '').split(',').map((field) => /^\s*(\w+): (\w+)\s*$/.exec(field));
  return fields.map((match) => {
    const [, name, type] = match ?? [];
    if (name === undefined || type === undefined) throw new SqlFault('syntax', `no schema: ${schema}`);
    return { name, type: type.toLowerCase() };
  });
}

const CAN_BE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bigint: (value) => Number.isInteger(value),
};

/**
 * A list of objects, each with the fields named and nothing else. What does not fit fails in mode FAILFAST; in any
 * other the whole list is NULL.
 */
function fromJson([text = null, schema = null, options = null]: readonly Value[]): Value {
  if (typeof text !== 'string' || typeof schema !== 'string')
    throw new SqlFault('wrong-type', 'from_json takes texts');
  const mode: unknown =
    options !== null && isDocument(options) ? Object(options.document).mode : 'PERMISSIVE';
  const list = listIn(text);
  const fields = fieldsIn(schema);
  if (list?.every((one) => fields.every((field) => suits(field, one)))) {
    return { document: list.map((one) => fields.map(({ name }) => [name, Object(one)[name] ?? null])) };
  }
  if (mode === 'FAILFAST') throw new SqlFault('bad-value', 'malformed records are detected');
  return null;
}

function listIn(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function suits({ name, type }: Field, one: unknown): boolean {
  const value: unknown = Object(one)[name];
  return value === undefined || value === null || (CAN_BE[type]?.(value) ?? false);
}

const Rows = z.array(z.array(z.tuple([z.string(), z.union([z.string(), z.number(), z.null()])])));

function inline([list = null]: readonly Value[]): readonly Row[] {
  const rows = list !== null && isDocument(list) ? Rows.safeParse(list.document).data : [];
  if (!rows) throw new SqlFault('wrong-type', 'inline takes a list of structs');
  return rows.map((row) => new Map(row));
}

function toTimestamp(value: Value): Value {
  if (value === null) return null;
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(moment)) throw new SqlFault('bad-value', 'the value cannot be cast to TIMESTAMP');
  return { moment };
}

const mapOf = (args: readonly Value[]): Value => ({
  document: Object.fromEntries(args.flatMap((key, i) => (i % 2 === 0 ? [[String(key), args[i + 1]]] : []))),
});

export const dialect: Dialect = {
  functions: { from_json: fromJson, map: mapOf },
  generators: { inline },
  casts: { timestamp: toTimestamp },
  fits: (type, value) => {
    if (type === 'timestamp') return isMoment(value);
    return type === 'bigint' ? Number.isInteger(value) : typeof value === 'string';
  },
};
