import { sapEmarsys } from '../../lib/destinations/sap-emarsys.ts';
import { type Emarsys, type EmarsysOptions, simulateSapEmarsys } from '../simulators/sap-emarsys.ts';
import type { Table } from './table.ts';

/** Topic and channel → the field that holds the choice; beside it stand its time, evidence and basis. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'acme/newsletter': { email: 10100, sms: 10200 },
  'acme/offers': { email: 10300, sms: 10400 },
  'acme/surveys': { email: 10500, sms: 10600 },
};
const fieldOf = (topic: string, channel: string, beside = 0): string =>
  String((FIELDS[topic]?.[channel] ?? 0) + beside);

const STOP = '10999';

/** The account lacks the fields of surveys. */
const ACCOUNT: EmarsysOptions = {
  fields: {
    [STOP]: 'text',
    ...Object.fromEntries(
      ['acme/newsletter', 'acme/offers'].flatMap((topic) =>
        ['email', 'sms'].flatMap((channel) =>
          [0, 1, 2, 3].map(
            (beside) => [fieldOf(topic, channel, beside), beside === 0 ? 'choice' : 'text'] as const,
          ),
        ),
      ),
    ),
  },
};

const mapped = (topic: string, channel: string) => ({
  choice: fieldOf(topic, channel),
  time: fieldOf(topic, channel, 1),
  evidence: fieldOf(topic, channel, 2),
  legalBasis: fieldOf(topic, channel, 3),
});

interface Shape {
  readonly options?: EmarsysOptions;
  readonly settings?: object;
  readonly secret: (simulator: Emarsys) => () => unknown;
  readonly refusedOnce: string;
  /** What the opt-in of somebody new to the account's mailings is. */
  readonly optIn: string;
  /** For nine people, six of whom grant: one for those who do, one for the others, and one each to look first. */
  readonly requests: 2 | 8;
}

const table = (
  title: string,
  { options, settings = {}, secret, refusedOnce, optIn, requests }: Shape,
): Table => ({
  title,
  make: () => {
    const simulator = simulateSapEmarsys({ ...ACCOUNT, ...options });
    return {
      ...{ destination: sapEmarsys, simulator, secret: secret(simulator), channels: ['email', 'sms'] },
      settings: (topics) => ({
        topics: Object.fromEntries(
          topics.map((topic) => [topic, { email: mapped(topic, 'email'), sms: mapped(topic, 'sms') }]),
        ),
        ...settings,
      }),
      enter: ({ email }) => simulator.write(email, { '3': email, '31': optIn }),
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({ identifier: email, topic: fieldOf(topic, channel), channel }),
      already: ({ email }, topic, channel) =>
        simulator.write(email, { '3': email, '31': '1', [fieldOf(topic, channel)]: '1' }),
      ...{ unknown: 'delivered', refusedOnce, lacking: 'failed emarsys-2006' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 400,
            body: { replyCode: 2005, replyText: 'Invalid key field value: ada@example.com', data: '' },
          }),
        outcome: 'failed emarsys-2005',
      },
      hidden: {
        cause: () =>
          simulator.fail({
            status: 200,
            body: { replyCode: 0, replyText: 'OK', data: { ids: [], errors: [] } },
          }),
        outcome: 'retry unconfirmed',
      },
      batch: { people: 9, requests },
      evidence: {
        of: ({ email }, topic, channel) =>
          [1, 2, 3].map((beside) => simulator.field(email, fieldOf(topic, channel, beside))).join(' | '),
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

const byOAuth = { secret: (simulator: Emarsys) => simulator.secret, refusedOnce: 'delivered' };
const byWsse = { secret: (simulator: Emarsys) => simulator.olderSecret, refusedOnce: 'failed http-401' };

export const tables: readonly Table[] = [
  table('sap-emarsys, topics alone', { ...byOAuth, optIn: '1', requests: 2 }),
  table('sap-emarsys by WSSE, whose unknown fields refuse the request', {
    ...{ ...byWsse, optIn: '1', requests: 8, options: { unknownField: 'request' } },
    settings: { stopField: STOP },
  }),
  table('sap-emarsys, the opt-in to everything kept too', {
    ...{ ...byOAuth, optIn: '', requests: 8, options: { nobody: 'code' } },
    settings: { stopField: STOP, optInWithGrant: true },
  }),
];
