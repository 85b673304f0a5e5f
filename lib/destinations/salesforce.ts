import { defineDestination } from './destination.ts';
import { auth, Secret } from './salesforce/auth.ts';
import { poll } from './salesforce/poll.ts';
import { interpret } from './salesforce/replies.ts';
import { Settings } from './salesforce/settings.ts';
import { tell } from './salesforce/tell.ts';

/** Tells the records that exist; nobody is created, because a consent row needs an Individual, and a person a name. */
export const salesforce = defineDestination({
  id: 'salesforce',
  title: 'Salesforce',
  kind: 'state',
  identifiedBy: ['salesforce', 'email'],
  channels: ['email', 'sms', 'phone', 'post'],
  limits: { perSecond: 10, concurrency: 4, batch: 200, settleAfter: 120 },
  impact: 'sales and service staff see, and act on, permissions that people have withdrawn',
  settings: Settings,
  secret: Secret,
  topics: ({ topics, flagTopics = [] }) => [...new Set([...Object.keys(topics), ...flagTopics])],
  endpoint: ({ instanceUrl }) => instanceUrl,
  auth,
  translate: tell,
  interpret,
  poll,
});
