import * as z from 'zod';
import { defineDestination } from './destination.ts';
import { erase } from './mailchimp/erase.ts';
import { changesIn } from './mailchimp/notices.ts';
import { interpret } from './mailchimp/replies.ts';
import { Settings, topicsOf } from './mailchimp/settings.ts';
import { translate } from './mailchimp/tell.ts';
import { RepeatedKeys } from './repeated-keys.ts';

/** A key names its data centre at its end. */
const ApiKey = z
  .string()
  .regex(/^[0-9a-zA-Z]+-[a-z]{2}\d{1,3}$/, 'a key that ends with its data centre, such as -us21');

const dataCentre = (apiKey: string): string => apiKey.slice(apiKey.lastIndexOf('-') + 1);

/** A topic is a group of an audience, or the audience as a whole. */
export const mailchimp = defineDestination({
  id: 'mailchimp',
  title: 'Mailchimp',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  limits: { perSecond: 10, concurrency: 4, batch: 1, settleAfter: 120 },
  impact: 'people keep getting Mailchimp campaigns after they withdrew',
  settings: Settings,
  secret: z.object({
    apiKey: ApiKey,
    /** Last parts of the address that webhooks are sent to. */
    webhookKeys: RepeatedKeys,
  }),
  topics: ({ audiences }) => [...new Set(Object.values(audiences).flatMap(topicsOf))],
  endpoint: (_settings, { apiKey }) => `https://${dataCentre(apiKey)}.api.mailchimp.com`,
  auth: { kind: 'basic', credentials: ({ apiKey }) => ({ user: 'heed', password: apiKey }) },
  translate,
  erase,
  interpret,
  receive: {
    /** A signature in a header is new and not described by Mailchimp itself; a secret address is what it recommends. */
    signature: {
      kind: 'shared-secret',
      given: ({ key }) => key,
      keys: ({ webhookKeys }) => webhookKeys,
    },
    body: 'form',
    changes: changesIn,
  },
});
