import * as z from 'zod';
import { deletions } from './customer-io/erase.ts';
import { evidenceOf, operations, type Row } from './customer-io/identify.ts';
import { changesIn, SIGNATURE, signedText, TIMESTAMP } from './customer-io/notices.ts';
import { split } from './customer-io/replies.ts';
import { CHANNELS, idOf, Settings } from './customer-io/settings.ts';
import { type Call, type Delivery, defineDestination } from './destination.ts';

function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows: Row[] = [];
  for (const row of delivery.choices) {
    const id = idOf(settings, row);
    const evidence = settings.evidence ? evidenceOf(delivery, row) : undefined;
    if (id !== undefined) rows.push({ row, id, evidence });
  }
  const items = rows.length > 0 ? operations({ delivery, settings, rows }) : [];
  return items.length > 0 ? [{ method: 'POST', path: '/api/v2/batch', items, wrap, split }] : [];
}

/** By a phone number alone: the withdrawal of everything, like any other. */
function erase(delivery: Delivery, settings: Settings): readonly Call[] {
  const calls = deletions(delivery, settings);
  return calls.length > 0 ? calls : translate(delivery, settings);
}

const wrap = (batch: readonly unknown[]) => ({ batch });

/**
 * Topics of the subscription centre, one by one: what is not named stays as it is. Never its `suppress`, which deletes
 * the person and keeps them out for good.
 */
export const customerIo = defineDestination({
  id: 'customer-io',
  title: 'Customer.io',
  kind: 'state',
  identifiedBy: ['customer', 'email', 'phone'],
  channels: CHANNELS,
  limits: { perSecond: 50, concurrency: 4, batch: 100, settleAfter: 60 },
  impact: 'people keep getting messages through Customer.io after they withdrew',
  settings: Settings,
  secret: z.object({
    siteId: z.string().min(1).describe('Site id of the workspace’s Track API credentials.'),
    apiKey: z.string().min(1).describe('API key of the same credentials.'),
    signingKeys: z
      .array(z.string().min(1))
      .default([])
      .describe('Signing keys of its reporting webhook, newest first. Without one every notice is refused.'),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ region }) => (region === 'eu' ? 'https://track-eu.customer.io' : 'https://track.customer.io'),
  auth: { kind: 'basic', credentials: ({ siteId, apiKey }) => ({ user: siteId, password: apiKey }) },
  translate,
  erase,
  receive: {
    signature: {
      ...{ kind: 'hmac', algorithm: 'sha256', header: SIGNATURE, encoding: 'hex' },
      keys: ({ signingKeys }) => signingKeys,
      signed: signedText,
      timestamp: TIMESTAMP,
    },
    changes: changesIn,
  },
});
