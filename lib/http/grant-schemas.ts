import * as z from 'zod';
import { LONGEST_AUDIT } from '../domain/audit-grant.ts';
import type { Fault } from '../domain/refusal.ts';
import { Subject } from '../domain/subject.ts';
import { toMs } from '../domain/time.ts';
import { pageLimit } from './numbers.ts';
import { Moment } from './requests.ts';

/** What an audit grant is asked for with, and answered with. */

export const GRANT_ID = /^[0-9a-z]{25}$/;

export const GrantBody = z.strictObject({
  person: z
    .string()
    .min(1)
    .max(200)
    .describe('Who is to audit: `sub` of their tokens, or the client where a token names nobody else.'),
  purpose: z
    .string()
    .trim()
    .min(3, 'at least 3 characters')
    .max(500, 'at most 500 characters')
    .describe('What for. It names nobody but by their subject.'),
  until: Moment.transform(toMs).describe('When it ends by itself: within thirty days.'),
  subject: Subject.optional().describe('For one subject alone; left out: for everything auditors may see.'),
});

/** What is wrong with the end that was asked for. */
export function untilFaults(until: number, now: number): readonly Fault[] {
  if (until <= now) return [{ path: 'until', message: 'has passed' }];
  return until > now + LONGEST_AUDIT ? [{ path: 'until', message: 'more than thirty days from now' }] : [];
}

export const GrantsQuery = z.strictObject({
  cursor: z
    .string()
    .regex(GRANT_ID, 'not a cursor of this API')
    .optional()
    .describe('`next` of the page before.'),
  limit: pageLimit('Grants'),
});

const Time = z.iso.datetime();
const Act = z.strictObject({ at: Time, by: z.string() });

export const GrantAnswer = z.strictObject({
  id: z.string(),
  person: z.string(),
  purpose: z.string(),
  subject: z.string().exactOptional(),
  until: Time,
  state: z.enum(['proposed', 'standing', 'expired', 'revoked']),
  proposed: Act,
  approved: Act.exactOptional(),
  revoked: Act.exactOptional(),
});

export const GrantsAnswer = z.strictObject({
  grants: z.array(GrantAnswer).describe('Newest first.'),
  next: z.string().exactOptional().describe('`cursor` of the next page.'),
});
