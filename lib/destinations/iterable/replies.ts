import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Said = z.looseObject({ code: z.unknown().optional() });

/** Nobody whom Iterable has, or may have: https://api.iterable.com/api/docs */
const NOBODY = new Set<unknown>(['ForgottenUserError', 'UnknownEmailError', 'UnknownUserIdError']);

/** Somebody who was only just created may not be there yet: what was asked is done when it is said once more. */
export const notYet = ({ status, body }: Reply): Outcome | undefined =>
  status >= 400 && status < 500 && NOBODY.has(Said.safeParse(body).data?.code)
    ? { kind: 'delivered', appliedLater: true }
    : undefined;

/** Answers to questions have no code; everything else says `Success`, or what went wrong, whatever the status. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 401 || status === 408 || status === 429 || status >= 500) return undefined;
  const said = Said.safeParse(body).data;
  if (status < 300 && status !== 202 && !said) return { kind: 'retry', reason: 'unreadable-reply' };
  const code = said?.code;
  if (status < 300 && (code === undefined || code === 'Success')) return undefined;
  const kind = NOBODY.has(code) ? 'skipped' : 'failed';
  return { kind, reason: reasonOf(code, status < 300 ? 'refused' : `http-${status}`) };
}
