import * as z from 'zod';
import type { PreferencesChanged } from '../../domain/event.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { type Destination, defineDestination, type Reply, type SignedRequest } from '../destination.ts';
import { isSigningKey, standardWebhookHeaders } from '../signature.ts';

/** What differs between the systems that take every version by a signed `POST`. */
export interface Preset<S, K> {
  readonly id: string;
  readonly title: string;
  readonly impact: string;
  readonly limits: Destination['limits'];
  readonly settings: z.ZodType<S & { readonly topics: 'all' | readonly string[] }>;
  readonly secret: z.ZodType<K & { readonly keys: readonly string[] }>;
  endpoint(settings: S, secret: K): string;
  path(settings: S): string;
  readonly contentType: string;
  /** Beside the content type. */
  headers?(event: PreferencesChanged, settings: S): Readonly<Record<string, string>>;
  /** What proves the sender beside the signature. */
  proof?(secret: K): Readonly<Record<string, string>>;
  interpret?(reply: Reply): Outcome | undefined;
}

/**
 * Sends every version, as the CloudEvents document that is also on the bus, and never contact data. The receiver drops
 * repeats by `webhook-id` and, for the newest state of a subject, compares `sequence`.
 */
export const defineWebhook = <S, K>(preset: Preset<S, K>) => {
  const { id, title, impact, limits, settings, secret, contentType } = preset;
  return defineDestination({
    ...{ id, title, kind: 'log', identifiedBy: [], channels: 'all', limits, impact, settings, secret },
    topics: ({ topics }) => topics,
    endpoint: (given, known) => preset.endpoint(given, known),
    auth: {
      kind: 'signed',
      scheme: 'standard-webhooks',
      sign: (request, known) => ({ ...preset.proof?.(known), ...signature(request, known.keys) }),
    },
    translate: ({ event }, given) => [
      {
        ...{ method: 'POST', path: preset.path(given), body: event },
        headers: { 'content-type': contentType, ...preset.headers?.(event, given) },
      },
    ],
    interpret: (reply) => READINGS[reply.status] ?? preset.interpret?.(reply),
  });
};

/** A message without a signature still says which it is. */
function signature(request: SignedRequest, keys: readonly string[]): Readonly<Record<string, string>> {
  const { 'webhook-signature': signed = '', ...others } = standardWebhookHeaders(request, keys);
  return keys.length > 0 ? { ...others, 'webhook-signature': signed } : others;
}

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

const Key = z.string().refine(isSigningKey, 'whsec_ and the base64 of 24 to 64 bytes');

export const Keys = z
  .array(Key)
  .max(5)
  .describe(
    'Newest first. Each signs, so that a receiver accepts the old and the new one while they rotate.',
  );

/** An address, taken apart once. */
export const Url = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .transform(({ origin, pathname, search }) => ({ origin, path: pathname + search }));

export const Topics = z
  .union([z.literal('all'), z.array(z.string()).min(1)])
  .default('all')
  .describe('Topics whose changes are sent.');
