import type { Call, Reply, SingleCall } from '../destination.ts';

/** How users are named in a request: all who have this address or number, or one by the company's own id. */
export interface Whom {
  readonly by: 'email' | 'phone' | 'external_id';
  readonly value: string;
}

const LISTS = { email: 'emails', phone: 'phones', external_id: 'external_ids' } as const;
const ASKED = { email: 'email_address', phone: 'phone', external_id: 'external_ids' } as const;
const FIELDS = ['external_id', 'email_subscribe', 'custom_attributes'];

export const findUsers = (
  { by, value }: Whom,
  next: (reply: Reply) => readonly Call[],
  fields: readonly string[] = FIELDS,
): Call => ({
  method: 'POST',
  path: '/users/export/ids',
  lookup: true,
  body: {
    [ASKED[by]]: by === 'external_id' ? [value] : value,
    fields_to_export: fields,
  },
  next,
});

export type State = 'subscribed' | 'unsubscribed';

/** One request for many groups: they may not mix addresses and numbers. */
export const setGroups = (ids: readonly string[], state: State, { by, value }: Whom): Call => ({
  method: 'POST',
  path: '/v2/subscription/status/set',
  body: {
    subscription_groups: ids.map((id) => ({
      subscription_group_id: id,
      subscription_state: state,
      [LISTS[by]]: [value],
    })),
  },
});

/** Writes attributes of users there are; with `create`, of one that there need not be. */
export const track = ({ by, value }: Whom, attributes: object, create = false): SingleCall => ({
  method: 'POST',
  path: '/users/track',
  body: { attributes: [{ [by]: value, ...attributes, _update_existing_only: !create }] },
});

/** State of e-mail as a whole: of the address, or of the user where Heed knows no address. */
export const setEmail = (whom: Whom, state: string): Call =>
  whom.by === 'email'
    ? { method: 'POST', path: '/email/status', body: { email: whom.value, subscription_state: state } }
    : track(whom, { email_subscribe: state });

/** Asks which groups somebody is in, by the company's own id where Braze knows one. */
export function findGroups(
  { by, value }: Whom,
  externalId: string | undefined,
  next: (reply: Reply) => readonly Call[],
): Call {
  const query = externalId
    ? `external_id=${encodeURIComponent(externalId)}`
    : `${by}=${encodeURIComponent(value)}`;
  return { method: 'GET', path: `/subscription/user/status?${query}&limit=100`, next };
}
