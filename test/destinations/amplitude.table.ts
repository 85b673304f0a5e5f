import { amplitude } from '../../lib/destinations/amplitude.ts';
import { simulateAmplitude } from '../simulators/amplitude.ts';
import type { Table } from './table.ts';

const NAMES: Readonly<Record<string, string>> = {
  'acme/newsletter': 'newsletter',
  'acme/offers': 'offers',
  'acme/surveys': 'surveys',
};

const table = (title: string, channels: readonly string[], more: object): Table => ({
  title,
  make: () => {
    const simulator = simulateAmplitude();
    const propertyOf = (topic: string, channel: string) => `comm_pref_${channel}_${NAMES[topic]}`;
    return {
      ...{ destination: amplitude, simulator, secret: simulator.secret, channels },
      settings: (topics) => ({
        region: 'us',
        topics: Object.fromEntries(topics.map((topic) => [topic, NAMES[topic]])),
        ...more,
      }),
      enter: () => undefined,
      permitted: ({ customer }, topic, channel) =>
        simulator.permitted({ identifier: customer, topic: NAMES[topic] ?? '', channel }),
      already: ({ customer }, topic, channel) =>
        simulator.had(customer, propertyOf(topic, channel), 'opted_in'),
      ...{ unknown: 'delivered', refusedOnce: 'failed invalid-api-key', lacking: 'delivered' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 400,
            body: { code: 400, error: 'ada@example.com', events_with_invalid_fields: { time: [0] } },
          }),
        outcome: 'failed invalid-fields',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: { code: 200, events_ingested: 0 } }),
        outcome: 'retry nothing-ingested',
      },
      batch: { people: 10, requests: 2 },
      evidence: {
        of: ({ customer }) => JSON.stringify(simulator.properties(customer)),
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('amplitude', ['email', 'sms', 'phone', 'push', 'post'], {}),
  table('amplitude, by properties alone', ['email'], { event: null }),
];
