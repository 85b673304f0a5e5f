import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { lacksToken } from '../csrf.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { rowsIn } from './permissions.ts';

const Failure = z.object({ error: z.object({ code: z.string() }) });

/** Codes are paths, such as /IWBEP/CX_MGW_BUSI_EXCEPTION. */
const spelt = (code: string): string => code.replace(/^\/+/, '').replaceAll('/', '-');

/** A token that has expired is fetched again with the next attempt. */
export function interpret(reply: Reply): Outcome | undefined {
  const { status, body } = reply;
  if (status < 400 || status === 401 || status === 429 || status >= 500) return undefined;
  if (lacksToken(reply)) return { kind: 'retry', reason: 'csrf-token-required' };
  const code = Failure.safeParse(body).data?.error.code;
  return { kind: 'failed', reason: reasonOf(spelt(code ?? ''), `http-${status}`) };
}

/** Of a query: what is not its result, such as a page to log in on, says nothing of what is permitted. */
export const isResult = (reply: Reply): Outcome | undefined =>
  reply.status === 200 && rowsIn(reply) === undefined
    ? { kind: 'retry', reason: 'unreadable-reply' }
    : undefined;

/** Of a permission: that there is no such contact is an answer too. */
export const noSuchContact = ({ status }: Reply): Outcome | undefined =>
  status === 404 ? { kind: 'delivered' } : undefined;
