import * as z from 'zod';
import type { Outcome } from '../domain/outcome.ts';
import { defineDestination, type Reply } from './destination.ts';
import { changesIn } from './segment/notices.ts';
import { Settings } from './segment/settings.ts';
import { translate } from './segment/tell.ts';

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
