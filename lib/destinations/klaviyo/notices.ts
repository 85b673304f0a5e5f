import * as z from 'zod';
import type { Ask, InboundNotice, Learned, ReportedChoice } from '../destination.ts';
import { textIn } from '../json.ts';
import { type Channel, type Profile, profilesIn } from './profiles.ts';
import { asking } from './requests.ts';
import type { Settings } from './settings.ts';

/**
 * Klaviyo labels local time as GMT here (seen in 2026, five hours off), so that minutes cannot be told from hours:
 * https://github.com/nickdnk/klaviyo-php-sdk. A repeat within the day does no harm; every event carries its own time.
 */
export const TIMESTAMP = { header: 'klaviyo-timestamp', unit: 'iso', tolerance: 86_400 } as const;

/** https://developers.klaviyo.com/en/docs/working_with_system_webhooks */
export const signedText = ({ body, headers }: InboundNotice): string =>
  `${body}${headers[TIMESTAMP.header] ?? ''}`;

/** Events that end a whole channel. That somebody subscribed says nothing of our topics. */
const ENDS: Readonly<Record<string, Channel>> = {
  'event:klaviyo.unsubscribed_from_email_marketing': 'email',
  'event:klaviyo.manually_suppressed_from_email_marketing': 'email',
  'event:klaviyo.marked_email_as_spam': 'email',
  'event:klaviyo.unsubscribed_from_sms_marketing': 'sms',
};

const Notice = z.object({
  data: z.array(z.looseObject({ topic: z.string() })),
  meta: z.object({ timestamp: z.iso.datetime({ offset: true }) }),
});
const Event = z.object({
  payload: z.object({
    data: z.object({
      /** Seconds, at most what a date can be. */
      attributes: z.object({ timestamp: z.int().positive().max(8.64e12).nullish() }),
      relationships: z.object({ profile: z.object({ data: z.object({ id: z.string().min(1) }) }) }),
    }),
  }),
});

interface End {
  readonly channel: Channel;
  readonly method: string;
  readonly occurredAt: string;
}

/**
 * An event names a profile by its id: who that is has to be asked. One without a time happened when it was sent, at the
 * latest.
 */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body).data;
  if (!notice) return { invalid: 'not a list of Klaviyo events' };
  const ends = new Map<string, readonly End[]>();
  const meant = notice.data.filter(({ topic }) => Object.hasOwn(ENDS, topic));
  const read = meant.flatMap((item) => endIn(item, notice.meta.timestamp) ?? []);
  for (const { id, ...end } of read) ends.set(id, [...(ends.get(id) ?? []), end]);
  return {
    ...{ choices: [], asks: asksFor(ends, settings) },
    ...(read.length < meant.length && { unread: 'an unsubscribe that cannot be read' }),
  };
}

function endIn(
  item: { readonly topic: string },
  sentAt: string,
): (End & { readonly id: string }) | undefined {
  const channel = ENDS[item.topic];
  const event = Event.safeParse(item).data?.payload.data;
  if (!channel || !event) return undefined;
  const { timestamp } = event.attributes;
  const at = timestamp ? timestamp * 1000 : Date.parse(sentAt);
  return {
    id: event.relationships.profile.data.id,
    ...{ channel, occurredAt: new Date(at).toISOString() },
    method: `klaviyo-${item.topic.slice('event:klaviyo.'.length).replaceAll('_', '-')}`,
  };
}

/** Profiles that one request asks about: https://developers.klaviyo.com/en/reference/get_profiles */
const AT_ONCE = 100;

function asksFor(ends: ReadonlyMap<string, readonly End[]>, settings: Settings): readonly Ask[] {
  const ids = [...ends.keys()];
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, n) => {
    const some = ids.slice(n * AT_ONCE, (n + 1) * AT_ONCE);
    const filter = encodeURIComponent(`any(id,${JSON.stringify(some)})`);
    return {
      method: 'GET',
      path: `/api/profiles?fields%5Bprofile%5D=email,phone_number&page%5Bsize%5D=${AT_ONCE}&filter=${filter}`,
      headers: asking(settings),
      learn: (reply) => {
        const profiles = profilesIn(reply);
        return (
          profiles && { choices: profiles.flatMap((one) => ended(one, ends.get(one.id) ?? [], settings)) }
        );
      },
    };
  });
}

/** What ended for one person. A profile that has no address of the channel is nobody Heed could tell. */
const ended = (
  { attributes }: Profile,
  ends: readonly End[],
  { lists, optOutTopics }: Settings,
): readonly ReportedChoice[] =>
  ends.flatMap(({ channel, ...end }) => {
    const value = textIn(attributes, channel === 'email' ? 'email' : 'phone_number');
    if (!value) return [];
    const kind = channel === 'email' ? 'email' : 'phone';
    const topics =
      optOutTopics ?? Object.keys(lists).filter((topic) => lists[topic]?.[channel] !== undefined);
    return topics.map((topic) => ({
      identifier: { kind, value },
      ...{ topic, channel, state: 'withdrawn' as const, ...end },
    }));
  });
