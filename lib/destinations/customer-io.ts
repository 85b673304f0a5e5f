import * as z from 'zod';
import { operations } from './customer-io/identify.ts';
import { changesIn, SIGNATURE, signedText, TIMESTAMP } from './customer-io/notices.ts';
import { split } from './customer-io/replies.ts';
import { CHANNELS, idOf, Settings } from './customer-io/settings.ts';
import { defineDestination } from './destination.ts';

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
  translate: (delivery, settings) => {
    const rows = delivery.choices.flatMap((row) => {
      const id = idOf(settings, row);
      return id === undefined ? [] : [{ row, id }];
    });
    const items = rows.length > 0 ? operations({ delivery, settings, rows }) : [];
    return items.length > 0 ? [{ method: 'POST', path: '/api/v2/batch', items, wrap, split }] : [];
  },
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
