import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { lacksToken } from '../csrf.ts';
import { type Call, type Reply, reasonOf } from '../destination.ts';
import { isResult } from './people.ts';

export const NOBODY: Call = { outcome: { kind: 'skipped', reason: 'no-such-person' } };
export const MUST_ACT: Call = { outcome: { kind: 'needs-user-action', reason: 'no-contact-permission' } };

const Fault = z.object({
  error: z.object({
    code: z.string(),
    message: z
      .object({ value: z.string() })
      .transform(({ value }) => value)
      .catch(''),
  }),
});

/** Only one may change a record at a time, staff at its page included. SAP says so in words, with the name of who does. */
const LOCKED = /record (is )?locked|locked by/i;

export function interpret(reply: Reply): Outcome | undefined {
  const { status, body } = reply;
  if (lacksToken(reply)) return { kind: 'retry', reason: 'csrf-token-required' };
  if (status < 400 || status === 401 || status === 429 || status >= 500) return undefined;
  const fault = Fault.safeParse(body).data?.error;
  if (LOCKED.test(fault?.message ?? '')) return { kind: 'retry', reason: 'record-locked' };
  return { kind: 'failed', reason: reasonOf(fault?.code, `http-${status}`) };
}

/** Of a look-up. */
export const unlessResult = (reply: Reply): Outcome | undefined =>
  reply.status === 200 && !isResult(reply) ? { kind: 'retry', reason: 'unreadable-reply' } : undefined;

/** Of a write to somebody who was there a moment ago: the next attempt looks again. */
export const unlessGone = ({ status }: Reply): Outcome | undefined =>
  status === 404 ? { kind: 'retry', reason: 'person-went' } : undefined;
