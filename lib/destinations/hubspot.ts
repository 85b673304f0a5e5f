import { defineDestination } from './destination.ts';
import { auth, Secret } from './hubspot/auth.ts';
import { erase } from './hubspot/erase.ts';
import { signedText, TIMESTAMP, withdrawalsIn } from './hubspot/notices.ts';
import { interpret } from './hubspot/replies.ts';
import { Settings } from './hubspot/settings.ts';
import { tell } from './hubspot/tell.ts';
import { poll } from './hubspot/timeline.ts';

/** Topics that a contact property is about. */
function topicsOf(property: string, { subscriptions, optOutProperty, optOutTopics }: Settings) {
  const topics = Object.keys(subscriptions);
  if (property === optOutProperty) return optOutTopics ?? topics;
  return topics.filter((topic) => property === `${optOutProperty}_${subscriptions[topic]}`);
}

/** Subscription statuses belong to an e-mail address and exist without a contact: nothing is looked up. */
export const hubspot = defineDestination({
  id: 'hubspot',
  title: 'HubSpot',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  limits: { perSecond: 10, concurrency: 5, batch: 100, settleAfter: 30 },
  impact: 'people keep getting HubSpot mail after they withdrew',
  settings: Settings,
  secret: Secret,
  topics: ({ subscriptions }) => Object.keys(subscriptions),
  endpoint: () => 'https://api.hubapi.com',
  auth,
  translate: tell,
  erase,
  interpret,
  receive: {
    signature: {
      kind: 'hmac',
      algorithm: 'sha256',
      header: 'x-hubspot-signature-v3',
      encoding: 'base64',
      keys: ({ clientSecret, previousClientSecrets }) => [clientSecret ?? [], previousClientSecrets].flat(),
      signed: signedText,
      timestamp: { header: TIMESTAMP, unit: 'ms', tolerance: 300 },
    },
    changes: (body, settings) =>
      withdrawalsIn(body, {
        topicsOf: (property) => topicsOf(property, settings),
        lookUp: settings.lookUpContacts,
      }),
  },
  poll,
});
