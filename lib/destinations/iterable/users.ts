import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Call, Delivery, Reply } from '../destination.ts';
import type { Settings } from './settings.ts';

/** How one user is named. */
export type Whom = { readonly email: string } | { readonly userId: string };

export function whomOf({ identifiers }: Delivery, { namedBy }: Settings): Whom | undefined {
  const { email, customer } = identifiers;
  const byEmail = email === undefined ? undefined : { email };
  const byId = customer === undefined ? undefined : { userId: customer };
  return namedBy === 'email' ? (byEmail ?? byId) : (byId ?? byEmail);
}

const Fields = z.looseObject({
  unsubscribedChannelIds: z.array(z.int()).nullish(),
  unsubscribedMessageTypeIds: z.array(z.int()).nullish(),
});
const Found = z.object({ user: z.object({ dataFields: Fields.nullish() }).nullish() });
export type User = NonNullable<z.output<typeof Found>['user']>;

const Kept = z.record(z.string(), z.unknown());

/** What was last told of a topic on a channel, where the field with the evidence says so. */
export function toldOf(
  { dataFields }: User,
  field: string,
  name: string,
): { readonly state: string; readonly at: string } | undefined {
  const kept = Kept.safeParse(dataFields?.[field]).data;
  const [state = '', at = ''] = String(kept?.[name] ?? '').split('; ');
  return at === '' ? undefined : { state, at };
}

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
  interpret: ({ status }): Outcome | undefined => (status === 404 ? { kind: 'delivered' } : undefined),
  next: (reply) => tell(reply.status === 404 ? null : (Found.safeParse(reply.body).data?.user ?? null)),
});

const Types = z.object({ messageTypes: z.array(z.object({ id: z.int(), channelId: z.int() })) });
const Channels = z.object({
  channels: z.array(z.object({ id: z.int(), channelType: z.string(), messageMedium: z.string() })),
});

/** Message type → its channel; undefined where the reply does not list them. */
export const typesIn = ({ body }: Reply): ReadonlyMap<number, number> | undefined => {
  const types = Types.safeParse(body).data?.messageTypes;
  return types && new Map(types.map(({ id, channelId }) => [id, channelId]));
};

/** Marketing channels of these mediums (`email`, `sms`, `push`); undefined where the reply does not list any. */
export const marketingIn = ({ body }: Reply, mediums: readonly string[]): ReadonlySet<number> | undefined => {
  const channels = Channels.safeParse(body).data?.channels;
  return (
    channels &&
    new Set(
      channels
        .filter((one) => one.channelType === 'Marketing' && mediums.includes(one.messageMedium.toLowerCase()))
        .map(({ id }) => id),
    )
  );
};

export const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };

export const askTypes = (next: (types: ReadonlyMap<number, number>) => readonly Call[]): Call => ({
  method: 'GET',
  path: '/api/messageTypes',
  next: (reply) => {
    const types = typesIn(reply);
    return types ? next(types) : [UNREADABLE];
  },
});
