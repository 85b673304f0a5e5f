import * as z from 'zod';
import type { InboundNotice, Learned, ReportedChoice } from '../destination.ts';
import { CHANNELS, type Settings } from './settings.ts';

export const SIGNATURE = 'x-cio-signature';

/** It tries for seven days, and does not say whether it signs anew: a repeat does no harm, a lost stop would. */
export const TIMESTAMP = { header: 'x-cio-timestamp', unit: 's', tolerance: 700_000 } as const;

export const signedText = ({ headers, body }: InboundNotice): string =>
  `v0:${headers[TIMESTAMP.header] ?? ''}:${body}`;

const Text = z.union([z.string(), z.int()]).transform(String).nullish();
const Notice = z.looseObject({ metric: z.string() });
const Event = z.object({
  metric: z.string(),
  /** Seconds, at most what a date can be. */
  timestamp: z.int().positive().max(8.64e12),
  data: z.object({
    identifiers: z.object({ id: Text, email: Text }).optional(),
    customer_id: Text,
    email_address: Text,
    recipient: Text,
    content: z.string().optional(),
  }),
});
type Event = z.output<typeof Event>;

const Content = z.object({ topics: z.record(z.string(), z.boolean()) });

/** What somebody did to their subscriptions. All other events are about messages. */
const MEANT = new Set(['unsubscribed', 'cio_subscription_preferences_changed', 'spammed']);

const UNREADABLE = { invalid: 'an event of Customer.io that cannot be read' };

/**
 * One event of the reporting webhook. `subscribed` is no grant: it ends an unsubscribe, and agrees to nothing by itself.
 * https://docs.customer.io/integrations/api/webhooks/
 */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const { data: notice } = Notice.safeParse(body);
  if (!notice) return { invalid: 'not an event of Customer.io' };
  if (!MEANT.has(notice.metric)) return NOTHING;
  const { data: event } = Event.safeParse(notice);
  if (!event) return UNREADABLE;
  if (event.metric === 'spammed' && !settings.complaints) return NOTHING;
  const said =
    event.metric === 'cio_subscription_preferences_changed' ? changed(event, settings) : all(settings);
  if (!said) return WITHOUT_CONTENT;
  const choices = said.flatMap((one) => identified(event, settings, one));
  return said.length > 0 && choices.length === 0 ? NAMELESS : { choices };
}

const NOTHING: Learned = { choices: [] };

const WITHOUT_CONTENT = {
  invalid: 'preferences were changed, but not which: turn on the body content of the reporting webhook',
};

const NAMELESS = {
  invalid: 'an event of Customer.io that names nobody by what the workspace knows people by',
};

type Said = Pick<ReportedChoice, 'topic' | 'channel' | 'state'>;

/** Every topic on each channel it is mapped on, or those of the setting. */
const all = ({ topics, optOutTopics }: Settings): readonly Said[] =>
  optOutTopics
    ? optOutTopics.flatMap((topic) => CHANNELS.map((channel) => ({ topic, channel, state: 'withdrawn' })))
    : Object.entries(topics).flatMap(([topic, channels]) =>
        Object.keys(channels).map((channel) => ({ topic, channel, state: 'withdrawn' as const })),
      );

function changed({ data }: Event, { topics }: Settings): readonly Said[] | undefined {
  const content = Content.safeParse(jsonOf(data.content)).data;
  return (
    content &&
    Object.entries(topics).flatMap(([topic, channels]) =>
      Object.entries(channels).flatMap(([channel, id]): readonly Said[] => {
        const state = content.topics[`topic_${id}`];
        return state === undefined ? [] : [{ topic, channel, state: state ? 'granted' : 'withdrawn' }];
      }),
    )
  );
}

/** A stop counts for whatever the person goes by; a grant for the first of it alone. */
function identified(
  { metric, timestamp, data }: Event,
  { identifyBy }: Settings,
  said: Said,
): readonly ReportedChoice[] {
  const id = data.identifiers?.id ?? data.customer_id;
  const email = data.identifiers?.email ?? data.email_address ?? data.recipient;
  const known = [
    ...(id && identifyBy.includes('id') ? [{ kind: 'customer', value: id }] : []),
    ...(email ? [{ kind: 'email', value: email }] : []),
  ];
  const rest = {
    ...said,
    occurredAt: new Date(timestamp * 1000).toISOString(),
    method: METHODS[metric] ?? metric,
  };
  return (said.state === 'granted' ? known.slice(0, 1) : known).map((identifier) => ({
    identifier,
    ...rest,
  }));
}

const METHODS: Readonly<Record<string, string>> = {
  unsubscribed: 'customer-io-unsubscribe',
  spammed: 'customer-io-spam-report',
  cio_subscription_preferences_changed: 'customer-io-preferences',
};

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
