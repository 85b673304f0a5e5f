import { marketo } from '../../lib/destinations/marketo.ts';
import { type MarketoOptions, simulateMarketo } from '../simulators/marketo.ts';
import type { Table } from './table.ts';

const CHANNELS = ['email', 'sms'];
const BESIDE = ['time', 'source', 'notice', 'legalBasis'];

const fieldOf = (topic: string, channel: string, beside?: string): string =>
  ['pref', topic.replace('/', '_'), channel, ...(beside === undefined ? [] : [beside])].join('_');

const mapped = (topic: string, channel: string) => ({
  choice: fieldOf(topic, channel),
  ...Object.fromEntries(BESIDE.map((beside) => [beside, fieldOf(topic, channel, beside)])),
});

/** No field was added for surveys. */
const FIELDS = ['acme/newsletter', 'acme/offers'].flatMap((topic) =>
  CHANNELS.flatMap((channel) => Object.values(mapped(topic, channel))),
);

interface Shape {
  readonly options?: MarketoOptions;
  readonly settings?: object;
  readonly unknown?: string;
  /** People with each address. */
  readonly people?: number;
}

const table = (title: string, { options, settings, unknown, people = 1 }: Shape): Table => ({
  title,
  make: () => {
    const simulator = simulateMarketo({ fields: FIELDS, ...options });
    return {
      ...{ destination: marketo, simulator, secret: simulator.secret, channels: CHANNELS },
      settings: (topics) => ({
        munchkin: '123-ABC-456',
        topics: Object.fromEntries(
          topics.map((topic) => [
            topic,
            Object.fromEntries(CHANNELS.map((channel) => [channel, mapped(topic, channel)])),
          ]),
        ),
        ...settings,
      }),
      enter: ({ email }) => void Array.from({ length: people }, () => simulator.add(email)),
      permitted: ({ email }, topic, channel) =>
        simulator.permitted({ identifier: email, topic: fieldOf(topic, channel), channel }),
      already: ({ email }, topic, channel) => void simulator.add(email, { [fieldOf(topic, channel)]: true }),
      ...{ unknown: unknown ?? 'skipped no-such-lead', refusedOnce: 'delivered' },
      lacking: 'failed marketo-1006',
      refusal: {
        cause: () =>
          simulator.fail({
            status: 200,
            body: { success: false, errors: [{ code: '603', message: 'Access denied to ada@example.com' }] },
          }),
        outcome: 'failed marketo-603',
      },
      hidden: {
        cause: () =>
          simulator.fail({
            status: 200,
            body: { success: false, errors: [{ code: '606', message: 'Max rate limit exceeded' }] },
          }),
        outcome: 'retry marketo-606',
      },
      batch: { people: 9, requests: 11 },
      evidence: {
        of: ({ email }, topic, channel) =>
          BESIDE.map((beside) => simulator.people(email)[0]?.[fieldOf(topic, channel, beside)]).join(' | '),
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) =>
        simulator.notify({
          ...{ url, spoilt, email: who.email, field: fieldOf(topic, channel) },
          ...{ value: false, changedAt: occurredAt },
        }),
      unproved: ['body', 'age'],
    };
  },
});

export const tables: readonly Table[] = [
  table('marketo', {}),
  table('marketo, where two people have each address', { people: 2 }),
  table('marketo, where people are added', { settings: { create: true }, unknown: 'delivered' }),
  table('marketo, whose unsubscribe is left alone', {
    options: { unsubscribe: 'durable' },
    settings: { globalStop: false },
  }),
];
