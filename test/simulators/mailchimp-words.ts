import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Account, groupsOf, hashOf, type Member } from './mailchimp-audience.ts';
import type { Answer } from './simulator.ts';

/*
 * Members of audiences, their groups ("interests") and tags, and the webhooks of an audience, written by hand from
 * Mailchimp's Marketing API reference and its guide to webhooks. Its document has no licence that allows a copy.
 */

export const problem = (status: number, title: string, detail: string): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  body: {
    type: 'https://mailchimp.com/developer/marketing/docs/errors/',
    ...{ title, status, detail, instance: randomUUID() },
  },
});

export const UNAUTHORIZED = problem(
  401,
  'API Key Invalid',
  "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
);
export const NOT_FOUND = problem(404, 'Resource Not Found', 'The requested resource could not be found.');
export const shown = (account: Account, member: Member) => ({
  ...{ id: hashOf(member.email), email_address: member.email, status: member.status },
  interests: Object.fromEntries([
    ...(groupsOf(account, member.audience) ?? []).map((id) => [id, false] as const),
    ...member.interests,
  ]),
  ...{ merge_fields: Object.fromEntries(member.merges), last_changed: member.changedAt },
  ...{ timestamp_opt: member.optedInAt ?? '', tags: [...member.tags].map((name, id) => ({ id, name })) },
});

const OffsetTime = z.iso.datetime({ offset: true });
export const Body = z.strictObject({
  email_address: z.string().optional(),
  status: z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']).optional(),
  status_if_new: z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']).optional(),
  interests: z.record(z.string(), z.boolean()).default({}),
  merge_fields: z.record(z.string(), z.string().max(255)).default({}),
  timestamp_opt: OffsetTime.optional(),
});
export type Body = z.output<typeof Body>;

export const invalid = (detail: string): Answer => problem(400, 'Invalid Resource', detail);

export const Tags = z.strictObject({
  tags: z.array(z.strictObject({ name: z.string().min(1).max(100), status: z.enum(['active', 'inactive']) })),
});

export interface MailchimpNotice {
  readonly url: string;
  readonly type: string;
  /** ms */
  readonly occurredAt: number;
  readonly data: Readonly<Record<string, string>>;
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

/** Mailchimp writes times as `2026-05-01 10:00:00`, without a zone. */
export async function notify(
  { url, type, occurredAt, data, spoilt }: MailchimpNotice,
  key: string,
): Promise<number> {
  const form = new URLSearchParams({
    ...{ type, fired_at: new Date(occurredAt).toISOString().slice(0, 19).replace('T', ' ') },
    ...Object.fromEntries(Object.entries(data).map(([name, value]) => [`data[${name}]`, value])),
  });
  const address = `${url}/${spoilt === 'signature' ? 'guessed-by-somebody' : key}`;
  return (await fetch(address, { method: 'POST', body: form })).status;
}
