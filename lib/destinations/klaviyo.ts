import * as z from 'zod';
import { defineDestination } from './destination.ts';
import { erase } from './klaviyo/erase.ts';
import { changesIn, signedText, TIMESTAMP } from './klaviyo/notices.ts';
import { interpret } from './klaviyo/replies.ts';
import { Settings } from './klaviyo/settings.ts';
import { CHANNELS, translate } from './klaviyo/tell.ts';

/** A topic is a list for each channel, and consent to the channel as a whole. */
export const klaviyo = defineDestination({
  id: 'klaviyo',
  title: 'Klaviyo',
  kind: 'state',
  identifiedBy: ['email', 'phone'],
  channels: CHANNELS,
  limits: { perSecond: 10, concurrency: 3, batch: 100, settleAfter: 300 },
  impact: 'people keep getting Klaviyo mail and texts after they withdrew',
  settings: Settings,
  secret: z.object({
    /** A private key with the scopes `profiles`, `lists` and `subscriptions`, read and write. */
    apiKey: z.string().regex(/^pk_\w+$/, 'a private key, which starts with pk_'),
    /** Keys of the system webhooks that report unsubscribes, newest first. Without one every notice is refused. */
    webhookKeys: z.array(z.string().min(16)).default([]),
  }),
  topics: ({ lists }) => Object.keys(lists),
  endpoint: () => 'https://a.klaviyo.com',
  auth: { kind: 'header', headers: ({ apiKey }) => ({ authorization: `Klaviyo-API-Key ${apiKey}` }) },
  translate,
  erase,
  interpret,
  receive: {
    signature: {
      kind: 'hmac',
      algorithm: 'sha256',
      header: 'klaviyo-signature',
      encoding: 'hex',
      keys: ({ webhookKeys }) => webhookKeys,
      signed: signedText,
      timestamp: TIMESTAMP,
    },
    changes: changesIn,
  },
});
