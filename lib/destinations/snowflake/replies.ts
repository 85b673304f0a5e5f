import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type FollowUp, type Reply, reasonOf } from '../destination.ts';

const Taken = z.object({ statementHandle: z.string().min(1) });
const Refused = z.object({ code: z.string().optional(), sqlState: z.string().optional() });

/** 202: the statement runs. The request that asks how it went. */
export function askAgain(reply: Reply, headers: FollowUp['headers'], pause: number): FollowUp | undefined {
  if (reply.status !== 202) return undefined;
  const { data } = Taken.safeParse(reply.body);
  if (!data) return undefined;
  const path = `/api/v2/statements/${encodeURIComponent(data.statementHandle)}`;
  return { method: 'GET', path, ...(headers && { headers }), pause };
}

/**
 * Codes that pass by themselves: too many statements wait for a table's lock, a transaction was ended in favour of
 * another, a statement was cancelled or ran out of time. Unconfirmed but for the first.
 */
const PASSING = new Set(['000625', '000636', '000604', '000630']);
/** SQLSTATE: query cancelled, serialisation failure, deadlock. */
const PASSING_STATES = new Set(['57014', '40001', '40P01']);

/** 202 with nothing to ask by is no success, nor is a 200 about no statement; and 422 may be a lock that passes. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 200 && !Taken.safeParse(body).success) return { kind: 'retry', reason: 'unreadable-reply' };
  if (status === 202) return { kind: 'retry', reason: 'not-finished' };
  if (status !== 422) return undefined;
  const { code = '', sqlState = '' } = Refused.safeParse(body).data ?? {};
  const passing = PASSING.has(code) || PASSING_STATES.has(sqlState);
  return { kind: passing ? 'retry' : 'failed', reason: reasonOf(code && `sql-${code}`, 'http-422') };
}
