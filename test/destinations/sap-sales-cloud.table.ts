import { sapSalesCloud } from '../../lib/destinations/sap-sales-cloud.ts';
import { simulateSapSalesCloud } from '../simulators/sap-sales-cloud.ts';
import type { Table } from './table.ts';

const CHANNELS = ['email', 'phone'];
const BESIDE = ['time', 'source', 'notice', 'legalBasis'];

const fieldOf = (topic: string, channel: string, beside = 'choice'): string =>
  `${topic.replace('/', '_')}_${channel}_${beside}_KUT`;

const mapped = (topic: string, channel: string) =>
  Object.fromEntries(['choice', ...BESIDE].map((beside) => [beside, fieldOf(topic, channel, beside)]));

/** No field was added for surveys. */
const FIELDS = [
  'HeedStopped_KUT',
  ...['acme/newsletter', 'acme/offers'].flatMap((topic) =>
    CHANNELS.flatMap((channel) => Object.values(mapped(topic, channel))),
  ),
];
const CODES = {
  ContactPermissionCode: ['1', '2'],
  ...Object.fromEntries(
    FIELDS.filter((name) => name.includes('_choice_')).map((name) => [name, ['101', '102']]),
  ),
};

const permission = {
  codes: { granted: '1', withdrawn: '2' },
  stopField: 'HeedStopped_KUT',
  channels: CHANNELS,
};

interface Shape {
  readonly settings?: object;
  readonly integrationUser?: true;
  /** Collections that a person's records are in. */
  readonly records?: readonly string[];
}

const table = (
  title: string,
  { settings, integrationUser, records = ['ContactCollection'] }: Shape,
): Table => ({
  title,
  make: () => {
    const simulator = simulateSapSalesCloud({
      ...{ fields: FIELDS, codes: CODES, integrationUser: integrationUser === true },
    });
    return {
      ...{ destination: sapSalesCloud, simulator, secret: simulator.secret, channels: CHANNELS },
      settings: (topics) => ({
        ...{ host: 'my123456.crm.ondemand.com', values: { granted: '101', withdrawn: '102' } },
        topics: Object.fromEntries(
          topics.map((topic) => [
            topic,
            Object.fromEntries(CHANNELS.map((channel) => [channel, mapped(topic, channel)])),
          ]),
        ),
        ...settings,
      }),
      enter: ({ email }) => {
        for (const collection of records) simulator.add(email, {}, collection);
      },
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({ identifier: email, topic: fieldOf(topic, channel), channel }),
      already: ({ email }, topic, channel) => simulator.add(email, { [fieldOf(topic, channel)]: '101' }),
      ...{ unknown: 'skipped no-such-person', refusedOnce: 'failed http-401' },
      lacking: 'failed PROPERTY_NOT_FOUND',
      refusal: {
        cause: () =>
          simulator.fail({
            status: 400,
            body: { error: { code: 'INVALID_FILTER', message: { value: 'ada@example.com' } } },
          }),
        outcome: 'failed INVALID_FILTER',
      },
      hidden: {
        cause: () => simulator.fail({ status: 403, headers: { 'x-csrf-token': 'Required' }, body: 'CSRF' }),
        outcome: 'retry csrf-token-required',
      },
      evidence: {
        of: ({ email }, topic, channel) =>
          BESIDE.map((beside) => simulator.people(email)[0]?.[fieldOf(topic, channel, beside)]).join(' | '),
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('sap-sales-cloud, topics alone', {}),
  table('sap-sales-cloud, with the permission for everything', { settings: { permission } }),
  table('sap-sales-cloud, where two people have each address', {
    settings: { permission },
    records: ['ContactCollection', 'ContactCollection'],
  }),
  table('sap-sales-cloud, for contacts who are customers too', {
    settings: { permission, collections: ['ContactCollection', 'IndividualCustomerCollection'] },
    records: ['ContactCollection', 'IndividualCustomerCollection'],
    integrationUser: true,
  }),
];
