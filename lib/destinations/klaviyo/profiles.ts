import type { DeliveryRow, Reply } from '../destination.ts';
import { isJson, type Json, objectsIn } from '../json.ts';
import type { Settings } from './settings.ts';

export type Channel = 'email' | 'sms';

/** A profile as Klaviyo gives it back, read where it lies. */
export interface Profile {
  readonly id: string;
  readonly attributes: Json;
}

const NOTHING: Json = {};
const NONE: readonly Json[] = [];
const UNREADABLE: readonly Json[] = [{ reason: 'unreadable-reply' }];
const objectIn = (object: Json, name: string): Json => {
  const value = object[name];
  return isJson(value) ? value : NOTHING;
};

const isNamed = (value: Json): value is Json & { readonly id: string } => typeof value['id'] === 'string';
const isProfile = (value: Json): value is Json & Profile => isNamed(value) && isJson(value['attributes']);

/** Profiles that a lookup found; undefined where the reply is not the result of one. */
export function profilesIn({ body }: Reply): readonly Profile[] | undefined {
  const found = isJson(body) ? objectsIn(body['data']) : undefined;
  return found?.every(isProfile) ? found : undefined;
}

/** Ids of the lists a profile is on; undefined where the reply does not list them. */
export function listsIn({ body }: Reply): readonly string[] | undefined {
  const lists = isJson(body) ? objectsIn(body['data']) : undefined;
  return lists?.every(isNamed) ? lists.map(({ id }) => id) : undefined;
}

/** Name of the property that says that Heed unsubscribed a profile from this channel. */
export const markOf = ({ stopProperty }: Settings, channel: Channel): string => `${stopProperty}_${channel}`;

export function markOn({ attributes }: Profile, mark: string): string | undefined {
  const value = objectIn(attributes, 'properties')[mark];
  return value === undefined || value === null ? undefined : String(value);
}

const marketingOf = ({ attributes }: Profile, channel: Channel): Json =>
  objectIn(objectIn(objectIn(attributes, 'subscriptions'), channel), 'marketing');

export const isOut = (profile: Profile, channel: Channel): boolean =>
  marketingOf(profile, channel)['consent'] === 'UNSUBSCRIBED';

/** Reasons that a subscription does not lift; the others it does. */
const LASTING = new Set<unknown>(['HARD_BOUNCE', 'INVALID_EMAIL']);

/** A time that cannot be read may be any: what happened then is taken for newer than what it is compared with. */
function isSince(time: unknown, granted: number): boolean {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return !(at < granted);
}

interface Known {
  readonly profiles: readonly Profile[];
  readonly channel: Channel;
  readonly mark: string;
}

/**
 * Why Klaviyo must not be told of this grant: since then the person left there, complained or bounced. A subscription
 * would lift all of that but a bounce, also where it was not Heed that stopped anything.
 */
export function objectionTo({ occurredAt }: DeliveryRow, list: string, known: Known): string | undefined {
  const granted = Date.parse(occurredAt);
  for (const profile of known.profiles) {
    const marketing = marketingOf(profile, known.channel);
    const own = markOn(profile, known.mark) !== undefined;
    const objection =
      suppressionIn(marketing, granted, own) ??
      listSuppressionIn(marketing, granted, list) ??
      (!own && hasLeft(marketing, granted) ? 'UNSUBSCRIBED' : undefined);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

/** What keeps the whole channel from a profile, unless it was Heed that stopped it. */
function suppressionIn(marketing: Json, granted: number, own: boolean): string | undefined {
  for (const one of listed(marketing['suppression']))
    if (!(own && one['reason'] === 'UNSUBSCRIBE') && holds(one, granted)) return String(one['reason']);
  return undefined;
}

function listSuppressionIn(marketing: Json, granted: number, list: string): string | undefined {
  for (const one of listed(marketing['list_suppressions']))
    if ((one['list_id'] ?? list) === list && holds(one, granted)) return String(one['reason']);
  return undefined;
}

/** Nothing where there is none; one that holds for good where nobody can read what there is. */
const listed = (some: unknown): readonly Json[] => objectsIn(some ?? NONE) ?? UNREADABLE;

const holds = ({ reason, timestamp }: Json, granted: number): boolean =>
  LASTING.has(reason) || isSince(timestamp, granted);

const hasLeft = ({ consent, consent_timestamp: at, last_updated: or }: Json, granted: number): boolean =>
  consent === 'UNSUBSCRIBED' && isSince(at ?? or, granted);
