import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { isJson, textIn } from '../json.ts';

/** Titles are a fixed glossary: https://mailchimp.com/developer/marketing/docs/errors/ */
const reasonIn = (body: unknown): string | undefined =>
  isJson(body) ? textIn(body, 'title')?.toLowerCase().replaceAll(' ', '-') : undefined;

/** Mailchimp lets these back in only by a form or a mail of its own, which the person has to use. */
const THEIRS = new Set(['member-in-compliance-state', 'forgotten-email-not-subscribed']);

export const refusesReturn = ({ status, body }: Reply): boolean =>
  status === 400 && THEIRS.has(reasonIn(body) ?? '');

/** Too many connections may be answered by a bare 403, without the document that every real refusal has. */
export function interpret(reply: Reply): Outcome | undefined {
  const { status, body } = reply;
  if (status === 200 && !(isJson(body) && 'id' in body)) return { kind: 'retry', reason: 'unreadable-reply' };
  if (status < 400 || status === 401 || status === 408 || status === 429 || status >= 500) return undefined;
  const reason = reasonIn(body);
  if (status === 403 && reason === undefined) return { kind: 'retry', reason: 'http-403' };
  const kind = refusesReturn(reply) ? 'needs-user-action' : 'failed';
  return { kind, reason: reasonOf(reason, `http-${status}`) };
}
