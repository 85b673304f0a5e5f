import * as z from 'zod';
import type { Outcome } from '../domain/outcome.ts';
import { defineDestination } from './destination.ts';
import { isSigningKey, standardWebhookHeaders } from './signature.ts';

const Key = z.string().refine(isSigningKey, 'whsec_ and the base64 of 24 to 64 bytes');

/** Statuses Standard Webhooks gives a meaning of their own. Redirects are not followed: a copy could be sent anywhere. */
const READINGS: Readonly<Record<number, Outcome>> = {
  301: { kind: 'failed', reason: 'redirected' },
  302: { kind: 'failed', reason: 'redirected' },
  303: { kind: 'failed', reason: 'redirected' },
  307: { kind: 'failed', reason: 'redirected' },
  308: { kind: 'failed', reason: 'redirected' },
  408: { kind: 'retry', reason: 'http-408' },
  410: { kind: 'failed', reason: 'endpoint-gone' },
  425: { kind: 'retry', reason: 'http-425' },
};

/**
 * Every version, as the CloudEvents document that is also on the bus, in structured mode
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md). Never contact data.
 * The receiver drops repeats by `webhook-id` and, for the newest state of a subject, compares `sequence`.
 */
export const webhook = defineDestination({
  id: 'webhook',
  title: 'Signed webhook',
  kind: 'log',
  identifiedBy: [],
  channels: 'all',
  limits: { perSecond: 50, concurrency: 5, batch: 1, settleAfter: 0 },
  impact: 'the system behind the webhook goes on with preferences that people have changed since',
  settings: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .transform((text) => new URL(text))
      .transform(({ origin, pathname, search }) => ({ origin, path: pathname + search }))
      .describe('Where to post.'),
    topics: z
      .union([z.literal('all'), z.array(z.string()).min(1)])
      .default('all')
      .describe('Topics whose changes are sent.'),
  }),
  secret: z.object({
    keys: z
      .array(Key)
      .min(1)
      .max(5)
      .describe(
        'Newest first. Each signs, so that a receiver accepts the old and the new one while they rotate.',
      ),
  }),
  topics: ({ topics }) => topics,
  endpoint: ({ url }) => url.origin,
  auth: {
    kind: 'signed',
    scheme: 'standard-webhooks',
    sign: (request, secret) => standardWebhookHeaders(request, secret.keys),
  },
  translate: (delivery, { url }) => [
    {
      method: 'POST',
      path: url.path,
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
      body: delivery.event,
    },
  ],
  interpret: (reply) => READINGS[reply.status],
});
