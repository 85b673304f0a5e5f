import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { consentOf, type Profile } from './klaviyo-account.ts';
import type { Answer } from './simulator.ts';

/*
 * Requests and replies of Klaviyo's profiles, lists and subscription jobs. Bodies are checked against Klaviyo's own
 * schema (schemas/klaviyo.json, revision 2026-07-15); rules that stand in its descriptions only are written here.
 */

export const JSON_API = 'application/vnd.api+json';

export const problem = (status: number, code: string, detail: string, pointer = '/data/'): Answer => ({
  status,
  headers: { 'content-type': JSON_API },
  body: {
    errors: [
      {
        id: randomUUID(),
        status,
        code,
        title: titles[code] ?? 'Invalid input.',
        detail,
        source: { pointer },
      },
    ],
  },
});

export const noList = (id: string): Answer =>
  problem(404, 'not_found', `A list with id ${id} does not exist.`);

const titles: Readonly<Record<string, string>> = {
  not_authenticated: 'Authentication credentials were not provided.',
  not_found: 'Not found.',
  permission_denied: 'You do not have permission to perform this action.',
};

export const document = (data: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': JSON_API },
  body: { data, links: { self: 'https://a.klaviyo.com/api/profiles', next: null, prev: null } },
});

/** A profile as it is given back, with the fields that are not there unless asked for. */
export const profileOf = (profile: Profile) => ({
  ...{ type: 'profile', id: profile.id },
  attributes: {
    ...{ email: profile.email ?? null, phone_number: profile.phone ?? null, external_id: null },
    properties: profile.properties,
    subscriptions: {
      email: { marketing: onChannel(profile, 'email') },
      sms: { marketing: onChannel(profile, 'sms') },
    },
  },
  links: { self: `https://a.klaviyo.com/api/profiles/${profile.id}` },
});

function onChannel(profile: Profile, channel: 'email' | 'sms') {
  const { state, at, suppressions } = consentOf(profile, channel);
  const can = state !== 'UNSUBSCRIBED' && suppressions.every(({ list_id }) => list_id !== undefined);
  const common = { consent: state, consent_timestamp: at ?? null, last_updated: at ?? null };
  if (channel === 'sms') return { ...common, can_receive_sms_marketing: state === 'SUBSCRIBED' };
  return {
    ...{ ...common, can_receive_email_marketing: can, double_optin: false },
    suppression: suppressions.filter(({ list_id }) => list_id === undefined),
    list_suppressions: suppressions.filter(({ list_id }) => list_id !== undefined),
  };
}

const Consent = z.object({
  marketing: z.object({ consent: z.string(), consented_at: z.iso.datetime().optional() }),
});
const Person = z.object({
  attributes: z.object({
    email: z.string().optional(),
    phone_number: z.string().optional(),
    subscriptions: z.object({ email: Consent.optional(), sms: Consent.optional() }),
  }),
});
export type Person = z.output<typeof Person>['attributes'];

/** Of a body that its schema allows. */
export const Job = z.object({
  data: z.object({
    attributes: z.object({
      custom_source: z.string().optional(),
      historical_import: z.boolean().default(false),
      profiles: z.object({ data: z.array(Person) }),
    }),
    relationships: z.object({ list: z.object({ data: z.object({ id: z.string() }) }) }).optional(),
  }),
});
export type Job = z.output<typeof Job>['data'];

export const Members = z.object({ data: z.array(z.object({ id: z.string() })) });
export const Patch = z.object({
  data: z.object({
    id: z.string(),
    attributes: z.object({ properties: z.record(z.string(), z.unknown()).default({}) }),
    meta: z.object({ patch_properties: z.object({ unset: z.string().optional() }) }).optional(),
  }),
});

/** `equals(email,"…")`, `equals(phone_number,"…")` or `any(id,["…"])`. */
export function filterIn(
  text: string | null,
): { readonly field: string; readonly values: readonly string[] } | undefined {
  const [, field = '', value = ''] =
    /^(?:equals|any)\((email|phone_number|id),(.+)\)$/.exec(text ?? '') ?? [];
  const parsed = z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .safeParse(quoted(value));
  return field !== '' && parsed.success ? { field, values: parsed.data } : undefined;
}

function quoted(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface KlaviyoNotices {
  readonly url: string;
  readonly events: readonly {
    readonly topic: string;
    readonly profile: string;
    readonly occurredAt: number;
  }[];
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

const HOUR = 3_600_000;

/** The header's time is local and says GMT, as Klaviyo's does; the body's is right. */
export async function notify({ url, events, spoilt }: KlaviyoNotices, key: string): Promise<number> {
  const sentAt = Date.now() - (spoilt === 'age' ? 48 * HOUR : 0);
  const body = JSON.stringify({
    meta: {
      timestamp: new Date(sentAt).toISOString(),
      klaviyo_webhook_id: '01KP4928',
      version: '2026-07-15',
    },
    data: events.map(({ topic, profile, occurredAt }) => ({
      ...{ topic, external_id: randomUUID() },
      payload: {
        data: {
          ...{ type: 'event', id: randomUUID() },
          attributes: { timestamp: Math.floor(occurredAt / 1000), event_properties: {}, uuid: randomUUID() },
          relationships: { profile: { data: { type: 'profile', id: profile } } },
        },
      },
    })),
  });
  const timestamp = new Date(sentAt + 5 * HOUR).toUTCString();
  const secret = spoilt === 'signature' ? 'another key than ours' : key;
  const headers = {
    'content-type': 'application/json',
    'klaviyo-signature': createHmac('sha256', secret).update(body).update(timestamp).digest('hex'),
    'klaviyo-timestamp': timestamp,
    'klaviyo-webhook-id': '01KP4928',
  };
  const sent = spoilt === 'body' ? body.replace('unsubscribed', 'subscribed') : body;
  return (await fetch(url, { method: 'POST', headers, body: sent })).status;
}

/** A request for deletion: https://developers.klaviyo.com/en/reference/request_profile_deletion */
export const DeletionJob = z.strictObject({
  data: z.strictObject({
    type: z.literal('data-privacy-deletion-job'),
    attributes: z.strictObject({
      profile: z.strictObject({
        data: z.strictObject({
          type: z.literal('profile'),
          attributes: z
            .strictObject({ email: z.string().optional(), phone_number: z.string().optional() })
            .refine((given) => Object.keys(given).length === 1),
        }),
      }),
    }),
  }),
});
