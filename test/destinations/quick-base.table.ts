import { quickBase } from '../../lib/destinations/quick-base.ts';
import { type QuickBaseOptions, simulateQuickBase } from '../simulators/quick-base.ts';
import type { Person, Table } from './table.ts';

const NAMES: Readonly<Record<string, string>> = {
  'acme/newsletter': 'Newsletter',
  'acme/offers': 'Offers',
  'acme/surveys': 'Surveys',
};
const FIELDS = { key: 6, customer: 7, channel: 8, topic: 9, state: 10 };
const EVIDENCE = { time: 11, source: 12, notice: 13, legalBasis: 14, evidence: 15 };
const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];

/** The table takes two topics: its topic field is one of multiple choice. */
const APP: QuickBaseOptions = {
  ...{ realm: 'acme', table: 'bck7gp3q2', unique: 6, choices: { 9: ['Newsletter', 'Offers'] } },
  fields: [6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
};

const table = (title: string, options: QuickBaseOptions, fields: object): Table => ({
  title,
  make: () => {
    const simulator = simulateQuickBase({ ...APP, ...options });
    const keyOf = ({ customer }: Person, topic: string, channel: string) => `${customer}|${channel}|${topic}`;
    return {
      ...{ destination: quickBase, simulator, secret: simulator.secret, channels: CHANNELS },
      settings: (topics) => ({
        ...{ realm: 'acme', table: 'bck7gp3q2', fields: { ...FIELDS, ...fields } },
        topics: Object.fromEntries(topics.map((topic) => [topic, NAMES[topic]])),
      }),
      enter: () => undefined,
      permitted: ({ customer }, topic, channel) =>
        simulator.permitted({ identifier: customer, topic: NAMES[topic] ?? '', channel }),
      already: (who, topic, channel) =>
        simulator.write(
          {
            6: keyOf(who, topic, channel),
            7: who.customer,
            8: channel,
            9: NAMES[topic] ?? '',
            10: 'opted in',
          },
          6,
        ),
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'failed line-error' },
      refusal: {
        cause: () =>
          simulator.fail({ status: 403, body: { message: 'Access denied', description: 'ada@example.com' } }),
        outcome: 'failed http-403',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: { message: 'Try later' } }),
        outcome: 'retry unreadable-reply',
      },
      batch: { people: 9, requests: 1 },
      ...('evidence' in fields && {
        evidence: {
          of: (who, topic, channel) =>
            [...(simulator.record(keyOf(who, topic, channel)) ?? [])].map(([, text]) => text).join(' '),
          holds: ['time', 'source', 'notice', 'basis'],
        },
      }),
    };
  },
});

export const tables: readonly Table[] = [
  table('quick-base', {}, EVIDENCE),
  table('quick-base, which answers 200 to what it stored in part', { partial: 200 }, {}),
];
