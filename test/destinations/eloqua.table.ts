import { eloqua } from '../../lib/destinations/eloqua.ts';
import { type EloquaOptions, simulateEloqua } from '../simulators/eloqua.ts';
import type { Table } from './table.ts';

const GROUPS: Readonly<Record<string, number>> = {
  'acme/newsletter': 7,
  'acme/offers': 8,
  'acme/surveys': 9,
};

/** The instance lacks group 9, and has one that no topic maps. */
const INSTANCE: EloquaOptions = { groups: [7, 8, 99] };

interface Setup {
  readonly options: EloquaOptions;
  readonly more?: object;
  readonly unknown?: string;
}

const table = (title: string, { options, more = {}, unknown = 'skipped no-such-contact' }: Setup): Table => ({
  title,
  make: () => {
    const simulator = simulateEloqua({ ...INSTANCE, ...options });
    return {
      ...{ destination: eloqua, simulator, secret: simulator.secret, channels: ['email'] },
      settings: (topics) => ({
        baseUrl: 'https://secure.p03.eloqua.com',
        groups: Object.fromEntries(topics.map((topic) => [topic, GROUPS[topic]])),
        ...more,
      }),
      enter: ({ email }) => simulator.enter(email),
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({ identifier: email, topic: String(GROUPS[topic]), channel }),
      already: ({ email }, topic) => simulator.subscribe(email, GROUPS[topic] ?? 0),
      unknown,
      refusedOnce: (options.wayIn ?? 'basic') === 'basic' ? 'failed http-401' : 'delivered',
      lacking: 'failed invalid-syncActions',
      refusal: {
        cause: () =>
          simulator.fail({
            status: 400,
            body: { failures: [{ field: 'fields', value: 'ada@example.com' }] },
          }),
        outcome: 'failed invalid-fields',
      },
      hidden: { cause: () => simulator.breakSync('ELQ-00146'), outcome: 'retry ELQ-00146' },
      batch: { people: 30, requests: 16 },
      leave: ({ email }, _topic, _channel, occurredAt) => simulator.leave(email, occurredAt),
    };
  },
});

export const tables: readonly Table[] = [
  table('eloqua', { options: {} }),
  table('eloqua, which counts strangers without naming them', {
    options: {
      ...{ unmatched: 'logs', triggers: false, slowness: 3, wayIn: 'refresh', groupsMakeActivities: true },
    },
  }),
  table('eloqua, stopping globally', {
    options: { globally: 'groups-follow', wayIn: 'password' },
    more: { globalStop: true },
  }),
  table('eloqua, adding contacts', {
    options: { newContacts: 'subscribed', globally: 'groups-stay' },
    more: { create: true, evidence: { 'acme/newsletter': 'C_News1' }, otherGroups: [99] },
    unknown: 'delivered',
  }),
];
