import * as z from 'zod';
import { LONGEST_AUDIT } from '../domain/audit-grant.ts';
import type { Fault } from '../domain/refusal.ts';
import { Subject } from '../domain/subject.ts';
import { toMs } from '../domain/time.ts';
import { pageLimit } from './numbers.ts';
import { Moment } from './requests.ts';

/** What an audit grant is asked for with, and answered with. */

export const GRANT_ID = /^[0-9a-z]{25}$/;

/** It has a letter: a mere number could be a telephone number. */
const CODE = /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
const Code = z
  .string()
  .regex(
    CODE,
    '1 to 64 characters of A–Z a–z 0–9 . _ : / -, a letter among them: it outlives an erasure and must say nothing about anybody',
  );

/** An issuer's address holds nothing by which it could be somebody's. */
const ISSUER = /^(heed|https?:\/\/[A-Za-z0-9.:-]{1,150}(\/[A-Za-z0-9._~/-]{0,100})?)$/;

export const GrantBody = z.strictObject({
  person: z
    .string()
    .min(1)
    .max(200)
    .describe('Who is to audit: `sub` of tokens that a client brings for them.'),
  issuer: z
    .string()
    .regex(ISSUER, 'the address of an issuer')
    .optional()
    .describe('Whose tokens those are; left out: the issuer of who proposes it.'),
  purpose: Code.describe('What for: a code of yours, such as `complaint`.'),
  reference: Code.optional().describe('What it goes by elsewhere, such as `case-2026-118`.'),
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
const Issued = z.string().describe('Whose tokens name them so.');
const Act = z.strictObject({ at: Time, by: z.string(), issuer: Issued });

export const GrantAnswer = z.strictObject({
  id: z.string(),
  person: z.string(),
  issuer: Issued,
  purpose: z.string(),
  reference: z.string().exactOptional(),
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
