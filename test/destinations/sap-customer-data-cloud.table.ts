import { sapCustomerDataCloud } from '../../lib/destinations/sap-customer-data-cloud.ts';
import {
  type CustomerDataCloudOptions,
  simulateSapCustomerDataCloud,
} from '../simulators/sap-customer-data-cloud.ts';
import type { Table } from './table.ts';

interface Held {
  readonly kind: 'subscription' | 'consent';
  readonly id: string;
}

const name = (topic: string): string => topic.slice('acme/'.length);

/** Subscriptions to e-mail, and consents for messages. */
const bySubscription = (topic: string, channel: string): Held =>
  channel === 'email'
    ? { kind: 'subscription', id: name(topic) }
    : { kind: 'consent', id: `marketing.${channel}.${name(topic)}` };

const byConsent = (topic: string, channel: string): Held => ({
  kind: 'consent',
  id: `marketing.${name(topic)}.${channel}`,
});

/** The site's schema lacks surveys. */
const SCHEMA: CustomerDataCloudOptions = {
  subscriptions: ['newsletter', 'offers'],
  consents: ['newsletter', 'offers'].flatMap((topic) => [
    `marketing.sms.${topic}`,
    `marketing.${topic}.email`,
    `marketing.${topic}.sms`,
  ]),
};

interface Shape {
  readonly held?: typeof bySubscription;
  readonly options?: CustomerDataCloudOptions;
  readonly settings?: object;
}

const table = (title: string, { held = bySubscription, options, settings }: Shape): Table => ({
  title,
  make: () => {
    const simulator = simulateSapCustomerDataCloud({ ...SCHEMA, ...options });
    const mapped = (topic: string, channel: string) => {
      const { kind, id } = held(topic, channel);
      return { [channel]: { [kind]: id } };
    };
    return {
      ...{
        destination: sapCustomerDataCloud,
        simulator,
        secret: simulator.secret,
        channels: ['email', 'sms'],
      },
      settings: (topics) => ({
        ...{ dataCenter: 'eu1', apiKey: simulator.apiKey },
        topics: Object.fromEntries(
          topics.map((topic) => [topic, { ...mapped(topic, 'email'), ...mapped(topic, 'sms') }]),
        ),
        ...settings,
      }),
      own: (n) => `82ef565b87c642c7b744b265${n}`,
      enter: ({ own, email }) => simulator.register(own, email),
      permitted: ({ own }, topic, channel) => {
        const { kind, id } = held(topic, channel);
        return simulator.permitted({ identifier: own, topic: id, channel: kind });
      },
      already: ({ own }, topic, channel) =>
        simulator.choose({ ...held(topic, channel), uid: own, yes: true, at: 1 }),
      ...{
        unknown: 'skipped no-such-account',
        refusedOnce: 'failed gigya-403005',
        lacking: 'failed gigya-400020',
      },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 403,
            body: { errorCode: 403007, errorDetails: 'no permission on ada@example.com' },
          }),
        outcome: 'failed gigya-403007',
      },
      hidden: {
        cause: () =>
          simulator.fail({
            status: 200,
            body: { errorCode: 403048, errorMessage: 'Api rate limit exceeded' },
          }),
        outcome: 'retry gigya-403048',
      },
      evidence: {
        of: ({ own }, topic, channel) => {
          const { kind, id } = held(topic, channel);
          return simulator.tags(own, kind, id)?.join(' | ');
        },
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) =>
        simulator.report({ ...held(topic, channel), uid: who.own, yes: false, at: occurredAt, url, spoilt }),
    };
  },
});

export const tables: readonly Table[] = [
  table('sap-customer-data-cloud, subscriptions', {}),
  table('sap-customer-data-cloud, consents alone, given back flat', {
    held: byConsent,
    options: { shape: 'flat' },
    settings: { actionTimestamp: true, document: true },
  }),
];
