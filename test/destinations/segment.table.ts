import { segment } from '../../lib/destinations/segment.ts';
import { type SegmentOptions, simulateSegment } from '../simulators/segment.ts';
import type { Table } from './table.ts';

const NAMES: Readonly<Record<string, string>> = {
  'acme/newsletter': 'newsletter',
  'acme/offers': 'offers',
  'acme/surveys': 'surveys',
};

const table = (title: string, options: SegmentOptions, channels: readonly string[]): Table => ({
  title,
  make: () => {
    const simulator = simulateSegment(options);
    const traitOf = (topic: string, channel: string) => `comm_pref_${channel}_${NAMES[topic]}`;
    return {
      ...{ destination: segment, simulator, secret: simulator.secret, channels },
      settings: (topics) => ({
        region: 'us',
        topics: Object.fromEntries(topics.map((topic) => [topic, NAMES[topic]])),
      }),
      enter: () => undefined,
      permitted: ({ customer }, topic, channel) =>
        simulator.permitted({ identifier: customer, topic: NAMES[topic] ?? '', channel }),
      already: ({ customer }, topic, channel) => simulator.had(customer, traitOf(topic, channel), 'opted_in'),
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'delivered' },
      refusal: {
        cause: () => simulator.fail({ status: 400, body: { success: false, message: 'ada@example.com' } }),
        outcome: 'failed http-400',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: { success: false } }),
        outcome: 'retry not-accepted',
      },
      batch: { people: 20, requests: 1 },
      evidence: {
        of: ({ customer }, topic, channel) =>
          Object.entries(simulator.traits(customer))
            .filter(([name]) => name.startsWith(traitOf(topic, channel)))
            .map(([, value]) => value)
            .join(' '),
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) =>
        simulator.forward({
          ...{ url, spoilt },
          event: {
            ...{ type: 'track', userId: who.customer, event: 'Communication Preference Changed' },
            properties: { channel, topic: NAMES[topic], status: 'opted_out' },
            timestamp: new Date(occurredAt).toISOString(),
          },
        }),
      unproved: ['age'],
    };
  },
});

export const tables: readonly Table[] = [
  table('segment', {}, ['email', 'sms', 'phone', 'push', 'post']),
  table('segment, whose profiles go by timestamps', { keeps: 'newest by timestamp' }, ['email']),
];
