import { randomUUID } from 'node:crypto';
import type { Question } from './simulator.ts';

export type Channel = 'email' | 'sms';

/** Consent to a channel as a whole, whatever list somebody is on. */
export interface Consent {
  readonly state: 'NEVER_SUBSCRIBED' | 'SUBSCRIBED' | 'UNSUBSCRIBED';
  readonly at: string | undefined;
  readonly suppressions: readonly Suppression[];
}

export interface Suppression {
  readonly reason: string;
  readonly timestamp: string;
  readonly list_id?: string;
}

export interface Profile {
  readonly id: string;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  properties: Readonly<Record<string, unknown>>;
  readonly consents: Map<Channel, Consent>;
  /** List → whether the profile is on it, or was. */
  readonly lists: Map<string, boolean>;
  /** List → what was said when the profile was put on it. */
  readonly sources: Map<string, string>;
}

/** What differs from account to account. */
export interface KlaviyoOptions {
  /** Lists there are; left out, any is one. */
  readonly lists?: readonly string[];
  /** Lists whose members have to confirm, unless they are imported with consent given before. */
  readonly doubleOptIn?: readonly string[];
  /** `later`: jobs wait until `work` is called. */
  readonly jobs?: 'at-once' | 'later';
}

export interface Account {
  readonly options: KlaviyoOptions;
  readonly profiles: Profile[];
  /** Jobs that were taken and are not done. */
  readonly waiting: (() => void)[];
}

const NEVER: Consent = { state: 'NEVER_SUBSCRIBED', at: undefined, suppressions: [] };

export const consentOf = ({ consents }: Profile, channel: Channel): Consent => consents.get(channel) ?? NEVER;

const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

export const profilesWith = ({ profiles }: Account, who: string): readonly Profile[] =>
  profiles.filter(({ email, phone }) => isSame(email, who) || phone === who);

export function enter(
  { profiles }: Account,
  { email, phone }: { readonly email?: string | undefined; readonly phone?: string | undefined },
): Profile {
  const profile: Profile = {
    ...{ id: `01${randomUUID().replaceAll('-', '').slice(0, 24).toUpperCase()}`, email, phone },
    ...{ properties: {}, consents: new Map(), lists: new Map(), sources: new Map() },
  };
  profiles.push(profile);
  return profile;
}

/** Reasons that a subscription lifts; a bounce stays. */
const LIFTED = new Set(['UNSUBSCRIBE', 'SPAM_COMPLAINT', 'USER_SUPPRESSED']);

export function subscribe(profile: Profile, channel: Channel, at: string): void {
  const { suppressions } = consentOf(profile, channel);
  profile.consents.set(channel, {
    ...{ state: 'SUBSCRIBED', at },
    suppressions: suppressions.filter(({ reason }) => !LIFTED.has(reason)),
  });
}

/** Unsubscribed from the channel as a whole; membership of lists stays. */
export function unsubscribe(profile: Profile, channel: Channel, at = new Date().toISOString()): void {
  const kept = consentOf(profile, channel).suppressions.filter(({ reason }) => reason !== 'UNSUBSCRIBE');
  const suppressions = channel === 'email' ? [...kept, { reason: 'UNSUBSCRIBE', timestamp: at }] : kept;
  profile.consents.set(channel, { state: 'UNSUBSCRIBED', at, suppressions });
}

/** Suppressed for another reason than that they left. */
export function suppress(profile: Profile, channel: Channel, suppression: Suppression): void {
  const { suppressions, ...consent } = consentOf(profile, channel);
  profile.consents.set(channel, { ...consent, suppressions: [...suppressions, suppression] });
}

export const lacks = ({ options: { lists } }: Account, id: string): boolean =>
  lists !== undefined && !lists.includes(id);

const receives = (profile: Profile, channel: Channel, list: string): boolean => {
  const { state, suppressions } = consentOf(profile, channel);
  if (state === 'UNSUBSCRIBED') return false;
  return !suppressions.some(({ list_id }) => list_id === undefined || list_id === list);
};

/** Texts need consent; mail goes to whoever is on the list and did not unsubscribe. */
const permits = (profile: Profile, channel: Channel, list: string): boolean | undefined => {
  const on = profile.lists.get(list);
  if (!receives(profile, channel, list)) return false;
  if (on && channel === 'sms') return consentOf(profile, channel).state === 'SUBSCRIBED';
  return on;
};

/** The topic is a list. */
export function permitted(account: Account, { identifier, topic, channel }: Question): boolean | undefined {
  const on = channel === 'sms' ? 'sms' : 'email';
  const answers = profilesWith(account, identifier).map((profile) => permits(profile, on, topic));
  return answers.includes(true) || (answers.includes(false) ? false : undefined);
}

/** A list has no channel: what is on it is shown by the address it is kept under, what is consented by channel. */
export const facts = ({ profiles }: Account) =>
  profiles.flatMap((profile) => [
    ...[...profile.lists].map(([topic, on]) => ({
      ...{ identifier: profile.email ?? profile.phone ?? profile.id, topic, channel: 'list', permitted: on },
    })),
    ...(['email', 'sms'] as const).flatMap((channel) => {
      const { state } = consentOf(profile, channel);
      const identifier = (channel === 'email' ? profile.email : profile.phone) ?? '';
      const asked = { identifier, topic: '*', channel };
      return state === 'NEVER_SUBSCRIBED' ? [] : [{ ...asked, permitted: state === 'SUBSCRIBED' }];
    }),
  ]);
