import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { isJson } from '../json.ts';

/** Nobody whom Iterable has, or may have: https://api.iterable.com/api/docs */
export const NOBODY = new Set<unknown>(['ForgottenUserError', 'UnknownEmailError', 'UnknownUserIdError']);

/** Somebody who was only just created may not be there yet: what was asked is done when it is said once more. */
export const notYet = ({ status, body }: Reply): Outcome | undefined =>
  status >= 400 && status < 500 && isJson(body) && NOBODY.has(body['code'])
    ? { kind: 'delivered', appliedLater: true }
    : undefined;

/** Answers to questions have no code; everything else says `Success`, or what went wrong, whatever the status. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 401 || status === 408 || status === 429 || status >= 500) return undefined;
  if (status < 300 && status !== 202 && !isJson(body)) return { kind: 'retry', reason: 'unreadable-reply' };
  const code = isJson(body) ? body['code'] : undefined;
  if (status < 300 && (code === undefined || code === 'Success')) return undefined;
  const kind = NOBODY.has(code) ? 'skipped' : 'failed';
  return { kind, reason: reasonOf(code, status < 300 ? 'refused' : `http-${status}`) };
}
