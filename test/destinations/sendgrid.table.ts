import { sendgrid } from '../../lib/destinations/sendgrid.ts';
import { type SendgridOptions, simulateSendgrid } from '../simulators/sendgrid.ts';
import type { Table } from './table.ts';

const GROUPS: Readonly<Record<string, number>> = {
  'acme/newsletter': 101,
  'acme/offers': 102,
  'acme/surveys': 103,
};

/** The account lacks group 103, and has one that no topic maps. */
const ACCOUNT: SendgridOptions = { groups: [101, 102, 199] };

const table = (title: string, options: SendgridOptions, more: object = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateSendgrid({ ...ACCOUNT, ...options });
    return {
      ...{ destination: sendgrid, simulator, secret: simulator.secret, channels: ['email'] },
      settings: (topics) => ({
        groups: Object.fromEntries(topics.map((topic) => [topic, GROUPS[topic]])),
        ...more,
      }),
      enter: () => undefined,
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({ identifier: email, topic: String(GROUPS[topic]), channel }),
      already: ({ email }, topic) => simulator.resubscribe(email, GROUPS[topic] ?? 0),
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'failed no-such-group' },
      refusal: {
        cause: () => simulator.fail({ status: 403, body: { errors: [{ message: 'ada@example.com' }] } }),
        outcome: 'failed http-403',
      },
      /** Each is asked about the groups, and each who grants about the global list; leaving a list goes one by one. */
      batch: { people: 10, requests: 23 },
      report: ({ url, who, topic, occurredAt, spoilt }) =>
        simulator.notify({
          url,
          events: [{ event: 'group_unsubscribe', email: who.email, occurredAt, group: GROUPS[topic] ?? 0 }],
          spoilt,
        }),
    };
  },
});

export const tables: readonly Table[] = [
  table('sendgrid', { absent: 404 }),
  table(
    'sendgrid, a subuser whose lists forget in silence',
    { absent: 204, subuser: 'acme' },
    { subuser: 'acme' },
  ),
];
