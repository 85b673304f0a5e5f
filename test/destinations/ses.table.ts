import { ses } from '../../lib/destinations/ses.ts';
import { type SesOptions, simulateSes } from '../simulators/ses.ts';
import type { Table } from './table.ts';

const nameOf = (topic: string): string => topic.replace('acme/', '');

/** The list lacks `surveys`, and has a topic that is not mapped. */
const LIST: SesOptions = {
  region: 'eu-central-1',
  contactList: 'acme',
  topics: ['newsletter', 'offers', 'tips'],
};

const table = (title: string, options: SesOptions): Table => ({
  title,
  make: () => {
    const simulator = simulateSes({ ...LIST, ...options });
    return {
      ...{ destination: ses, simulator, secret: simulator.secret, channels: ['email'] },
      settings: (topics) => ({
        ...{ region: 'eu-central-1', contactList: 'acme', snsTopics: [simulator.topicArn] },
        topics: Object.fromEntries(topics.map((topic) => [topic, nameOf(topic)])),
      }),
      enter: () => undefined,
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({ identifier: email, topic: nameOf(topic), channel }),
      already: ({ email }, topic) => simulator.choose(email, { topics: { [nameOf(topic)]: 'OPT_IN' } }),
      ...{ unknown: 'delivered', lacking: 'failed no-such-topic' },
      refusedOnce: 'failed UnrecognizedClientException',
      refusal: {
        cause: () =>
          simulator.fail({
            ...{ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } },
            body: { message: 'User is not authorized to perform ses:GetContact on ada@example.com' },
          }),
        outcome: 'failed AccessDeniedException',
      },
      evidence: {
        of: ({ email }) => simulator.contact(email)?.attributes,
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, occurredAt, spoilt }) =>
        simulator.publish(url, unsubscribed(who.email, nameOf(topic), occurredAt), spoilt),
    };
  },
});

/** The event of somebody who leaves a topic on the page where subscriptions are managed. */
const unsubscribed = (email: string, topicName: string, occurredAt: number) => ({
  eventType: 'Subscription',
  mail: { timestamp: new Date(occurredAt).toISOString(), messageId: '0100', destination: [email] },
  subscription: {
    ...{ contactList: 'acme', source: 'UnsubscribeHeader', timestamp: new Date(occurredAt).toISOString() },
    newTopicPreferences: {
      unsubscribeAll: false,
      topicSubscriptionStatus: [{ topicName, subscriptionStatus: 'OptOut' }],
    },
    oldTopicPreferences: {
      unsubscribeAll: false,
      topicSubscriptionStatus: [{ topicName, subscriptionStatus: 'OptIn' }],
    },
  },
});

export const tables: readonly Table[] = [
  table('ses', { defaults: 'all', attributes: 'removed' }),
  table('ses, whose contacts name defaults for other topics only', { defaults: 'without-preference' }),
  table('ses, whose contacts name no defaults, and keep attributes', {
    defaults: 'none',
    attributes: 'kept',
  }),
];
