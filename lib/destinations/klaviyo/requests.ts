import { type Call, type Delivery, type DeliveryRow, evidenceLine, type Reply } from '../destination.ts';
import { type Channel, listsIn, markOf, type Profile } from './profiles.ts';
import type { Settings } from './settings.ts';

const JSON_API = 'application/vnd.api+json';

export const asking = ({ revision }: Settings) => ({ accept: JSON_API, revision });
export const telling = ({ revision }: Settings) => ({ accept: JSON_API, revision, 'content-type': JSON_API });

const FIELDS = { email: 'email', sms: 'phone_number' } as const;

const SUBSCRIPTIONS = `additional-fields%5Bprofile%5D=subscriptions&fields%5Bprofile%5D=properties,subscriptions`;

/** Finds the profiles behind an address or number. Klaviyo offers no way to ask that keeps them out of the query. */
export const findProfiles = (
  {
    channel,
    who,
    settings,
  }: { readonly channel: Channel; readonly who: string; readonly settings: Settings },
  next: (reply: Reply) => readonly Call[],
): Call => {
  const filter = encodeURIComponent(`equals(${FIELDS[channel]},${JSON.stringify(who)})`);
  const path = `/api/profiles?${SUBSCRIPTIONS}&filter=${filter}`;
  return { method: 'GET', path, headers: asking(settings), next };
};

/**
 * Takes profiles off a list. Unsubscribing them from it would do the same, and more: whoever is not on the list any
 * longer when Klaviyo gets to it is unsubscribed from everything.
 */
export const leaveList = (list: string, profiles: readonly Profile[], settings: Settings): Call => ({
  method: 'DELETE',
  path: `/api/lists/${list}/relationships/profiles`,
  headers: telling(settings),
  items: profiles.map(({ id }) => ({ type: 'profile', id })),
  wrap: (data) => ({ data }),
  split: () => undefined,
});

/** Takes a profile off every list it is on. */
export const leaveLists = (profile: Profile, settings: Settings): Call => ({
  method: 'GET',
  path: `/api/profiles/${encodeURIComponent(profile.id)}/relationships/lists`,
  headers: asking(settings),
  next: (reply) =>
    listsIn(reply)?.map((list) => leaveList(list, [profile], settings)) ?? [
      { outcome: { kind: 'failed', reason: 'unreadable-reply' } },
    ],
});

const subscriptionsOf = (channel: Channel, who: string, marketing: object) => ({
  type: 'profile',
  attributes: { [FIELDS[channel]]: who, subscriptions: { [channel]: { marketing } } },
});

/** Unsubscribes from the whole channel: names no list, so that it means the same whoever is on which. */
export const unsubscribe = (channel: Channel, who: string, settings: Settings): Call => ({
  method: 'POST',
  path: '/api/profile-subscription-bulk-delete-jobs',
  headers: telling(settings),
  items: [subscriptionsOf(channel, who, { consent: 'UNSUBSCRIBED' })],
  wrap: (data) => ({
    data: { type: 'profile-subscription-bulk-delete-job', attributes: { profiles: { data } } },
  }),
  split: () => undefined,
});

/** One job for each grant: the evidence stands on the job. */
export function subscribe(
  {
    delivery,
    channel,
    who,
    settings,
  }: {
    readonly delivery: Delivery;
    readonly channel: Channel;
    readonly who: string;
    readonly settings: Settings;
  },
  row: DeliveryRow,
  list: string,
): Call {
  const before = settings.alreadyConsented;
  const marketing = before ? { consent: 'SUBSCRIBED', consented_at: row.occurredAt } : SUBSCRIBED;
  const line = evidenceLine(delivery, row);
  return {
    method: 'POST',
    path: '/api/profile-subscription-bulk-create-jobs',
    headers: telling(settings),
    body: {
      data: {
        type: 'profile-subscription-bulk-create-job',
        attributes: {
          custom_source: row.legalBasis === undefined ? line : `${line}; ${row.legalBasis}`,
          historical_import: before,
          profiles: { data: [subscriptionsOf(channel, who, marketing)] },
        },
        relationships: { list: { data: { type: 'list', id: list } } },
      },
    },
  };
}

const SUBSCRIBED = { consent: 'SUBSCRIBED' };

/** Notes on a profile that it was Heed who unsubscribed it, and why; without a line, that this is over. */
export function mark(
  { id }: Profile,
  {
    channel,
    settings,
    line,
  }: { readonly channel: Channel; readonly settings: Settings; readonly line?: string | undefined },
): Call {
  const name = markOf(settings, channel);
  const said =
    line === undefined
      ? { attributes: {}, meta: { patch_properties: { unset: name } } }
      : { attributes: { properties: { [name]: line } } };
  return {
    method: 'PATCH',
    path: `/api/profiles/${encodeURIComponent(id)}`,
    headers: telling(settings),
    body: { data: { type: 'profile', id, ...said } },
  };
}
