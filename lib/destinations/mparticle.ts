import * as z from 'zod';
import { CHANNELS } from './attributes.ts';
import { defineDestination } from './destination.ts';
import { expired, interpret } from './mparticle/replies.ts';
import { Settings } from './mparticle/settings.ts';
import { translate } from './mparticle/tell.ts';

/** Consent purposes and attributes of a user by the company's own number. */
export const mparticle = defineDestination({
  id: 'mparticle',
  title: 'mParticle',
  kind: 'state',
  identifiedBy: ['customer'],
  channels: CHANNELS,
  limits: { perSecond: 50, concurrency: 4, batch: 1, settleAfter: 60 },
  impact: 'audiences and tools that mParticle feeds go on with permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** Of a platform or custom feed; those of partner feeds cannot carry consent. */
    key: z.string().min(1),
    secret: z.string().min(1),
  }),
  topics: ({ topics, purposes, dataSale }) => [
    ...new Set([...Object.keys(topics), ...Object.keys(purposes), ...(dataSale ? [dataSale.topic] : [])]),
  ],
  endpoint: ({ pod }) => `https://s2s.${pod}.mparticle.com`,
  auth: { kind: 'basic', credentials: ({ key, secret }) => ({ user: key, password: secret }) },
  translate,
  interpret,
  expired,
});
