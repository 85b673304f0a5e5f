import { dynamics } from '../../lib/destinations/dynamics.ts';
import { type DynamicsOptions, simulateDynamics } from '../simulators/dynamics.ts';
import type { Person, Table } from './table.ts';

const guid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Topics under one purpose; surveys is not there. */
const PURPOSE = guid(1);
const TOPICS: Readonly<Record<string, string>> = {
  'acme/newsletter': guid(11),
  'acme/offers': guid(12),
  'acme/surveys': guid(13),
};
const ENVIRONMENT: DynamicsOptions = {
  purposes: [PURPOSE, guid(21), guid(22)],
  topics: { [guid(11)]: PURPOSE, [guid(12)]: PURPOSE },
};

/** Purposes that people choose as a whole. */
const PURPOSES: Readonly<Record<string, string>> = {
  'acme/newsletter': guid(21),
  'acme/offers': guid(22),
  'acme/surveys': guid(23),
};

const TYPES: Readonly<Record<string, number>> = { email: 534120000, sms: 534120001, phone: 534120003 };
const pointOf = (who: Person, channel: string): string => (channel === 'email' ? who.email : who.phone);

interface Shape {
  readonly options?: DynamicsOptions;
  readonly settings?: object;
  readonly byPurpose?: boolean;
}

const table = (title: string, { options, settings, byPurpose = false }: Shape): Table => ({
  title,
  make: () => {
    const simulator = simulateDynamics({ ...ENVIRONMENT, ...options });
    const mapped = (topic: string) =>
      byPurpose ? { purpose: PURPOSES[topic] ?? '' } : { purpose: PURPOSE, topic: TOPICS[topic] ?? '' };
    const row = (who: Person, topic: string, channel: string) => ({
      ...mapped(topic),
      ...{ point: pointOf(who, channel), type: TYPES[channel] ?? 0 },
    });
    return {
      ...{ destination: dynamics, simulator, secret: simulator.secret, channels: ['email', 'sms', 'phone'] },
      settings: (topics) => ({
        ...{ environmentUrl: 'https://acme.crm4.dynamics.com', tenant: 'acme.example' },
        topics: Object.fromEntries(topics.map((topic) => [topic, mapped(topic)])),
        ...settings,
      }),
      enter: ({ email }) => simulator.contact(email),
      permitted: (who, topic, channel) => {
        const { point, type } = row(who, topic, channel);
        const asked = byPurpose ? (PURPOSES[topic] ?? '') : `${PURPOSE}/${TOPICS[topic]}`;
        return simulator.permitted({ identifier: point, topic: asked, channel: String(type) });
      },
      already: (who, topic, channel) => {
        const { topic: _, ...purpose } = { topic: undefined, ...row(who, topic, channel) };
        for (const one of [purpose, row(who, topic, channel)])
          simulator.consent({ ...one, value: 534120001, modified: 0 });
      },
      ...{ unknown: 'delivered', refusedOnce: 'delivered', lacking: 'failed dataverse-40217' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 403,
            body: {
              error: { code: '0x80040220', message: 'Principal user ada@example.com is missing privilege' },
            },
          }),
        outcome: 'failed dataverse-40220',
      },
      hidden: {
        cause: () =>
          simulator.fail({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }),
        outcome: 'retry unreadable-reply',
      },
      evidence: {
        of: (who, topic, channel) => {
          const { point, type } = row(who, topic, channel);
          const id = byPurpose ? PURPOSES[topic] : TOPICS[topic];
          return simulator
            .rows()
            .filter(
              (one) => one.msdynmkt_contactpointvalue === point && one.msdynmkt_contactpointtype === type,
            )
            .find((one) => (one._msdynmkt_topicid_value ?? one._msdynmkt_purposeid_value) === id)
            ?.msdynmkt_reason?.toString();
        },
        holds: ['time', 'source', 'notice', 'basis'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) =>
        simulator.report({
          ...{ ...row(who, topic, channel), url, value: 534120002, modified: occurredAt },
          ...(spoilt === 'signature' && { key: 'the key of somebody else' }),
        }),
      unproved: ['age', 'body'],
    };
  },
});

export const tables: readonly Table[] = [
  table('dynamics, topics under one purpose', {}),
  table('dynamics, with flags of contacts that count', {
    options: { enforcement: 'non-restrictive', flagsCount: true },
    settings: { contactFlags: { flags: { email: ['donotbulkemail'] }, stopColumn: 'new_heedstops' } },
  }),
  table('dynamics, purposes that people choose as a whole', { byPurpose: true }),
];
