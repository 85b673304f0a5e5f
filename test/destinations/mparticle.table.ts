import { mparticle } from '../../lib/destinations/mparticle.ts';
import { type MparticleOptions, simulateMparticle } from '../simulators/mparticle.ts';
import type { Case, Table } from './table.ts';

const NAMES: Readonly<Record<string, string>> = {
  'acme/newsletter': 'newsletter',
  'acme/offers': 'offers',
  'acme/surveys': 'surveys',
};
const ALL = ['email', 'sms', 'phone', 'push', 'post'];

/** How a topic on a channel is held: by a consent of this name, or by an attribute. */
interface Held {
  readonly what: 'attribute' | 'purpose';
  readonly name: string;
}

interface Way {
  readonly channels: readonly string[];
  readonly held: (topic: string, channel: string) => Held;
  readonly settings: (topics: readonly string[]) => object;
  readonly lacking: string;
  readonly options?: MparticleOptions;
}

const caseOf = ({ channels, held, settings, lacking, options }: Way): Case => {
  const simulator = simulateMparticle(options);
  return {
    ...{ destination: mparticle, simulator, secret: simulator.secret, channels, lacking },
    settings: (topics) => ({ pod: 'eu1', ...settings(topics) }),
    enter: () => undefined,
    permitted: ({ customer }, topic, channel) => {
      const { what, name } = held(topic, channel);
      return simulator.permitted({
        ...{ identifier: customer, channel, topic: what === 'purpose' ? name : (NAMES[topic] ?? '') },
      });
    },
    already: ({ customer }, topic, channel) => {
      const { what, name } = held(topic, channel);
      simulator.had(customer, what, name);
    },
    ...{ unknown: 'delivered', refusedOnce: 'failed FORBIDDEN' },
    refusal: {
      cause: () =>
        simulator.fail({
          status: 400,
          body: { errors: [{ code: 'BAD_REQUEST', message: 'ada@example.com' }] },
        }),
      outcome: 'failed BAD_REQUEST',
    },
    evidence: {
      of: ({ customer }, topic, channel) => {
        const { attributes, consents } = simulator.profile(customer);
        const { what, name } = held(topic, channel);
        if (what === 'attribute') return JSON.stringify(attributes);
        const { timestamp_unixtime_ms: at = 0, ...rest } = consents[name] ?? {};
        return JSON.stringify({ ...rest, at: new Date(at) });
      },
      holds:
        held('acme/newsletter', 'email').what === 'attribute'
          ? ['time', 'source', 'notice', 'basis']
          : ['time', 'source', 'notice'],
    },
  };
};

const purposeOf = (topic: string, channel: string): Held => ({
  what: 'purpose',
  name: `${channel} ${NAMES[topic]}`,
});
const purposes = (topics: readonly string[], channels: readonly string[]) => ({
  purposes: Object.fromEntries(
    topics.map((topic) => [
      topic,
      Object.fromEntries(channels.map((channel) => [channel, purposeOf(topic, channel).name])),
    ]),
  ),
});
/** The account has no purpose for surveys. */
const CREATED = ALL.flatMap((channel) => [`${channel} newsletter`, `${channel} offers`]);

const byAttributes: Way = {
  channels: ['email', 'sms'],
  held: (topic, channel) => ({ what: 'attribute', name: `comm_pref_${channel}_${NAMES[topic]}` }),
  settings: (topics) => ({ topics: Object.fromEntries(topics.map((topic) => [topic, NAMES[topic]])) }),
  lacking: 'delivered',
};
const byPurposes: Way = {
  ...{ channels: ALL, held: purposeOf, lacking: 'failed BAD_REQUEST', options: { purposes: CREATED } },
  settings: (topics) => purposes(topics, ALL),
};

export const tables: readonly Table[] = [
  { title: 'mparticle, by consent purposes', make: () => caseOf(byPurposes) },
  { title: 'mparticle, by attributes', make: () => caseOf(byAttributes) },
  {
    title: 'mparticle, that passes over purposes it lacks',
    make: () =>
      caseOf({
        ...{ ...byPurposes, channels: ['email'], lacking: 'delivered' },
        options: { purposes: CREATED, otherPurposes: 'passed over' },
      }),
  },
  {
    title: 'mparticle, where one topic is the sale of data',
    make: () =>
      caseOf({
        ...byPurposes,
        channels: ['email'],
        held: (topic, channel) =>
          topic === 'acme/offers'
            ? { what: 'purpose', name: 'data_sale_opt_out' }
            : purposeOf(topic, channel),
        settings: (topics) => ({
          ...purposes(
            topics.filter((topic) => topic !== 'acme/offers'),
            ['email'],
          ),
          ...(topics.includes('acme/offers') && { dataSale: { topic: 'acme/offers', channel: 'email' } }),
        }),
      }),
  },
];
