import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';
import { textOf } from '../xml.ts';
import { resultsIn } from './soap.ts';

const faultIn = ({ body }: Reply): string | undefined =>
  typeof body === 'string' ? textOf(body, 'faultstring') : undefined;

const OVER: ReadonlySet<string | undefined> = new Set(['Token Expired', 'Login Failed']);

/** A token that ran out is named in a fault of SOAP, whatever the status. */
export const expired = (reply: Reply): boolean => OVER.has(faultIn(reply));

const Problem = z.object({ errorcode: z.union([z.int(), z.string().regex(/^\d+$/)]) });

/** "Unable to save rows": passes by itself. */
const PASSING = new Set(['10006']);

/** Numbers are all that is said by a code; a reason begins with a letter. */
const coded = (code: string | undefined): string =>
  code !== undefined && /^\d{1,9}$/.test(code) ? `error-${code}` : 'refused';

export function interpret(reply: Reply): Outcome | undefined {
  const { status, body } = reply;
  const fault = faultIn(reply);
  if (fault !== undefined) return faulty(fault, reply);
  if (status !== 400 || typeof body === 'string') return undefined;
  const code = Problem.safeParse(body).data?.errorcode;
  if (code === undefined) return undefined;
  return { kind: PASSING.has(String(code)) ? 'retry' : 'failed', reason: coded(String(code)) };
}

/** A fault that names the sender comes again with every attempt; others pass, except that nobody lets us in. */
function faulty(fault: string, { status, body }: Reply): Outcome | undefined {
  if (fault === 'Login Failed') return { kind: 'failed', reason: 'login-failed' };
  if (fault === 'Token Expired') return { kind: 'retry', reason: 'token-expired' };
  const code = typeof body === 'string' ? (textOf(body, 'faultcode') ?? '') : '';
  if (/(^|:)(Client|Sender)$/.test(code)) return { kind: 'failed', reason: 'soap-client-fault' };
  return status < 500 ? { kind: 'retry', reason: 'soap-fault' } : undefined;
}

/** One outcome for each object, in order: a 200 says nothing about any of them. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300 || typeof body !== 'string' || textOf(body, 'faultstring') !== undefined)
    return undefined;
  const results = resultsIn(body);
  if (results.length !== items.length)
    return items.map(() => ({ kind: 'retry', reason: 'unreadable-reply' }));
  return results.map((result) =>
    textOf(result, 'StatusCode') === 'OK'
      ? { kind: 'delivered' }
      : { kind: 'failed', reason: coded(textOf(result, 'ErrorCode')) },
  );
}

/** A search that went wrong is answered 200 too; nobody is taken for unknown by it. */
export function readSearch({ status, body }: Reply): Outcome | undefined {
  if (status >= 300 || typeof body !== 'string' || textOf(body, 'faultstring') !== undefined)
    return undefined;
  const overall = textOf(body, 'OverallStatus') ?? '';
  return /^(OK|MoreDataAvailable)$/.test(overall) ? undefined : { kind: 'retry', reason: 'search-failed' };
}
