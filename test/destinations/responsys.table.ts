import { responsys } from '../../lib/destinations/responsys.ts';
import { type ResponsysOptions, simulateResponsys } from '../simulators/responsys.ts';
import type { Table } from './table.ts';

const TOPICS: Readonly<Record<string, { readonly email: string; readonly sms: string }>> = {
  'acme/newsletter': { email: 'NEWS_EMAIL', sms: 'NEWS_SMS' },
  'acme/offers': { email: 'OFFERS_EMAIL', sms: 'OFFERS_SMS' },
  'acme/surveys': { email: 'SURVEYS_EMAIL', sms: 'SURVEYS_SMS' },
};

/** The extension table lacks the columns of surveys, and has one that no topic maps. */
const COLUMNS = ['NEWS_EMAIL', 'NEWS_SMS', 'OFFERS_EMAIL', 'OFFERS_SMS', 'OTHER_EMAIL'].flatMap((column) => [
  column,
  `${column}_AT`,
  `${column}_SRC`,
]);

const PERMISSION: Readonly<Record<string, 'EMAIL' | 'MOBILE'>> = { email: 'EMAIL', sms: 'MOBILE' };

const columnOf = (topic: string, channel: string): string =>
  (channel === 'sms' ? TOPICS[topic]?.sms : TOPICS[topic]?.email) ?? '';

const table = (title: string, options: ResponsysOptions, more: object = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateResponsys({ columns: COLUMNS, ...options });
    const keyOf = (who: { readonly email: string; readonly phone: string }, channel: string): string =>
      channel === 'sms' ? who.phone : who.email;
    return {
      ...{ destination: responsys, simulator, secret: simulator.secret, channels: ['email', 'sms'] },
      settings: (topics) => ({
        ...{ loginUrl: 'https://login2.responsys.net', list: 'CONTACTS_LIST', extension: 'HEED_CHOICES' },
        topics: Object.fromEntries(topics.map((topic) => [topic, TOPICS[topic]])),
        evidence: { time: '_AT', text: '_SRC' },
        ...more,
      }),
      enter: simulator.enter,
      permitted: (who, topic, channel) =>
        simulator.permitted({
          ...{ identifier: keyOf(who, channel), topic: columnOf(topic, channel) },
          channel: PERMISSION[channel] ?? '',
        }),
      already: (who, topic, channel) => simulator.choose(keyOf(who, channel), columnOf(topic, channel), 'Y'),
      ...{ unknown: 'delivered', refusedOnce: 'delivered', lacking: 'failed INVALID_FIELD_NAME' },
      refusal: {
        cause: () =>
          simulator.fail({ status: 403, body: { errorCode: 'API_BLOCKED', detail: 'ada@example.com' } }),
        outcome: 'failed API_BLOCKED',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: FAILED_LINE }),
        outcome: 'retry UNEXPECTED_EXCEPTION',
      },
      ...('lift' in more && { batch: { people: 60, requests: 3 } }),
      evidence: {
        of: (who, topic, channel) => {
          const column = columnOf(topic, channel);
          return ['_AT', '_SRC'].map((end) => simulator.cell(keyOf(who, channel), `${column}${end}`)).join();
        },
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, channel, spoilt }) => {
        simulator.optOut(keyOf(who, channel), PERMISSION[channel] ?? 'EMAIL');
        return simulator.notify({
          ...{ url, who: keyOf(who, channel), event: channel === 'sms' ? 'SMS_OPT_OUT' : 'EMAIL_OPTOUT' },
          ...(spoilt === 'signature' && { password: 'somebody else’s' }),
        });
      },
      unproved: ['age', 'body'],
      untold: ['topic', 'time'],
    };
  },
});

const FAILED_LINE = {
  recordData: {
    fieldNames: ['RIID_'],
    records: [['MERGEFAILED: Record 0 = UNEXPECTED_EXCEPTION: ada@example.com could not be merged']],
  },
};

export const tables: readonly Table[] = [
  table('responsys, looking before it lifts', {}),
  table('responsys, lifting every opt-out', { stranger: 'words', sessionEnds: 'http-401' }, { lift: 'any' }),
  table(
    'responsys, whose default is for whoever is left out',
    { defaultFor: 'left-out', stranger: 'blank', extensionMatch: 'matchColumn' },
    { extensionMatch: 'matchColumn' },
  ),
];
