import * as z from 'zod';
import type { DeliveryRow, Reply } from '../destination.ts';
import type { Held, Settings } from './settings.ts';

const Tags = z.array(z.string()).catch([]);
const Subscription = z.object({
  isSubscribed: z.boolean().optional(),
  lastUpdatedSubscriptionState: z.string().optional(),
  /** While a confirmation is awaited nothing is said yet. */
  doubleOptIn: z.object({ status: z.string().optional() }).optional().catch(undefined),
  tags: Tags.default([]),
});
const Consent = z.object({
  isConsentGranted: z.boolean().optional(),
  lastConsentModified: z.string().optional(),
  tags: Tags.default([]),
});

const Account = z.object({
  UID: z.string().min(1),
  profile: z.object({ email: z.string().optional() }).catch({}).default({}),
  subscriptions: z.record(z.string(), z.unknown()).catch({}).default({}),
  preferences: z.record(z.string(), z.unknown()).catch({}).default({}),
});
export type Account = z.output<typeof Account>;

export const accountIn = ({ body }: Reply): Account | undefined => Account.safeParse(body).data;

/** What an account says of one subscription or consent. `at`: when that was last changed; missing where nobody ever did. */
export interface Said {
  readonly yes: boolean | undefined;
  readonly at: string | undefined;
  readonly tags: readonly string[];
}

const NOTHING: Said = { yes: undefined, at: undefined, tags: [] };

export function subscriptionOf({ subscriptions }: Account, id: string): Said {
  const mail = z.object({ email: Subscription }).safeParse(subscriptions[id]).data?.email;
  if (!mail || /pending/i.test(mail.doubleOptIn?.status ?? '')) return NOTHING;
  return { yes: mail.isSubscribed, at: timeOf(mail.lastUpdatedSubscriptionState), tags: mail.tags };
}

export function consentOf({ preferences }: Account, id: string): Said {
  const consent = Consent.safeParse(preferences[id] ?? under(preferences, id.split('.'))).data;
  if (!consent) return NOTHING;
  return { yes: consent.isConsentGranted, at: timeOf(consent.lastConsentModified), tags: consent.tags };
}

/** Ids with full stops come back as objects within objects. */
const under = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) => z.record(z.string(), z.unknown()).safeParse(inner).data?.[name],
    value,
  );

const timeOf = (text: string | undefined): string | undefined => {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
};

/** What an account says of everything that a topic is mapped to on a channel. */
export const saidOf = (account: Account, { subscription, consent }: Held): readonly Said[] => [
  ...(subscription === undefined ? [] : [subscriptionOf(account, subscription)]),
  ...(consent === undefined ? [] : [consentOf(account, consent)]),
];

const STATES = { granted: true, withdrawn: false } as const;

/** Did Heed write this? Whoever changes it otherwise leaves a tag that does not fit. */
export const isOwn = ({ yes, tags }: Said, { marker }: Settings): boolean =>
  yes !== undefined && tags.includes(`${marker}:${yes ? 'granted' : 'withdrawn'}`);

/**
 * May a grant replace this? Not an opt-out that the person made there, unless what they say here is newer. A system's
 * grant never does. What nobody ever changed is no opt-out.
 */
export function mayGrant(said: Said, row: DeliveryRow, settings: Settings): boolean {
  if (said.yes !== false || said.at === undefined || isOwn(said, settings)) return true;
  const isPerson = row.actor === 'subject' || row.actor === 'agent';
  return isPerson && row.occurredAt > said.at;
}

/** Is there anything to write over this? An opt-out that the person made there says no already. */
export function isOpen(said: Said, row: DeliveryRow, tags: readonly string[], settings: Settings): boolean {
  if (said.yes !== STATES[row.state]) return true;
  if (row.state === 'withdrawn' && said.at !== undefined && !isOwn(said, settings)) return false;
  return settings.tags && tags.join(' ') !== said.tags.join(' ');
}
