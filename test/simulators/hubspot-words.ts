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

/** Of contacts, by their ids. */
export const CONTACTS_READ = 'crm.objects.contacts.read';
export const GdprDelete = z.strictObject({ objectId: z.string().min(3), idProperty: z.literal('email') });

export const ContactsRead = z.object({
  inputs: z.array(z.object({ id: z.string() })).max(100),
  properties: z.array(z.string()),
  propertiesWithHistory: z.array(z.string()).optional(),
});

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

/** A status that is asked for. */
export const shownStatus = (email: string, subscriptionId: number, kept: Kept) => ({
  ...{
    subscriberIdString: email,
    subscriptionId,
    channel: 'EMAIL',
    status: kept.state,
    source: 'PUBLIC_API',
  },
  ...{ timestamp: new Date(kept.at).toISOString(), legalBasis: kept.legalBasis },
  legalBasisExplanation: kept.explanation,
});

/** What HubSpot keeps of an address and a type. */
export interface Kept {
  /** When it was set, ms. */
  readonly at: number;
  readonly state: Input['statusState'];
  readonly legalBasis?: string | undefined;
  readonly explanation?: string | undefined;
}

/** An unsubscribe from all mail that is asked for. */
export const wideStatus = (email: string, at: number) => ({
  ...{ subscriberIdString: email, channel: 'EMAIL', status: 'UNSUBSCRIBED', wideStatusType: 'PORTAL_WIDE' },
  timestamp: new Date(at).toISOString(),
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

/** One entry of the timeline of subscription changes, as it is kept. */
export interface Entry {
  /** ms */
  readonly timestamp: number;
  readonly recipient: string;
  readonly change: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  readonly source: string;
  /** Missing where the change is about all mail. */
  readonly subscriptionId?: number;
}

/** An entry as HubSpot shows it. */
const shown = ({ timestamp, recipient, change, source, subscriptionId }: Entry) => ({
  ...{ timestamp, portalId: 62515, recipient },
  changes: [
    {
      ...{ change, source, portalId: 62515 },
      changeType: subscriptionId === undefined ? 'PORTAL_STATUS' : 'SUBSCRIPTION_STATUS',
      ...(subscriptionId !== undefined && { subscriptionId }),
      causedByEvent: { id: randomUUID(), created: timestamp },
    },
  ],
});

/**
 * A page of the timeline, newest first; its offset is good for the next page and nothing else:
 * https://developers.hubspot.com/docs/api-reference/legacy/communication-preferences/v1/get-subscriptions-timeline
 */
export function timelinePage(entries: readonly Entry[], query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? 10);
  const since = Number(query.get('startTimestamp') ?? 0);
  const until = Number(query.get('endTimestamp') ?? Number.MAX_SAFE_INTEGER);
  const from = Number((query.get('offset') ?? 'at-0').slice('at-'.length));
  if (![limit, since, until, from].every(Number.isInteger) || limit < 1 || limit > 1000)
    return problem(400, 'VALIDATION_ERROR', 'limit, timestamps and offset must be what they were');
  const found = entries.filter(({ timestamp }) => timestamp >= since && timestamp <= until);
  const ordered = found.toSorted((a, b) => b.timestamp - a.timestamp);
  const page = ordered.slice(from, from + limit).map(shown);
  const hasMore = from + limit < found.length;
  return { status: 200, body: { hasMore, offset: `at-${from + limit}`, timeline: page } };
}
