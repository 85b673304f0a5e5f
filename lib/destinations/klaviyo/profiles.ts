import * as z from 'zod';
import type { DeliveryRow, Reply } from '../destination.ts';
import type { Settings } from './settings.ts';

export type Channel = 'email' | 'sms';

const Time = z.string().nullish();
const Suppressions = z.array(
  z.object({ reason: z.string(), timestamp: Time, list_id: z.string().optional() }),
);
const Marketing = z.object({
  consent: z.string(),
  consent_timestamp: Time,
  last_updated: Time,
  suppression: Suppressions.nullish(),
  list_suppressions: Suppressions.nullish(),
});
const OnChannel = z.object({ marketing: Marketing.nullish() }).nullish();
const Profile = z.object({
  id: z.string().min(1),
  attributes: z.object({
    email: z.string().nullish(),
    phone_number: z.string().nullish(),
    properties: z.record(z.string(), z.unknown()).nullish(),
    subscriptions: z.object({ email: OnChannel, sms: OnChannel }).nullish(),
  }),
});
export type Profile = z.output<typeof Profile>;
const Found = z.object({ data: z.array(Profile) });

/** Profiles that a lookup found; undefined where the reply is not the result of one. */
export const profilesIn = ({ body }: Reply): readonly Profile[] | undefined =>
  Found.safeParse(body).data?.data;

/** Ids of the lists a profile is on. */
const OnLists = z.object({ data: z.array(z.object({ id: z.string() })) });
export const listsIn = ({ body }: Reply): readonly string[] | undefined =>
  OnLists.safeParse(body).data?.data.map(({ id }) => id);

/** Name of the property that says that Heed unsubscribed a profile from this channel. */
export const markOf = ({ stopProperty }: Settings, channel: Channel): string => `${stopProperty}_${channel}`;

export const markOn = ({ attributes }: Profile, mark: string): string | undefined => {
  const value = attributes.properties?.[mark];
  return value === undefined || value === null ? undefined : String(value);
};

const marketingOf = ({ attributes }: Profile, channel: Channel) =>
  attributes.subscriptions?.[channel]?.marketing ?? undefined;

export const isOut = (profile: Profile, channel: Channel): boolean =>
  marketingOf(profile, channel)?.consent === 'UNSUBSCRIBED';

/** Something at Klaviyo that a grant from before `at` (ms) must not undo. */
interface Objection {
  readonly reason: string;
  readonly at: number;
  /** About this list alone. */
  readonly list?: string | undefined;
}

/** Reasons that a subscription does not lift; the others it does. */
const LASTING = new Set(['HARD_BOUNCE', 'INVALID_EMAIL']);

/** A time that cannot be read may be any: what happened then is taken for newer than what it is compared with. */
const ms = (time: string | null | undefined): number => {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
};

function objectionsOf(profile: Profile, channel: Channel, mark: string): readonly Objection[] {
  const marketing = marketingOf(profile, channel);
  if (!marketing) return [];
  const own = markOn(profile, mark) !== undefined;
  const out =
    isOut(profile, channel) && !own
      ? [{ reason: 'UNSUBSCRIBED', at: ms(marketing.consent_timestamp ?? marketing.last_updated) }]
      : [];
  const suppressed = [...(marketing.suppression ?? []), ...(marketing.list_suppressions ?? [])]
    .filter(({ reason, list_id }) => !(own && reason === 'UNSUBSCRIBE' && list_id === undefined))
    .map(({ reason, timestamp, list_id: list }) => ({
      ...{ reason, list },
      at: LASTING.has(reason) ? Number.POSITIVE_INFINITY : ms(timestamp),
    }));
  return [...suppressed, ...out];
}

/**
 * Why Klaviyo must not be told of this grant: since then the person left there, complained or bounced. A subscription
 * would lift all of that but a bounce, also where it was not Heed that stopped anything.
 */
export function objectionTo(
  { occurredAt }: DeliveryRow,
  list: string,
  known: { readonly profiles: readonly Profile[]; readonly channel: Channel; readonly mark: string },
): string | undefined {
  const granted = Date.parse(occurredAt);
  return known.profiles
    .flatMap((profile) => objectionsOf(profile, known.channel, known.mark))
    .find((one) => one.at >= granted && (one.list ?? list) === list)?.reason;
}
