import * as z from 'zod';
import type { Ask, Learned } from '../destination.ts';
import type { Settings } from './settings.ts';

const Text = z.union([z.string(), z.int()]).transform(String);
const Notices = z.array(z.looseObject({ eventCategoryType: z.string() }));
const Unsubscribe = z.object({
  /** ms, at most what a date can be. */
  timestampUTC: z.number().positive().max(8.64e15),
  composite: z.object({ listId: Text.optional() }).optional(),
  info: z.object({
    to: z.string().optional(),
    subscriberKey: Text.optional(),
    unsubscribeDate: z.number().positive().max(8.64e15).optional(),
  }),
});
type Unsubscribe = z.output<typeof Unsubscribe>;

/** Events of the Event Notification Service: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/engagement_email_events.html */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notices = Notices.safeParse(body).data;
  if (!notices) return { invalid: 'not a list of Marketing Cloud events' };
  const said = notices
    .filter(({ eventCategoryType }) => eventCategoryType === 'EngagementEvents.EmailUnsubscribe')
    .map((notice) => Unsubscribe.safeParse(notice).data);
  const choices = said
    .flatMap((event) => event ?? [])
    .flatMap((event) =>
      topicsOf(event, settings).flatMap((topic) =>
        identifiersOf(event, settings).map((identifier) => ({
          ...{ identifier, topic, channel: 'email', state: 'withdrawn' as const },
          occurredAt: new Date(event.info.unsubscribeDate ?? event.timestampUTC).toISOString(),
          method: 'sfmc-unsubscribe',
        })),
      ),
    );
  const unread = said.some((event) => !event || identifiersOf(event, settings).length === 0);
  return { choices, ...(unread && { unread: 'an unsubscribe that cannot be read, or names nobody' }) };
}

function topicsOf({ composite }: Unsubscribe, settings: Settings): readonly string[] {
  const { lists, globalLists, optOutTopics } = settings;
  const mapped = Object.keys(lists);
  const left = Number(composite?.listId ?? 0);
  const topics = mapped.filter((topic) => lists[topic] === left);
  if (topics.length > 0) return topics;
  return !globalLists || globalLists.includes(left) ? (optOutTopics ?? mapped) : [];
}

/** A stop counts for whatever the person goes by. */
const identifiersOf = ({ info: { to, subscriberKey } }: Unsubscribe, settings: Settings) => {
  const { subscriberKey: kind } = settings;
  const email = to ?? (kind === 'email' ? subscriberKey : undefined);
  return [
    ...(email ? [{ kind: 'email', value: email }] : []),
    ...(subscriberKey && kind === 'customer' ? [{ kind: 'customer', value: subscriberKey }] : []),
  ];
};

const Code = z.strictObject({ callbackId: z.string().min(1), verificationKey: z.string().min(1) });

/**
 * A callback that was just registered has to bring its code back. It is posted without a signature, before anybody can
 * know the key: https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_event_notification/verifyCallback.html
 */
export function verification(body: unknown): readonly Ask[] | undefined {
  const code = Code.safeParse(body).data;
  if (!code) return undefined;
  return [
    {
      ...{ method: 'POST', path: '/platform/v1/ens-verify', body: code },
      /** A refusal is answered all the same: the callback is not registered before its address has answered. */
      learn: () => ({ choices: [] }),
    },
  ];
}
