import * as z from 'zod';
import { defineWebhook, Keys, Topics, Url } from './webhook/preset.ts';

/**
 * Any system that takes Standard Webhooks, with CloudEvents in structured mode:
 * https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
 */
export const webhook = defineWebhook({
  id: 'webhook',
  title: 'Signed webhook',
  limits: { perSecond: 50, concurrency: 5, batch: 1, settleAfter: 0 },
  impact: 'the system behind the webhook goes on with preferences that people have changed since',
  settings: z.strictObject({ url: Url.describe('Where to post.'), topics: Topics }),
  secret: z.object({ keys: Keys.min(1) }),
  endpoint: ({ url }) => url.origin,
  path: ({ url }) => url.path,
  contentType: 'application/cloudevents+json; charset=utf-8',
});
