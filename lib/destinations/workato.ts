import * as z from 'zod';
import { defineWebhook, Keys, Topics, Url } from './webhook/preset.ts';

const Settings = z
  .strictObject({
    url: Url.optional().describe(
      'The address of the recipe’s endpoint on the API platform, such as https://apim.workato.com/acme/heed-v1/preferences.',
    ),
    event: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/, 'the name of the event as it stands in the address of the trigger')
      .optional()
      .describe('The event name of the recipe’s webhook trigger, if it has no endpoint on the API platform.'),
    webhookHost: z
      .url({ protocol: /^https$/ })
      .transform((text) => new URL(text).origin)
      .default('https://webhooks.workato.com')
      .describe('Where webhook triggers listen; other data centres have addresses of their own.'),
    deduplicationHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'the name of a header')
      .optional()
      .describe('A header that shall carry the id of the event too, for a trigger that drops repeats by it.'),
    topics: Topics,
  })
  .refine(
    ({ url, event }) => (url === undefined) !== (event === undefined),
    'give either the url of an endpoint on the API platform or the event of a webhook trigger',
  );

const Job = z.object({ job_id: z.union([z.string().regex(/^[A-Za-z0-9_-]{1,128}$/), z.int()]) });

/**
 * A recipe that takes every version: through an endpoint of the API platform, which knows its callers by a token, or
 * through a webhook trigger, which knows them by nothing but the secret part of its address and the signature.
 */
export const workato = defineWebhook({
  id: 'workato',
  title: 'Workato',
  /** Its gateway takes 20 events a second of a whole workspace: https://docs.workato.com/troubleshooting/webhook-gateway-limits.html */
  limits: { perSecond: 10, concurrency: 4, batch: 1, settleAfter: 0 },
  impact: 'the systems behind the Workato recipe go on with preferences that people have changed since',
  settings: Settings,
  secret: z.object({
    apiToken: z
      .string()
      .min(1)
      .optional()
      .describe('Token of the API client, for an endpoint on the API platform.'),
    webhookId: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/)
      .optional()
      .describe('The unique id in the address of the webhook trigger.'),
    keys: Keys.default([]),
  }),
  /** Without its secret part the address of a webhook trigger is none. */
  endpoint: ({ url, webhookHost }, { webhookId }) =>
    url?.origin ?? (webhookId === undefined ? '' : `${webhookHost}/webhooks/rest/${webhookId}`),
  path: ({ url, event }) => url?.path ?? `/${event}`,
  contentType: 'application/json',
  headers: ({ id }, { deduplicationHeader: name }) => (name === undefined ? {} : { [name]: id }),
  proof: ({ apiToken }): Readonly<Record<string, string>> =>
    apiToken === undefined ? {} : { 'api-token': apiToken },
  /** A recipe answers what its author made it answer; a job it names is kept. */
  interpret: ({ status, body }) => {
    const job = status < 300 ? Job.safeParse(body).data?.job_id : undefined;
    return job === undefined ? undefined : { kind: 'delivered', reference: String(job) };
  },
});
