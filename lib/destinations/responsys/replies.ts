import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { isJson, textIn } from '../json.ts';

const UNREADABLE: Outcome = { kind: 'retry', reason: 'unreadable-reply' };
const ABSENT: Outcome = { kind: 'skipped', reason: 'no-such-member' };

interface Table {
  readonly fieldNames: readonly unknown[];
  readonly records: readonly (readonly unknown[])[];
}

/** The lines of an answer; undefined where it is none of Responsys's. */
function tableIn(body: unknown): Table | undefined {
  const data = isJson(body) ? body['recordData'] : undefined;
  if (!isJson(data)) return undefined;
  const { fieldNames, records } = data;
  return Array.isArray(fieldNames) && isLines(records) ? { fieldNames, records } : undefined;
}

const isLines = (value: unknown): value is readonly (readonly unknown[])[] =>
  Array.isArray(value) && value.every(Array.isArray);

const cellIn = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const codeIn = (body: unknown): string | undefined => (isJson(body) ? textIn(body, 'errorCode') : undefined);

/** What is said where the list has nobody of that key, as a code and in words; Oracle does not document either. */
const NOBODY = /^((RECORD|RECIPIENT|MEMBER)S?_NOT_FOUND|NO_(MATCH|MEMBER|RECIPIENT|RECORD)[A-Z_]*)$/;
const NOBODY_IN_WORDS = /\bno (matching )?(member|recipient|record)|(member|recipient|record) not found/i;
const CODE = /=\s*([A-Z][A-Z_]{2,60})/;
const PASSING = new Set(['API_LIMIT_EXCEEDED', 'UNEXPECTED_EXCEPTION', 'SERVER_ERROR']);

function lineOutcome(text: string): Outcome {
  if (/^\d+$/.test(text)) return { kind: 'delivered', reference: text };
  const [, code] = CODE.exec(text) ?? [];
  if (text === '' || (code ? NOBODY.test(code) : NOBODY_IN_WORDS.test(text))) return ABSENT;
  return { kind: PASSING.has(code ?? '') ? 'retry' : 'failed', reason: reasonOf(code, 'MERGEFAILED') };
}

/** One outcome per line, by its place: the id of the member, or `MERGEFAILED: …`, inside the same 200. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300) return undefined;
  const records = tableIn(body)?.records;
  if (records?.length !== items.length) return items.map(() => UNREADABLE);
  return records.map(([cell]) => lineOutcome(cellIn(cell)));
}

/** A limit is one of a minute. Other refusals carry a code; a 200 that is no answer of Responsys came from before it. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  const code = codeIn(body);
  if (code === 'API_LIMIT_EXCEEDED') return { kind: 'retry', reason: code, after: 60 };
  if (status === 401 || status === 429 || status >= 500) return undefined;
  if (status >= 300) return { kind: 'failed', reason: reasonOf(code, `http-${status}`) };
  return tableIn(body) ? undefined : UNREADABLE;
}

/** A session that ended is reported as an unexpected exception, by some accounts under a code of its own. */
export function expired({ status, body }: Reply): boolean {
  if (status < 400 || !isJson(body)) return false;
  const code = textIn(body, 'errorCode');
  const named = code === 'TOKEN_EXPIRED' || code === 'INVALID_TOKEN';
  return named || /authentication token/i.test(textIn(body, 'detail') ?? '');
}

/** A look-up that finds nobody is answered like an error. */
export const found = ({ status, body }: Reply): Outcome | undefined =>
  status >= 400 && NOBODY.test(codeIn(body) ?? '') ? { kind: 'delivered' } : undefined;

export type Member = Readonly<Record<string, string>>;

/** Members a look-up found, by the names of the columns that were asked for, in capitals. */
export function membersIn({ status, body }: Reply): readonly Member[] {
  const table = status < 300 ? tableIn(body) : undefined;
  if (!table) return [];
  return table.records.map((record) => {
    const member: Record<string, string> = {};
    table.fieldNames.forEach((name, n) => {
      member[cellIn(name).toUpperCase()] = cellIn(record[n]);
    });
    return member;
  });
}
