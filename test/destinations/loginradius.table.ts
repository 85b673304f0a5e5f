import { loginradius } from '../../lib/destinations/loginradius.ts';
import { type LoginradiusOptions, simulateLoginradius } from '../simulators/loginradius.ts';
import type { Table } from './table.ts';

const CHANNELS = ['email', 'sms'];

const fieldOf = (topic: string, channel: string, beside = 'choice'): string =>
  `pref_${topic.slice('acme/'.length)}_${channel}_${beside}`;

/** No field was added for surveys. */
const FIELDS = [
  'heed_stopped',
  ...['acme/newsletter', 'acme/offers'].flatMap((topic) =>
    CHANNELS.flatMap((channel) => [fieldOf(topic, channel), fieldOf(topic, channel, 'evidence')]),
  ),
];

const mapped = (topic: string, channel: string) => ({
  choice: fieldOf(topic, channel),
  evidence: fieldOf(topic, channel, 'evidence'),
});

interface Shape {
  readonly options?: LoginradiusOptions;
  readonly settings?: object;
}

const table = (title: string, { options, settings }: Shape): Table => ({
  title,
  make: () => {
    const simulator = simulateLoginradius({ fields: FIELDS, ...options });
    return {
      ...{ destination: loginradius, simulator, secret: simulator.secret, channels: CHANNELS },
      settings: (topics) => ({
        topics: Object.fromEntries(
          topics.map((topic) => [
            topic,
            Object.fromEntries(CHANNELS.map((channel) => [channel, mapped(topic, channel)])),
          ]),
        ),
        ...settings,
      }),
      own: (n) => `5ea3a2b1c4d5e6f7${String(n).padStart(16, '0')}`,
      enter: ({ own, email }) => simulator.register(own, email),
      permitted: ({ own }, topic, channel) =>
        simulator.permitted({ identifier: own, topic: fieldOf(topic, channel), channel }),
      already: ({ own }, topic, channel) => simulator.choose(own, { [fieldOf(topic, channel)]: 'true' }),
      ...{ unknown: 'skipped no-such-account', refusedOnce: 'failed loginradius-901' },
      lacking: 'failed loginradius-1134',
      refusal: {
        cause: () =>
          simulator.fail({
            status: 403,
            body: { ErrorCode: 908, Description: 'ada@example.com is not formatted correctly' },
          }),
        outcome: 'failed loginradius-908',
      },
      evidence: {
        of: ({ own }, topic, channel) =>
          simulator.account(own)?.fields.get(fieldOf(topic, channel, 'evidence')),
        holds: ['time', 'source', 'notice'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) => {
        simulator.choose(who.own, { [fieldOf(topic, channel)]: 'false' });
        return simulator.notify({ url, uid: who.own, at: occurredAt, spoilt });
      },
      unproved: ['age'],
      ...(options?.time === 'words' && { untold: ['time'] }),
    };
  },
});

export const tables: readonly Table[] = [
  table('loginradius, topics alone', {}),
  table('loginradius, with the subscription to everything', {
    options: { nobody: 1023, time: 'words' },
    settings: { stopField: 'heed_stopped' },
  }),
];
