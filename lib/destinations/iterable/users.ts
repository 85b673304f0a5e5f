import type { Outcome } from '../../domain/outcome.ts';
import type { Call, Delivery, Reply } from '../destination.ts';
import { isJson, type Json, objectsIn, textIn } from '../json.ts';
import type { Settings } from './settings.ts';

/** How one user is named. */
export type Whom = { readonly email: string } | { readonly userId: string };

export function whomOf({ identifiers }: Delivery, { namedBy }: Settings): Whom | undefined {
  const { email, customer } = identifiers;
  if (email !== undefined && (namedBy === 'email' || customer === undefined)) return { email };
  return customer === undefined ? undefined : { userId: customer };
}

/** A user, with what they left, and the fields that are kept of them. */
export interface User {
  readonly leftTypes: readonly unknown[];
  readonly leftChannels: readonly unknown[];
  readonly fields: Json;
}

const NONE: readonly unknown[] = [];
const NOTHING: Json = {};
const EMPTY: User = { leftTypes: NONE, leftChannels: NONE, fields: NOTHING };

/** Null where Iterable knows nobody, undefined where nobody can tell what it says. */
function userIn({ status, body }: Reply): User | null | undefined {
  if (status === 404) return null;
  if (!isJson(body)) return undefined;
  const user = body['user'] ?? null;
  if (user === null) return null;
  if (!isJson(user)) return undefined;
  const fields = user['dataFields'] ?? null;
  if (fields === null) return EMPTY;
  return isJson(fields) ? withFields(fields) : undefined;
}

function withFields(fields: Json): User | undefined {
  const leftTypes = fields['unsubscribedMessageTypeIds'] ?? NONE;
  const leftChannels = fields['unsubscribedChannelIds'] ?? NONE;
  return Array.isArray(leftTypes) && Array.isArray(leftChannels)
    ? { leftTypes, leftChannels, fields }
    : undefined;
}

/** What was last told of a topic on a channel, where the field with the evidence says so. */
export function toldOf(
  { fields }: User,
  field: string,
  name: string,
): { readonly state: string; readonly at: string } | undefined {
  const kept = fields[field];
  const [state = '', at = ''] = (isJson(kept) ? textIn(kept, name) : undefined)?.split('; ', 2) ?? NONE_TOLD;
  return at === '' ? undefined : { state, at };
}

const NONE_TOLD: readonly string[] = [];

/**
 * Looks for a user, by name in the query: no request takes it elsewhere. One that is not there may be answered by 404 or
 * by an empty object; `tell` is given null for both.
 */
export const findUser = (whom: Whom, tell: (user: User | null) => readonly Call[]): Call => ({
  method: 'GET',
  path:
    'email' in whom
      ? `/api/users/getByEmail?email=${encodeURIComponent(whom.email)}`
      : `/api/users/byUserId?userId=${encodeURIComponent(whom.userId)}`,
  interpret: mayBeNobody,
  next: told(tell),
});

const told =
  (tell: (user: User | null) => readonly Call[]) =>
  (reply: Reply): readonly Call[] => {
    const user = userIn(reply);
    return user === undefined ? [UNREADABLE] : tell(user);
  };

const mayBeNobody = ({ status }: Reply): Outcome | undefined => (status === 404 ? FOUND : undefined);
const FOUND: Outcome = { kind: 'delivered' };

/** Message type → its channel; undefined where the reply does not list them. */
export function typesIn({ body }: Reply): ReadonlyMap<number, number> | undefined {
  const types = isJson(body) ? objectsIn(body['messageTypes']) : undefined;
  if (!types) return undefined;
  const channelOf = new Map<number, number>();
  for (const { id, channelId } of types) {
    if (typeof id !== 'number' || typeof channelId !== 'number') return undefined;
    channelOf.set(id, channelId);
  }
  return channelOf;
}

/** Marketing channels of these mediums (`email`, `sms`, `push`); undefined where the reply does not list any. */
export function marketingIn({ body }: Reply, mediums: readonly string[]): ReadonlySet<number> | undefined {
  const channels = isJson(body) ? objectsIn(body['channels']) : undefined;
  if (!channels) return undefined;
  const ids = new Set<number>();
  for (const { id, channelType, messageMedium } of channels) {
    if (typeof id !== 'number' || typeof messageMedium !== 'string') return undefined;
    if (channelType === 'Marketing' && mediums.includes(messageMedium.toLowerCase())) ids.add(id);
  }
  return ids;
}

export const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };

export const askTypes = (next: (types: ReadonlyMap<number, number>) => readonly Call[]): Call => ({
  method: 'GET',
  path: '/api/messageTypes',
  next: (reply) => {
    const types = typesIn(reply);
    return types ? next(types) : [UNREADABLE];
  },
});
