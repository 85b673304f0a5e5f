import * as z from 'zod';
import { defineDestination } from './destination.ts';
import { erase } from './iterable/erase.ts';
import { changesIn, passwordIn } from './iterable/notices.ts';
import { interpret } from './iterable/replies.ts';
import { Settings } from './iterable/settings.ts';
import { CHANNELS, translate } from './iterable/tell.ts';
import { RepeatedKeys } from './repeated-keys.ts';

const HOSTS = { us: 'https://api.iterable.com', eu: 'https://api.eu.iterable.com' } as const;

/** A topic is a message type for each channel. Lists and channels as a whole are left alone. */
export const iterable = defineDestination({
  id: 'iterable',
  title: 'Iterable',
  kind: 'state',
  identifiedBy: ['email', 'customer'],
  channels: CHANNELS,
  limits: { perSecond: 20, concurrency: 4, batch: 100, settleAfter: 120 },
  impact: 'people keep getting mail, texts and push messages through Iterable after they withdrew',
  settings: Settings,
  secret: z.object({
    /** A server-side key. */
    apiKey: z.string().min(1),
    /** Passwords that system webhooks send (Basic, any user). */
    webhookKeys: RepeatedKeys,
  }),
  topics: ({ messageTypes }) => Object.keys(messageTypes),
  endpoint: ({ region }) => HOSTS[region],
  auth: { kind: 'header', headers: ({ apiKey }) => ({ 'api-key': apiKey }) },
  translate,
  erase,
  interpret,
  receive: {
    signature: { kind: 'shared-secret', given: passwordIn, keys: ({ webhookKeys }) => webhookKeys },
    changes: changesIn,
  },
});
