import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { lacksToken } from '../csrf.ts';
import { type Call, type Reply, reasonOf, type SingleCall } from '../destination.ts';
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

/** What these mean their number says. */
const BY_STATUS = new Set([401, 408, 425, 429]);

export function interpret(reply: Reply): Outcome | undefined {
  const { status, body } = reply;
  if (lacksToken(reply)) return { kind: 'retry', reason: 'csrf-token-required' };
  if (status < 400 || status >= 500 || BY_STATUS.has(status)) return undefined;
  const fault = Fault.safeParse(body).data?.error;
  if (LOCKED.test(fault?.message ?? '')) return { kind: 'retry', reason: 'record-locked' };
  return { kind: 'failed', reason: reasonOf(fault?.code, `http-${status}`) };
}

/** Of a look-up. */
export const unlessResult = (reply: Reply): Outcome | undefined =>
  reply.status < 300 && !isResult(reply) ? { kind: 'retry', reason: 'unreadable-reply' } : undefined;

/** Of a write to somebody who was there a moment ago: the next attempt looks again. */
export const unlessGone = ({ status }: Reply): Outcome | undefined =>
  status === 404 ? { kind: 'retry', reason: 'person-went' } : undefined;

const refusalIn = (reply: Reply): Extract<Outcome, { readonly kind: 'failed' }> | undefined => {
  const outcome = unlessGone(reply) ?? interpret(reply);
  return outcome?.kind === 'failed' ? outcome : undefined;
};

/** Of a stop where several have the address: a record that is refused for good keeps none of the others' waiting. */
export const ALL_THE_SAME: Pick<SingleCall, 'interpret' | 'next'> = {
  interpret: (reply) => (refusalIn(reply) ? { kind: 'delivered' } : unlessGone(reply)),
  next: (reply) => {
    const outcome = refusalIn(reply);
    return outcome ? [{ outcome }] : [];
  },
};
