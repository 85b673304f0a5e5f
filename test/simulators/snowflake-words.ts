import { Ajv } from 'ajv';
import * as z from 'zod';
import schema from './schemas/snowflake-sqlapi.json' with { type: 'json' };
import type { Answer } from './simulator.ts';
import { type Dialect, isDocument, isMoment, type Value } from './sql-values.ts';
import { SqlFault, type SqlTrouble } from './sql-words.ts';

/*
 * Snowflake's SQL API, from its OpenAPI document (the schema beside this file) and its guide:
 * https://docs.snowflake.com/en/developer-guide/sql-api/submitting-requests
 */

/** The official schema takes any object for bindings; what they are stands in the guide. */
const isStatement = new Ajv({ strict: false, validateFormats: false }).compile(schema);

const Binding = z.strictObject({
  type: z.enum(
    'FIXED REAL TEXT BINARY BOOLEAN DATE TIME TIMESTAMP_TZ TIMESTAMP_LTZ TIMESTAMP_NTZ'.split(' '),
  ),
  value: z.string(),
});
const Statement = z.object({
  statement: z.string(),
  database: z.string().optional(),
  schema: z.string().optional(),
  warehouse: z.string().optional(),
  role: z.string().optional(),
  bindings: z.record(z.string().regex(/^[1-9]\d*$/), Binding).default({}),
});
export type Statement = z.output<typeof Statement>;

export const statementIn = (body: unknown): Statement | undefined =>
  isStatement(body) ? Statement.safeParse(body).data : undefined;

const status = (code: string, sqlState: string, message: string, handle: string) => ({
  ...{ code, sqlState, message, statementHandle: handle, createdOn: Date.now() },
  statementStatusUrl: `/api/v2/statements/${handle}`,
});

/** The code of a statement that runs is unconfirmed. */
export const running = (handle: string): Answer => ({
  status: 202,
  body: status('333334', '00000', 'Asynchronous execution in progress.', handle),
});

export const done = (handle: string, inserted: number, updated: number): Answer => ({
  status: 200,
  body: {
    ...status('090001', '00000', 'Statement executed successfully.', handle),
    resultSetMetaData: { numRows: 1, format: 'jsonv2' },
    stats: { numRowsInserted: inserted, numRowsUpdated: updated },
    data: [[String(inserted), String(updated)]],
  },
});

export const failed = (handle: string, [code, sqlState, message]: Failure): Answer => ({
  status: 422,
  body: status(code, sqlState, message, handle),
});

type Failure = readonly [code: string, sqlState: string, message: string];

export const LOCKED: Failure = [
  '000625',
  '57014',
  'Your statement was aborted because the number of waiters for this lock exceeds the 20 statements limit.',
];
export const NO_OBJECT: Failure = ['002003', '02000', 'SQL compilation error: Object does not exist.'];
export const NO_WAREHOUSE: Failure = ['000606', '57P03', 'No active warehouse selected in the session.'];

const FAILURES: Readonly<Record<SqlTrouble, readonly [string, string]>> = {
  syntax: ['001003', '42000'],
  'no-such-table': ['002003', '02000'],
  'no-such-column': ['000904', '42000'],
  'no-such-function': ['002140', '42601'],
  'wrong-type': ['002023', '22000'],
  null: ['100072', '22000'],
  'bad-value': ['100069', '22P02'],
  'several-rows-match': ['100090', '42P18'],
};

export function failureOf(fault: unknown): Failure {
  if (!(fault instanceof SqlFault)) throw fault;
  const [code, sqlState] = FAILURES[fault.trouble];
  return [code, sqlState, `SQL error: ${fault.message}`];
}

export const refused = (httpStatus: number, code: string, message: string): Answer => ({
  status: httpStatus,
  body: { code, message },
});

const FIELDS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  DD: '(?<day>\\d{2})',
  HH24: '(?<hour>\\d{2})',
  MI: '(?<minute>\\d{2})',
  SS: '(?<second>\\d{2})',
  FF3: '(?<fraction>\\d{3})',
};

/** A time by a format, in which what stands in double quotes stands for itself. */
function momentBy(format: string, text: string): number {
  const pattern = format.replace(/"([^"]*)"|YYYY|MM|DD|HH24|MI|SS|FF3|[^A-Z0-9"]/g, (part, quoted) =>
    quoted === undefined ? (FIELDS[part] ?? `\\${part}`) : quoted,
  );
  const {
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '0',
  } = new RegExp(`^${pattern}$`).exec(text)?.groups ?? {};
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}Z`);
}

const NOT_TEXT = 'is no text';

function toTimestamp([text = null, format = null]: readonly Value[]): Value {
  if (text === null) return null;
  if (typeof text !== 'string' || typeof format !== 'string') throw new SqlFault('wrong-type', NOT_TEXT);
  const moment = momentBy(format, text);
  if (Number.isNaN(moment)) throw new SqlFault('bad-value', `Timestamp '${text}' is not recognized`);
  return { moment };
}

function parseJson([text = null]: readonly Value[]): Value {
  if (text === null) return null;
  if (typeof text !== 'string') throw new SqlFault('wrong-type', NOT_TEXT);
  try {
    return { document: JSON.parse(text) };
  } catch {
    throw new SqlFault('bad-value', 'Error parsing JSON');
  }
}

/** A JSON null becomes NULL. */
function inside(value: Value): string | number | null {
  if (value === null || typeof value !== 'object') return value;
  if (isMoment(value)) throw new SqlFault('wrong-type', 'a time is neither');
  const { document } = value;
  if (document === null || typeof document === 'string' || typeof document === 'number') return document;
  return JSON.stringify(document);
}

function toNumber(value: Value): Value {
  const plain = inside(value);
  if (plain === null) return null;
  if (!/^-?\d+$/.test(String(plain)))
    throw new SqlFault('bad-value', `Numeric value '${plain}' is not recognized`);
  return Number(plain);
}

function toText(value: Value): Value {
  const plain = inside(value);
  return plain === null ? null : String(plain);
}

/** VARIANT is what `PARSE_JSON` gives and `value:key` takes; other columns need a cast. */
export const dialect: Dialect = {
  functions: { parse_json: parseJson, to_timestamp_ntz: toTimestamp },
  generators: {},
  casts: { varchar: toText, number: toNumber },
  fits: (type, value) => {
    if (type === 'variant') return isDocument(value);
    if (type === 'timestamp_ntz') return isMoment(value);
    return type === 'number' ? Number.isInteger(value) : typeof value === 'string';
  },
};
