import * as z from 'zod';
import type { Answer } from './simulator.ts';

/*
 * Requests and replies of Braze's REST API, written by hand from its documentation (github.com/braze-inc/braze-docs and
 * braze.com/docs/api). Braze publishes no schema.
 */

export const refused = (status: number, message: string): Answer => ({ status, body: { message } });

export const UNAUTHORIZED = refused(401, 'Invalid API Key');

export const success = (more: object, status = 200): Answer => ({
  status,
  body: { ...more, message: 'success' },
});

const Email = z.string().regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/);
const Phone = z.string().regex(/^\+[1-9]\d{6,14}$/);
const Id = z.string().min(1);
const State = z.enum(['subscribed', 'unsubscribed']);
const listOf = (item: z.ZodString) => z.array(item).min(1).max(50).optional();

const Group = z.strictObject({
  subscription_group_id: z.string(),
  subscription_state: State,
  emails: listOf(Email),
  phones: listOf(Phone),
  external_ids: listOf(Id),
});
export type Group = z.output<typeof Group>;
export const Groups = z.strictObject({ subscription_groups: z.array(Group).min(1) });

export const EmailStatus = z.strictObject({
  email: Email,
  subscription_state: z.enum(['subscribed', 'unsubscribed', 'opted_in']),
});

const FIELDS = [
  'braze_id',
  'external_id',
  'email_subscribe',
  'custom_attributes',
  'email',
  'phone',
  'push_subscribe',
] as const;
export const Delete = z.strictObject({ braze_ids: z.array(Id).min(1).max(50) });

export const Export = z
  .strictObject({
    external_ids: listOf(Id),
    email_address: Email.optional(),
    phone: Phone.optional(),
    fields_to_export: z.array(z.enum(FIELDS)).min(1),
  })
  .refine(
    ({ external_ids, email_address, phone }) =>
      [external_ids, email_address, phone].filter(Boolean).length === 1,
  );

const Attributes = z
  .looseObject({
    external_id: Id.optional(),
    email: Email.optional(),
    phone: Phone.optional(),
    _update_existing_only: z.boolean().default(false),
    email_subscribe: z.enum(['subscribed', 'unsubscribed', 'opted_in']).optional(),
    subscription_groups: z
      .array(z.strictObject({ subscription_group_id: z.string(), subscription_state: State }))
      .optional(),
  })
  .refine(({ external_id, email, phone }) => [external_id, email, phone].some(Boolean));
export type Attributes = z.output<typeof Attributes>;
export const Track = z.strictObject({ attributes: z.array(Attributes).min(1).max(75) });

export interface BrazeNotice {
  readonly url: string;
  readonly body: Readonly<Record<string, string>>;
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

/** A webhook campaign as a marketer sets it up: Braze signs nothing, and sends the header it is given. */
export async function notify({ url, body, spoilt }: BrazeNotice, key: string): Promise<number> {
  const given = spoilt === 'signature' ? 'guessed-by-somebody' : key;
  const headers = { 'content-type': 'application/json', 'x-heed-key': given };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}
