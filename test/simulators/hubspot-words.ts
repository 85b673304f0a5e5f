import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Answer } from './simulator.ts';

/*
 * Requests and replies of HubSpot's communication preferences, written by hand from its OpenAPI document and guide
 * (2026-03, snapshot of 2026-08; the document has no licence, so nothing of it is kept here):
 * https://developers.hubspot.com/docs/api-reference/2026-03/communication-preferences/guide
 */

export const State = z.enum(['NOT_SPECIFIED', 'SUBSCRIBED', 'UNSUBSCRIBED']);

const LegalBasis = z.enum([
  'CONSENT_WITH_NOTICE',
  'LEGITIMATE_INTEREST_CLIENT',
  'LEGITIMATE_INTEREST_OTHER',
  'LEGITIMATE_INTEREST_PQL',
  'NON_GDPR',
  'PERFORMANCE_OF_CONTRACT',
  'PROCESS_AND_STORE',
]);

export const Single = z.object({
  channel: z.literal('EMAIL'),
  statusState: State,
  subscriptionId: z.int(),
  legalBasis: LegalBasis.optional(),
  legalBasisExplanation: z.string().optional(),
});

export const Input = Single.extend({ subscriberIdString: z.string() });
export type Input = z.output<typeof Input>;

export const Batch = z.object({ inputs: z.array(Input) });

export const READ = 'subscriptions-status-read';
export const WRITE = 'subscriptions-status-write';
/** Comes with Marketing Hub Enterprise. */
export const BATCH_WRITE = 'subscription-status-batch-write';

export const isEmail = (text: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);

export type SuccessReason = 'NO_STATUS_CHANGE' | 'REQUESTED_CHANGE_OCCURRED' | 'RESUBSCRIBE_OCCURRED';

/** A status as HubSpot gives it back. */
export const statusOf = (input: Input, setStatusSuccessReason: SuccessReason) => ({
  subscriberIdString: input.subscriberIdString,
  subscriptionId: input.subscriptionId,
  channel: 'EMAIL',
  status: input.statusState,
  source: 'PUBLIC_API',
  timestamp: now(),
  legalBasis: input.legalBasis,
  legalBasisExplanation: input.legalBasisExplanation,
  setStatusSuccessReason,
});

/** The reply of an action that was carried out, whatever became of its parts. */
export const complete = (results: readonly object[], errors: readonly object[] = []): Answer => ({
  status: errors.length > 0 ? 207 : 200,
  body: {
    status: 'COMPLETE',
    startedAt: now(),
    completedAt: now(),
    results,
    ...(errors.length > 0 && { numErrors: errors.length, errors }),
  },
});

export const problemBody = (category: string, message: string) => ({
  status: 'error',
  category,
  message,
  correlationId: randomUUID(),
  context: {},
  links: {},
  errors: [],
});

export const problem = (status: number, category: string, message: string): Answer => ({
  status,
  body: problemBody(category, message),
});

/** Too many requests. Whether `Retry-After` comes along is not documented. */
export const throttled = (retryAfter?: number): Answer => ({
  ...problem(429, 'RATE_LIMITS', 'You have reached your ten_secondly_rolling limit.'),
  ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
});

const now = (): string => new Date().toISOString();
