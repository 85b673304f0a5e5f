import { pendo } from '../../lib/destinations/pendo.ts';
import { type PendoOptions, simulatePendo } from '../simulators/pendo.ts';
import type { Table } from './table.ts';

const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];
const BESIDE = ['time', 'source', 'notice', 'legalBasis'];

const fieldOf = (topic: string, channel: string, beside?: string): string =>
  [topic.replace('/', '_'), channel, ...(beside === undefined ? [] : [beside])].join('_');

const mapped = (topic: string, channel: string) => ({
  choice: fieldOf(topic, channel),
  ...Object.fromEntries(BESIDE.map((beside) => [beside, fieldOf(topic, channel, beside)])),
});

/** No field was added for surveys. */
const FIELDS = ['acme/newsletter', 'acme/offers'].flatMap((topic) =>
  CHANNELS.flatMap((channel) => Object.values(mapped(topic, channel))),
);

interface Shape {
  readonly options: PendoOptions;
  readonly settings?: object;
  readonly unknown: string;
}

const table = (title: string, { options, settings, unknown }: Shape): Table => ({
  title,
  make: () => {
    const simulator = simulatePendo({ fields: FIELDS, ...options });
    return {
      ...{ destination: pendo, simulator, secret: simulator.secret, channels: CHANNELS },
      settings: (topics) => ({
        topics: Object.fromEntries(
          topics.map((topic) => [
            topic,
            Object.fromEntries(CHANNELS.map((channel) => [channel, mapped(topic, channel)])),
          ]),
        ),
        ...settings,
      }),
      enter: ({ customer }) => simulator.visit(customer),
      permitted: ({ customer }, topic, channel) =>
        simulator.permitted({ identifier: customer, topic: fieldOf(topic, channel), channel }),
      already: ({ customer }, topic, channel) =>
        simulator.visit(customer, { [fieldOf(topic, channel)]: 'opted_in' }),
      ...{ unknown, refusedOnce: 'failed http-403', lacking: 'failed visitor-refused' },
      refusal: {
        cause: () => simulator.fail({ status: 400, body: 'Invalid payload of ada@example.com' }),
        outcome: 'failed http-400',
      },
      hidden: {
        cause: () => simulator.fail({ status: 409, body: 'Conflict' }),
        outcome: 'retry http-409',
      },
      batch: { people: 9, requests: 2 },
      evidence: {
        of: ({ customer }, topic, channel) =>
          BESIDE.map((beside) => simulator.field(customer, fieldOf(topic, channel, beside))).join(' | '),
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('pendo, which counts whom it does not know', { options: {}, unknown: 'skipped no-such-visitor' }),
  table('pendo, which names whom it does not know', {
    options: { missing: 'listed' },
    unknown: 'skipped no-such-visitor',
  }),
  table('pendo, where visitors are added', {
    options: {},
    settings: { create: true },
    unknown: 'delivered',
  }),
];
