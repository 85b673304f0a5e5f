import * as z from 'zod';

import { erase } from './braze/erase.ts';
import { changesIn, KEY_HEADER } from './braze/notices.ts';
import { interpret } from './braze/replies.ts';
import { Settings } from './braze/settings.ts';
import { CHANNELS, translate } from './braze/tell.ts';
import { defineDestination } from './destination.ts';
import { RepeatedKeys } from './repeated-keys.ts';

/** A topic is a subscription group for each channel, and e-mail has a state as a whole above them. */
export const braze = defineDestination({
  id: 'braze',
  title: 'Braze',
  kind: 'state',
  identifiedBy: ['email', 'phone', 'customer'],
  channels: CHANNELS,
  limits: { perSecond: 20, concurrency: 4, batch: 1, settleAfter: 120 },
  impact: 'people keep getting mail and texts through Braze after they withdrew',
  settings: Settings,
  secret: z.object({
    /** Permissions: `subscription.status.set`, `subscription.groups.get`, `email.status`, `users.track`, `users.export.ids`, `users.delete`. */
    apiKey: z.string().min(1),
    /** Keys that webhook campaigns send in their header. */
    webhookKeys: RepeatedKeys,
  }),
  topics: ({ groups }) => Object.keys(groups),
  endpoint: ({ host }) => `https://${host}`,
  auth: { kind: 'bearer', token: ({ apiKey }) => apiKey },
  translate,
  erase,
  interpret,
  receive: {
    signature: {
      kind: 'shared-secret',
      given: ({ headers }) => headers[KEY_HEADER],
      keys: ({ webhookKeys }) => webhookKeys,
    },
    changes: changesIn,
  },
});
