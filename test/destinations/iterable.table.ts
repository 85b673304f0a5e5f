import { iterable } from '../../lib/destinations/iterable.ts';
import { type IterableOptions, simulateIterable } from '../simulators/iterable.ts';
import { timeOf } from '../simulators/iterable-words.ts';
import type { Person, Table } from './table.ts';

type Channel = 'email' | 'sms' | 'push';
const TYPES: Readonly<Record<string, Readonly<Record<Channel, number>>>> = {
  'acme/newsletter': { email: 101, sms: 201, push: 301 },
  'acme/offers': { email: 102, sms: 202, push: 302 },
  'acme/surveys': { email: 103, sms: 203, push: 303 },
};

/** The project lacks the types of surveys; it has a type that no topic maps, and one of transactional mail. */
export const PROJECT: IterableOptions = {
  channels: [
    { id: 1, medium: 'Email', type: 'Marketing' },
    { id: 2, medium: 'SMS', type: 'Marketing' },
    { id: 3, medium: 'Push', type: 'Marketing' },
    { id: 9, medium: 'Email', type: 'Transactional' },
  ],
  types: { 101: 1, 102: 1, 199: 1, 201: 2, 202: 2, 301: 3, 302: 3, 901: 9 },
};

const on = (channel: string): Channel => (channel === 'sms' || channel === 'push' ? channel : 'email');
const typeOf = (topic: string, channel: string): number => TYPES[topic]?.[on(channel)] ?? 0;
const named = ({ email, customer }: Person) => ({ email, userId: customer });

const table = (title: string, options: IterableOptions, more: object = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateIterable({ ...PROJECT, ...options });
    return {
      ...{ destination: iterable, simulator, secret: simulator.secret, channels: ['email', 'sms', 'push'] },
      settings: (topics) => ({
        messageTypes: Object.fromEntries(topics.map((topic) => [topic, TYPES[topic]])),
        ...more,
      }),
      enter: (who) => void simulator.enter(named(who)),
      permitted: ({ email, customer }, topic, channel) => {
        const question = { topic: String(typeOf(topic, channel)), channel };
        return (
          simulator.permitted({ ...question, identifier: email }) ??
          simulator.permitted({ ...question, identifier: customer })
        );
      },
      held: (who) => simulator.userOf(named(who)) !== undefined,
      already: (who, topic, channel) => simulator.userOf(named(who))?.types.set(typeOf(topic, channel), true),
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'failed BadParams' },
      refusal: {
        cause: () =>
          simulator.fail({ status: 400, body: { code: 'BadParams', msg: 'ada@example.com', params: null } }),
        outcome: 'failed BadParams',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: '<html>' }),
        outcome: 'retry unreadable-reply',
      },
      /** Each is looked up and keeps their evidence; withdrawals share a request, and so do grants. */
      batch: { people: 9, requests: 9 + 1 + 1 + 9 },
      evidence: {
        of: (who, _topic, channel) =>
          JSON.stringify(simulator.userOf(named(who))?.dataFields['heed'] ?? {})
            .split('","')
            .find((line) => line.includes(`acme_newsletter_${on(channel)}`)),
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) =>
        simulator.notify({
          ...{ url, spoilt },
          event: {
            ...{ eventName: 'emailUnSubscribe', email: who.email, userId: who.customer },
            dataFields: {
              ...{ createdAt: timeOf(occurredAt), unsubSource: 'EmailLink' },
              messageTypeIds: [typeOf(topic, channel)],
            },
          },
        }),
      unproved: ['body', 'age'],
    };
  },
});

export const tables: readonly Table[] = [
  table('iterable', {}),
  table(
    'iterable, where people are named by the company’s own id',
    { absent: 'not-found', strangers: 'ignored' },
    { namedBy: 'customer' },
  ),
];
