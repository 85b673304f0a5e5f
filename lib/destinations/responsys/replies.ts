import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Cell = z.union([z.string(), z.number().transform(String)]).nullable();
const Done = z.object({
  recordData: z.object({ fieldNames: z.array(z.string()), records: z.array(z.array(Cell)) }),
});
const Problem = z.object({ errorCode: z.string(), detail: z.string().default('') }).partial();

const UNREADABLE: Outcome = { kind: 'retry', reason: 'unreadable-reply' };
const ABSENT: Outcome = { kind: 'skipped', reason: 'no-such-member' };

/** A line of a merge; `goesOn`: the person's other calls must not hang on whether the list has this key. */
export interface Line {
  readonly record: readonly string[];
  readonly goesOn: boolean;
}

const Lines = z.array(z.object({ goesOn: z.boolean() }));

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

/**
 * One outcome per line, by its place: the id of the member, or `MERGEFAILED: …`, inside the same 200. A stop that finds
 * nobody has nothing left to do, and must not keep what is said by the person's other key from arriving.
 */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300) return undefined;
  const records = Done.safeParse(body).data?.recordData.records;
  const lines = Lines.parse(items);
  if (records?.length !== lines.length) return lines.map(() => UNREADABLE);
  return lines.map(({ goesOn }, n) => {
    const outcome = lineOutcome(records[n]?.[0] ?? '');
    return goesOn && outcome === ABSENT ? { kind: 'delivered' } : outcome;
  });
}

/** A limit is one of a minute. Other refusals carry a code; a 200 that is no answer of Responsys came from before it. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  const code = Problem.safeParse(body).data?.errorCode;
  if (code === 'API_LIMIT_EXCEEDED') return { kind: 'retry', reason: code, after: 60 };
  if (status === 401 || status === 429 || status >= 500) return undefined;
  if (status >= 300) return { kind: 'failed', reason: reasonOf(code, `http-${status}`) };
  return Done.safeParse(body).success ? undefined : UNREADABLE;
}

/** A session that ended is reported as an unexpected exception, by some accounts under a code of its own. */
export function expired({ status, body }: Reply): boolean {
  const { errorCode = '', detail = '' } = status >= 400 ? (Problem.safeParse(body).data ?? {}) : {};
  return (
    errorCode === 'TOKEN_EXPIRED' || errorCode === 'INVALID_TOKEN' || /authentication token/i.test(detail)
  );
}

/** A look-up that finds nobody is answered like an error. */
export function found(reply: Reply): Outcome | undefined {
  const code = Problem.safeParse(reply.body).data?.errorCode ?? '';
  return reply.status >= 400 && NOBODY.test(code) ? { kind: 'delivered' } : undefined;
}

export type Member = Readonly<Record<string, string>>;

/** Members a look-up found, by the names of the columns that were asked for, in capitals. */
export function membersIn({ status, body }: Reply): readonly Member[] {
  const data = status < 300 ? Done.safeParse(body).data?.recordData : undefined;
  if (!data) return [];
  const names = data.fieldNames.map((name) => name.toUpperCase());
  return data.records.map((record) =>
    Object.fromEntries(names.map((name, n) => [name, record[n] ?? ''] as const)),
  );
}
