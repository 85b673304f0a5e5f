import { acousticCampaign } from '../../lib/destinations/acoustic-campaign.ts';
import { type AcousticOptions, simulateAcoustic } from '../simulators/acoustic-campaign.ts';
import { fault } from '../simulators/acoustic-campaign-words.ts';
import type { Table } from './table.ts';

const TOPICS: Readonly<Record<string, { readonly email: string; readonly sms: string }>> = {
  'acme/newsletter': { email: 'PREF NEWS', sms: '1101' },
  'acme/offers': { email: 'PREF OFFERS', sms: '1102' },
  'acme/surveys': { email: 'PREF SURVEYS', sms: '1103' },
};

/** The database lacks the column of surveys, and has one that no topic maps. */
const DATABASE: AcousticOptions = {
  columns: [
    'HEED STOP',
    ...['PREF NEWS', 'PREF OFFERS', 'PREF OTHER'].flatMap((one) => [one, `${one}_AT`, `${one}_SRC`]),
  ],
  programs: ['1101', '1102'],
};

const table = (title: string, options: AcousticOptions, more: object = {}, unknown = 'delivered'): Table => ({
  title,
  make: () => {
    const simulator = simulateAcoustic({ ...DATABASE, ...options });
    const standsFor = (topic: string, channel: string): string =>
      (channel === 'sms' ? TOPICS[topic]?.sms : TOPICS[topic]?.email) ?? '';
    return {
      ...{ destination: acousticCampaign, simulator, secret: simulator.secret, channels: ['email', 'sms'] },
      settings: (topics) => ({
        ...{
          pod: 'eu-1',
          database: 45_654,
          stopColumn: 'HEED STOP',
          evidence: { time: '_AT', text: '_SRC' },
        },
        topics: Object.fromEntries(topics.map((topic) => [topic, TOPICS[topic]])),
        ...more,
      }),
      enter: simulator.enter,
      permitted: (who, topic, channel) =>
        simulator.permitted({
          ...{
            identifier: channel === 'sms' ? who.phone : who.email,
            topic: standsFor(topic, channel),
            channel,
          },
        }),
      already: (who, topic, channel) =>
        channel === 'sms'
          ? simulator.consent(who.phone, standsFor(topic, channel), 'OPTED-IN')
          : simulator.choose(who.email, standsFor(topic, channel), 'Yes'),
      ...{ unknown, refusedOnce: 'delivered', lacking: 'failed fault-314' },
      refusal: {
        cause: () =>
          simulator.fail(fault(150, 'ada@example.com: Organization permissions prohibit using this API.')),
        outcome: 'failed fault-150',
      },
      hidden: {
        cause: () => simulator.fail({ ...fault(50, 'Server Error for ada@example.com'), times: 1 }),
        outcome: 'retry fault-50',
      },
      evidence: {
        of: ({ email, phone }, topic, channel) => {
          const name = standsFor(topic, channel);
          const consent = simulator.consented(phone, name);
          return channel === 'sms'
            ? `${consent?.consentDate} ${consent?.consentSource}`
            : ['_AT', '_SRC'].map((end) => simulator.column(email, `${name}${end}`)).join();
        },
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('acoustic-campaign', {}),
  table(
    'acoustic-campaign, whose opt-outs wait in a queue',
    { queue: true, flexible: true },
    { flexible: true },
  ),
  table(
    'acoustic-campaign, adding nobody',
    {},
    { create: false, globalStop: false },
    'skipped no-such-contact',
  ),
];
