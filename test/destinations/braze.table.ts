import { braze } from '../../lib/destinations/braze.ts';
import { simulateBraze } from '../simulators/braze.ts';
import type { BrazeOptions, Named } from '../simulators/braze-workspace.ts';
import type { Person, Table } from './table.ts';

const group = (n: number): string => `4d1e6a0e-0000-4000-8000-00000000000${n}`;
type Channel = 'email' | 'sms';
const GROUPS: Readonly<Record<string, Readonly<Record<Channel, string>>>> = {
  'acme/newsletter': { email: group(1), sms: group(2) },
  'acme/offers': { email: group(3), sms: group(4) },
  'acme/surveys': { email: group(5), sms: group(6) },
};

/** The workspace lacks the groups of surveys, and has one that no topic maps. */
const WORKSPACE: BrazeOptions = {
  groups: {
    ...{ [group(1)]: 'email', [group(2)]: 'sms', [group(3)]: 'email', [group(4)]: 'sms' },
    [group(9)]: 'email',
  },
};

const on = (channel: string): Channel => (channel === 'sms' ? 'sms' : 'email');
const groupOf = (topic: string, channel: string): string => GROUPS[topic]?.[on(channel)] ?? '';
const named = ({ email, phone, customer }: Person): Named => ({ email, phone, externalId: customer });

const table = (title: string, createUsers: boolean): Table => ({
  title,
  make: () => {
    const simulator = simulateBraze(WORKSPACE);
    return {
      ...{ destination: braze, simulator, secret: simulator.secret, channels: ['email', 'sms'] },
      settings: (topics) => ({
        ...{ host: 'rest.fra-01.braze.eu', createUsers },
        groups: Object.fromEntries(topics.map((topic) => [topic, GROUPS[topic]])),
        evidence: { 'acme/newsletter': 'pref_newsletter' },
      }),
      enter: (who) => void simulator.enter(named(who)),
      permitted: (who, topic, channel) =>
        simulator.permitted({ identifier: who.customer, topic: groupOf(topic, channel), channel }) ??
        simulator.permitted({
          ...{ topic: groupOf(topic, channel), channel },
          identifier: channel === 'sms' ? who.phone : who.email,
        }),
      held: (who) => simulator.usersWith(named(who)).length > 0,
      already: (who, topic, channel) => simulator.join(named(who), groupOf(topic, channel)),
      unknown: createUsers ? 'delivered' : 'skipped no-such-user',
      ...{ refusedOnce: 'failed http-401', lacking: 'failed http-400' },
      refusal: {
        cause: () => simulator.fail({ status: 403, body: { message: 'ada@example.com is not allowed' } }),
        outcome: 'failed http-403',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: '<html>' }),
        outcome: 'retry unreadable-reply',
      },
      evidence: {
        of: (who, _topic, channel) =>
          String(simulator.usersWith(named(who))[0]?.attributes[`pref_newsletter_${on(channel)}`]),
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) =>
        simulator.notify({
          ...{ url, spoilt },
          body: {
            ...{ channel, group: groupOf(topic, channel), email: who.email, phone: who.phone },
            ...{ external_id: who.customer, at: new Date(occurredAt).toISOString() },
          },
        }),
      unproved: ['body', 'age'],
    };
  },
});

export const tables: readonly Table[] = [
  table('braze', false),
  table('braze, where people are entered who are not known', true),
];
