import { klaviyo } from '../../lib/destinations/klaviyo.ts';
import { simulateKlaviyo } from '../simulators/klaviyo.ts';
import type { KlaviyoOptions } from '../simulators/klaviyo-account.ts';
import type { Person, Table } from './table.ts';

type Channel = 'email' | 'sms';
const LISTS: Readonly<Record<string, Readonly<Record<Channel, string>>>> = {
  'acme/newsletter': { email: 'EmNews', sms: 'SmNews' },
  'acme/offers': { email: 'EmOffe', sms: 'SmOffe' },
  'acme/surveys': { email: 'EmSurv', sms: 'SmSurv' },
};

/** The account lacks the lists of surveys, and has one that no topic maps. */
const ACCOUNT: KlaviyoOptions = { lists: ['EmNews', 'SmNews', 'EmOffe', 'SmOffe', 'Others'] };

const ENDS = {
  email: 'event:klaviyo.unsubscribed_from_email_marketing',
  sms: 'event:klaviyo.unsubscribed_from_sms_marketing',
} as const;

const on = (channel: string): Channel => (channel === 'sms' ? 'sms' : 'email');
const idOf = ({ email, phone }: Person, channel: string): string => (on(channel) === 'sms' ? phone : email);
const listOf = (topic: string, channel: string): string => LISTS[topic]?.[on(channel)] ?? '';

const table = (title: string, options: KlaviyoOptions): Table => ({
  title,
  make: () => {
    const simulator = simulateKlaviyo({ ...ACCOUNT, ...options });
    const ids = new Map<string, string>();
    const enter = (who: Person): string => {
      const id = ids.get(who.email) ?? simulator.enter(who).id;
      ids.set(who.email, id);
      return id;
    };
    return {
      ...{ destination: klaviyo, simulator, secret: simulator.secret, channels: ['email', 'sms'] },
      settings: (topics) => ({ lists: Object.fromEntries(topics.map((topic) => [topic, LISTS[topic]])) }),
      enter,
      permitted: (who, topic, channel) =>
        simulator.permitted({ identifier: idOf(who, channel), topic: listOf(topic, channel), channel }),
      held: ({ email, phone }) => simulator.knows(email) || simulator.knows(phone),
      already: (who, topic, channel) =>
        simulator.join(idOf(who, channel), listOf(topic, channel), on(channel)),
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'failed not_found' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 403,
            body: { errors: [{ code: 'permission_denied', detail: 'ada@example.com' }] },
          }),
        outcome: 'failed permission_denied',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: '<html>' }),
        outcome: 'retry unreadable-reply',
      },
      /** Each is looked up, and each grant is a job of its own; whoever leaves a list leaves it together. */
      batch: { people: 9, requests: 9 + 6 + 1 },
      evidence: {
        of: (who, topic, channel) => simulator.sourceOf(idOf(who, channel), listOf(topic, channel)),
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, channel, occurredAt, spoilt }) =>
        simulator.notify({
          url,
          events: [{ topic: ENDS[on(channel)], profile: enter(who), occurredAt }],
          spoilt,
        }),
      untold: ['topic'],
    };
  },
});

export const tables: readonly Table[] = [
  table('klaviyo', {}),
  table('klaviyo, whose lists ask people to confirm', { doubleOptIn: ['EmNews', 'SmNews', 'EmOffe'] }),
];
