import { createHmac } from 'node:crypto';
import type { SignedRequest } from './destination.ts';

/** A secret as Standard Webhooks writes it: `whsec_` and the base64 of 24 to 64 random bytes. */
export const isSigningKey = (text: string): boolean => {
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64').length;
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text) && bytes >= 24 && bytes <= 64;
};

/**
 * Headers of Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks): one `v1` signature per
 * key, so that a receiver can change keys without losing a message. The id is written without full stops, which
 * separate the parts of what is signed; a subject may contain them.
 */
export function standardWebhookHeaders(
  request: Pick<SignedRequest, 'id' | 'timestamp' | 'body'>,
  keys: readonly string[],
): Readonly<Record<string, string>> {
  const id = request.id.replaceAll('.', '%2E');
  const content = `${id}.${request.timestamp}.${request.body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(request.timestamp),
    'webhook-signature': keys.map((key) => `v1,${hmac(key, content)}`).join(' '),
  };
}

const PREFIX = 'whsec_';

const hmac = (key: string, content: string): string =>
  createHmac('sha256', Buffer.from(key.slice(PREFIX.length), 'base64'))
    .update(content)
    .digest('base64');
