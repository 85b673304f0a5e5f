import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type FollowUp, type Reply, reasonOf } from '../destination.ts';

const Fault = z.object({ error_code: z.unknown().optional(), message: z.string().default('') });
const Statement = z.object({
  statement_id: z.string().min(1).optional(),
  status: z.object({ state: z.string(), error: Fault.optional() }),
});

const isOpen = (state: string): boolean => state === 'PENDING' || state === 'RUNNING';

/** The request that asks how a statement went which has not finished. */
export function askAgain({ body }: Reply, headers: FollowUp['headers'], pause: number): FollowUp | undefined {
  const { data } = Statement.safeParse(body);
  if (!data?.statement_id || !isOpen(data.status.state)) return undefined;
  const path = `/api/2.0/sql/statements/${encodeURIComponent(data.statement_id)}`;
  return { method: 'GET', path, ...(headers && { headers }), pause };
}

/** `UNAUTHENTICATED`: the next attempt has logged in anew. */
const PASSING = new Set<unknown>([
  'ABORTED',
  'DEADLINE_EXCEEDED',
  'INTERNAL_ERROR',
  'IO_ERROR',
  'RESOURCE_EXHAUSTED',
  'SERVICE_UNDER_MAINTENANCE',
  'TEMPORARILY_UNAVAILABLE',
  'UNAUTHENTICATED',
  'UNKNOWN',
  'WORKSPACE_TEMPORARILY_UNAVAILABLE',
]);

/** Somebody else wrote to the table meanwhile: the code says no more than that the statement failed. */
const CONFLICT = 'DELTA_CONCURRENT_';

function refusal({ error_code: code, message }: z.output<typeof Fault>, otherwise: string): Outcome {
  if (message.includes(CONFLICT)) return { kind: 'retry', reason: 'concurrent-write' };
  return { kind: PASSING.has(code) ? 'retry' : 'failed', reason: reasonOf(code, otherwise) };
}

/**
 * A statement that failed is a 200. `CLOSED` is one that succeeded and whose result is gone; `CANCELED` one that
 * somebody, or a warehouse that was stopped, ended before it was done.
 */
function statementOutcome(body: unknown): Outcome | undefined {
  const { data } = Statement.safeParse(body);
  if (!data) return { kind: 'retry', reason: 'unreadable-reply' };
  const { state, error } = data.status;
  if (state === 'SUCCEEDED' || state === 'CLOSED') return undefined;
  if (state !== 'FAILED') return { kind: 'retry', reason: reasonOf(state, 'not-finished') };
  return error ? refusal(error, 'statement-failed') : { kind: 'failed', reason: 'statement-failed' };
}

export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status < 300) return statementOutcome(body);
  if (status === 401 || status === 408 || status === 425 || status === 429 || status >= 500) return undefined;
  const { data } = Fault.safeParse(body);
  return data && refusal(data, `http-${status}`);
}

/** What Databricks says of a token that has ended, or soon will: by 403 or 400 as often as by 401. */
const TOKEN_ENDED = /invalid (access )?token|(token|jwt)\b.*\bexpir/i;

/** The session may also end while a statement runs: the failure then says so, inside a 200. */
export function expired({ status, body }: Reply): boolean {
  if (status === 200) return Statement.safeParse(body).data?.status.error?.error_code === 'UNAUTHENTICATED';
  return (status === 400 || status === 403) && TOKEN_ENDED.test(Fault.safeParse(body).data?.message ?? '');
}
