import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Outcome } from '../domain/outcome.ts';
import { attributesOf, movedIn, partsOf, saysAnything } from './attributes.ts';
import { type Call, type Delivery, defineDestination, type Reply } from './destination.ts';
import { changesIn, LIBRARY } from './segment/notices.ts';
import { Settings } from './segment/settings.ts';

const CONTEXT = { library: LIBRARY };

/** Traits of one message, which may hold 32 kB. */
const MOST_TRAITS = 50;

/**
 * An event's id. Ids are shared by all of Segment's customers, hence more than subject and version; and they are at most
 * 99 characters long. Segment drops a second message of the same id within a day. Traits therefore have none: what is
 * sent once more because it may have been overtaken must not be dropped.
 */
function idOf({ subject, version, recordedAt }: Delivery, userId: string): string {
  const id = `heed ${subject}:${version} ${recordedAt} ${userId}`;
  return id.length < 100 ? id : `heed ${createHash('sha256').update(id).digest('hex')}`;
}

function identify({ recordedAt }: Delivery, userId: string, traits: object) {
  return { type: 'identify', userId, traits, timestamp: recordedAt, context: CONTEXT };
}

function track(delivery: Delivery, userId: string, event: string, settings: Settings) {
  const { subject, version, recordedAt } = delivery;
  const { occurredAt: occurred_at, source, actor, method } = delivery.event.data;
  const changed = movedIn(delivery, settings);
  return {
    type: 'track',
    userId,
    event,
    messageId: idOf(delivery, userId),
    properties: { id: `${subject}:${version}`, occurred_at, source, actor, method, changed },
    timestamp: recordedAt,
    context: CONTEXT,
  };
}

/** Nothing unless every category has an answer: one that is left out would be taken for a no. */
function consent(delivery: Delivery, userId: string, { categories }: Settings) {
  if (!categories) return [];
  const preferences: Record<string, boolean> = {};
  for (const [category, { topic, channel }] of Object.entries(categories)) {
    const row = delivery.choices.find((one) => one.topic === topic && one.channel === channel);
    if (!row) return [];
    preferences[category] = row.state === 'granted';
  }
  const context = { library: LIBRARY, consent: { categoryPreferences: preferences } };
  const event = 'Segment Consent Preference Updated';
  return [{ type: 'track', userId, event, timestamp: delivery.recordedAt, context }];
}

/** One person's messages may share a request with others'. Who left a number has no history under it. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const userId = delivery.identifiers['customer'];
  if (userId === undefined) return [];
  const traits = attributesOf(delivery, settings);
  const { event } = settings;
  const told = saysAnything(traits);
  const items: object[] = consent(delivery, userId, settings);
  const parts = told ? partsOf(traits, MOST_TRAITS) : [];
  items.unshift(...parts.map((part) => identify(delivery, userId, part)));
  if (told && event !== null && !delivery.retired) items.push(track(delivery, userId, event, settings));
  return items.length > 0 ? [{ method: 'POST', path: '/v1/batch', items, wrap, split: () => undefined }] : [];
}

const wrap = (batch: readonly unknown[]) => ({ batch });

const Answer = z.object({ success: z.boolean() });

/** A 200 says that it was taken, and is applied in its own time; in what order, nobody promises. */
function interpret({ status, body }: Reply): Outcome | undefined {
  if (status < 200 || status >= 300) return undefined;
  if (Answer.safeParse(body).data?.success === false) return { kind: 'retry', reason: 'not-accepted' };
  return { kind: 'delivered', appliedLater: true };
}

/** Traits of a user by the company's own number, and an event for each version told. */
export const segment = defineDestination({
  id: 'segment',
  title: 'Twilio Segment',
  kind: 'state',
  identifiedBy: ['customer'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 50, concurrency: 4, batch: 50, settleAfter: 60 },
  impact: 'audiences and tools that Segment feeds go on with permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** Of the HTTP API source. */
    writeKey: z.string().min(1),
    /** Shared secrets of the Webhooks (Actions) destination, newest first. Without one every notice is refused. */
    webhookSecrets: z.array(z.string().min(1)).default([]),
  }),
  topics: ({ topics, categories = {} }) => [
    ...new Set([...Object.keys(topics), ...Object.values(categories).map(({ topic }) => topic)]),
  ],
  endpoint: ({ region }) =>
    region === 'eu' ? 'https://events.eu1.segmentapis.com' : 'https://api.segment.io',
  auth: { kind: 'basic', credentials: ({ writeKey }) => ({ user: writeKey, password: '' }) },
  translate,
  interpret,
  receive: {
    /** In a call that holds several events the signature covers the first alone: such a call is refused. */
    signature: {
      kind: 'hmac',
      algorithm: 'sha1',
      header: 'x-signature',
      encoding: 'hex',
      keys: ({ webhookSecrets }) => webhookSecrets,
      signed: ({ body }) => body,
    },
    changes: changesIn,
  },
});
