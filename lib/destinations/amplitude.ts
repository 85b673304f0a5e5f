import * as z from 'zod';
import { expired, interpret } from './amplitude/replies.ts';
import { Settings } from './amplitude/settings.ts';
import { attributesOf, CHANNELS, movedIn, saysAnything } from './attributes.ts';
import { type Call, type Delivery, defineDestination } from './destination.ts';

/**
 * Sets properties and makes no new user. It has no `insert_id`: Amplitude drops a second event of one id within a week,
 * and what is sent once more because it may have been overtaken must not be dropped.
 */
const identify = ({ recordedAt }: Delivery, user_id: string, properties: object) => ({
  event_type: '$identify',
  user_id,
  time: Date.parse(recordedAt),
  user_properties: { $set: properties },
});

/** The history beside the properties. Properties take effect with a user's next event: with this one. */
function track(delivery: Delivery, user_id: string, event_type: string, settings: Settings) {
  const { subject, version, recordedAt, event } = delivery;
  const { occurredAt: occurred_at, source, actor, method } = event.data;
  const changed = movedIn(delivery, settings);
  const moved = (state: string) =>
    changed.filter(({ to }) => to === state).map(({ topic, channel }) => `${topic} ${channel}`);
  const id = `${subject}:${version}`;
  const [granted, withdrawn] = [moved('granted'), moved('withdrawn')];
  return {
    event_type,
    user_id,
    time: Date.parse(recordedAt),
    insert_id: id,
    event_properties: { id, occurred_at, source, actor, method, granted, withdrawn },
  };
}

/** Who left a number has no history under it, and becomes nobody new. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const userId = delivery.identifiers['customer'];
  const properties = attributesOf(delivery, settings);
  if (userId === undefined || !saysAnything(properties)) return [];
  const { event, shortestId } = settings;
  const items = [
    identify(delivery, userId, properties),
    ...(event !== null && !delivery.retired ? [track(delivery, userId, event, settings)] : []),
  ];
  const wrap = (events: readonly unknown[]) => ({ events, options: { min_id_length: shortestId } });
  return [{ method: 'POST', path: '/2/httpapi', items, wrap, split: () => undefined }];
}

/** Properties of a user by the company's own number, and an event for each version told. */
export const amplitude = defineDestination({
  id: 'amplitude',
  title: 'Amplitude',
  kind: 'state',
  identifiedBy: ['customer'],
  channels: CHANNELS,
  /** Amplitude advises against more than ten events a request on its starter plan. */
  limits: { perSecond: 20, concurrency: 4, batch: 10, settleAfter: 60 },
  impact: 'cohorts made in Amplitude go on with permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** Of the project. */
    apiKey: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ region }) => (region === 'eu' ? 'https://api.eu.amplitude.com' : 'https://api2.amplitude.com'),
  auth: { kind: 'fields', fields: ({ apiKey }) => ({ api_key: apiKey }) },
  translate,
  interpret,
  expired,
});
