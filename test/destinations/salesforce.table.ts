import { salesforce } from '../../lib/destinations/salesforce.ts';
import { simulateSalesforce } from '../simulators/salesforce.ts';
import type { Table } from './table.ts';

const PURPOSES: Readonly<Record<string, string>> = {
  'acme/newsletter': '0ZW000000000001AAA',
  'acme/offers': '0ZW000000000002AAA',
  'acme/surveys': '0ZW000000000003AAA',
};

/** Channel → kind of contact point. */
const CHANNELS: Readonly<Record<string, string>> = {
  email: 'Email',
  phone: 'Phone',
  post: 'MailingAddress',
};

const table = (title: string, more: object): Table => ({
  title,
  make: () => {
    const simulator = simulateSalesforce({ purposes: ['0ZW000000000001AAA', '0ZW000000000002AAA'] });
    return {
      ...{ destination: salesforce, simulator, secret: simulator.secret },
      settings: (topics) => ({
        instanceUrl: 'https://acme.my.salesforce.com',
        topics: Object.fromEntries(topics.map((name) => [name, { name, dataUsePurposeId: PURPOSES[name] }])),
        ...more,
      }),
      channels: Object.keys(CHANNELS),
      own: (n) => `003${String(n).padStart(12, '0')}AAA`,
      enter: ({ own, email }) => void simulator.enter({ id: own, email }),
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({
          identifier: email,
          topic: PURPOSES[topic] ?? '',
          channel: CHANNELS[channel] ?? '',
        }),
      already: ({ email }, topic, channel) =>
        simulator.capture({
          ...{ email, purpose: PURPOSES[topic] ?? '', type: CHANNELS[channel] ?? '', status: 'OptIn' },
        }),
      batch: { people: 20, requests: 21 },
      evidence: {
        of: () => JSON.stringify(simulator.consents().map(({ CaptureSource }) => CaptureSource)),
        holds: ['time', 'source', 'notice'],
      },
      ...{ unknown: 'skipped no-such-record', refusedOnce: 'delivered' },
      lacking: 'failed INVALID_CROSS_REFERENCE_KEY',
      refusal: {
        cause: () =>
          simulator.fail({
            status: 400,
            body: [{ errorCode: 'MALFORMED_QUERY', message: 'ada@example.com' }],
          }),
        outcome: 'failed MALFORMED_QUERY',
      },
      hidden: { cause: () => simulator.lockRows(1), outcome: 'retry UNABLE_TO_LOCK_ROW' },
    };
  },
});

export const tables: readonly Table[] = [
  table('salesforce, consent rows', {}),
  table('salesforce, looking among Leads first', { people: ['Lead', 'Contact'], apiVersion: '58.0' }),
];
