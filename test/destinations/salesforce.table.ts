import { salesforce } from '../../lib/destinations/salesforce.ts';
import { simulateSalesforce } from '../simulators/salesforce.ts';
import { INTEGRATION } from '../simulators/salesforce-org.ts';
import type { Person, Table } from './table.ts';

const PURPOSES: Readonly<Record<string, string>> = {
  'acme/newsletter': '0ZW000000000001AAA',
  'acme/offers': '0ZW000000000002AAA',
  'acme/surveys': '0ZW000000000003AAA',
};

/** Channel → kind of contact point, with the engagement channel type where two channels are of one kind. */
const CHANNELS: Readonly<Record<string, string>> = {
  email: 'Email',
  phone: 'Phone 0eF000000000001AAA',
  sms: 'Phone 0eF000000000002AAA',
  post: 'MailingAddress',
};
const PLAIN: Readonly<Record<string, string>> = { email: 'Email', phone: 'Phone', post: 'MailingAddress' };

const settingsOf = (words: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(words).map(([channel, word]) => {
      const [type, engagementChannelTypeId] = word.split(' ');
      return [channel, { type, ...(engagementChannelTypeId && { engagementChannelTypeId }) }];
    }),
  );

interface Setup {
  readonly channels?: Readonly<Record<string, string>>;
  readonly certified?: true;
  readonly more?: object;
}

const table = (title: string, { channels = PLAIN, certified, more = {} }: Setup = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateSalesforce({ purposes: ['0ZW000000000001AAA', '0ZW000000000002AAA'] });
    const capture = (status: string) => (who: Person, topic: string, channel: string, at?: number) =>
      simulator.capture({
        ...{ email: who.email, purpose: PURPOSES[topic] ?? '', type: channels[channel] ?? '', status },
        ...(at !== undefined && { at }),
      });
    return {
      ...{ destination: salesforce, simulator, secret: certified ? simulator.certified : simulator.secret },
      settings: (topics) => ({
        instanceUrl: 'https://acme.my.salesforce.com',
        topics: Object.fromEntries(topics.map((name) => [name, { name, dataUsePurposeId: PURPOSES[name] }])),
        channels: settingsOf(channels),
        ...more,
      }),
      channels: Object.keys(channels),
      own: (n) => `003${String(n).padStart(12, '0')}AAA`,
      enter: ({ own, email }) => void simulator.enter({ id: own, email }),
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({
          ...{ identifier: email, topic: PURPOSES[topic] ?? '', channel: channels[channel] ?? '' },
        }),
      already: capture('OptIn'),
      leave: capture('OptOut'),
      /** A look-up for each person, another for each of 13 grants; flags are set person by person. */
      ...(!('flags' in more) && { batch: { people: 20, requests: 35 } }),
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
  table('salesforce, consent rows'),
  table('salesforce, looking among Leads first', {
    more: { people: ['Lead', 'Contact'], apiVersion: '58.0' },
  }),
  table('salesforce, keeping the flags too', {
    more: { flags: 'both', flagTopics: ['acme/newsletter', 'acme/offers'], user: INTEGRATION },
  }),
  table('salesforce, with text messages and a certificate', { channels: CHANNELS, certified: true }),
];
