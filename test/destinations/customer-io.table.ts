import { customerIo } from '../../lib/destinations/customer-io.ts';
import { simulateCustomerIo } from '../simulators/customer-io.ts';
import type { Person, Table } from './table.ts';

const CHANNELS = ['email', 'sms', 'push'];

const TOPICS: Readonly<Record<string, number>> = {
  'acme/newsletter': 10,
  'acme/offers': 20,
  'acme/surveys': 90,
};

const idOf = (topic: string, channel: string): number => (TOPICS[topic] ?? 0) + CHANNELS.indexOf(channel);

/** Each profile that may be the person's. */
const profilesOf = ({ customer, email, phone }: Person) => [{ id: customer }, { email }, { phone }];

const table = (title: string, more: object = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateCustomerIo();
    return {
      ...{ destination: customerIo, simulator, secret: simulator.secret, channels: CHANNELS },
      settings: (topics) => ({
        topics: Object.fromEntries(
          topics.map((topic) => [
            topic,
            Object.fromEntries(CHANNELS.map((channel) => [channel, idOf(topic, channel)])),
          ]),
        ),
        identifyBy: ['id', 'email', 'phone'],
        ...more,
      }),
      enter: ({ customer: id, email, phone }) => simulator.enter({ id, email, phone }),
      /** Whoever is written to by one profile is written to. */
      permitted: ({ customer, email, phone }, topic, channel) => {
        const answers = [customer, email, phone].map((identifier) =>
          simulator.permitted({ identifier, topic: `topic_${idOf(topic, channel)}`, channel }),
        );
        return answers.includes(true) || (answers.includes(false) ? false : undefined);
      },
      held: (who) => profilesOf(who).some((profile) => simulator.knows(profile)),
      keptBy: ['phone'],
      already: (who, topic, channel) => {
        const [profile = {}] = profilesOf(who);
        simulator.choose(profile, { what: `topic_${idOf(topic, channel)}`, value: true, at: 1 });
      },
      /** Nobody is told that a number is no topic's: it is kept as a preference that no message asks for. */
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'delivered' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 400,
            body: { errors: [{ reason: 'invalid', message: 'ada@example.com' }] },
          }),
        outcome: 'failed http-400',
      },
      hidden: {
        cause: () => simulator.fail({ status: 207, body: '<html>', times: 1 }),
        outcome: 'retry unreadable-reply',
      },
      batch: { people: 30, requests: 2 },
      evidence: {
        of: (who, topic, channel) => {
          const [profile = {}] = profilesOf(who);
          return String(simulator.attribute(profile, `heed_topic_${idOf(topic, channel)}`));
        },
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) => {
        const { customer: id, email } = who;
        const content = JSON.stringify({ topics: { [`topic_${idOf(topic, channel)}`]: false } });
        const data = { content, customer_id: id, email_address: email, identifiers: { id, email } };
        const metric = 'cio_subscription_preferences_changed';
        return simulator.notify(url, { metric, timestamp: Math.floor(occurredAt / 1000), data }, spoilt);
      },
      untold: ['phone'],
    };
  },
});

export const tables: readonly Table[] = [
  table('customer-io, where stopping e-mail and texts stops everything', { globalStop: ['email', 'sms'] }),
  table('customer-io, where nothing stops everything', { globalStop: [] }),
];
