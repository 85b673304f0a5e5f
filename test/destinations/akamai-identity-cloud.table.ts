import { akamaiIdentityCloud } from '../../lib/destinations/akamai-identity-cloud.ts';
import {
  type IdentityCloudOptions,
  ISSUER,
  KEYS,
  simulateAkamaiIdentityCloud,
} from '../simulators/akamai-identity-cloud.ts';
import type { Table } from './table.ts';

const CHANNELS = ['email', 'sms'];

const consentOf = (topic: string, channel: string): string => `${topic.slice('acme/'.length)}_${channel}`;

/** The schema lacks surveys. */
const SCHEMA: IdentityCloudOptions = {
  consents: ['acme/newsletter', 'acme/offers'].flatMap((topic) =>
    CHANNELS.map((channel) => consentOf(topic, channel)),
  ),
};

const table = (title: string, errors: 200 | 400): Table => ({
  title,
  make: () => {
    const simulator = simulateAkamaiIdentityCloud({ ...SCHEMA, errors });
    return {
      ...{ destination: akamaiIdentityCloud, simulator, secret: simulator.secret, channels: CHANNELS },
      settings: (topics) => ({
        host: 'acme.eu.janraincapture.com',
        webhook: { issuer: ISSUER, keys: KEYS },
        topics: Object.fromEntries(
          topics.map((topic) => [
            topic,
            Object.fromEntries(CHANNELS.map((channel) => [channel, consentOf(topic, channel)])),
          ]),
        ),
      }),
      own: (n) => `64a4b0c2-0c9d-4b8e-9d5a-${String(n).padStart(12, '0')}`,
      enter: ({ own, email }) => simulator.register(own, email),
      permitted: ({ own }, topic, channel) =>
        simulator.permitted({ identifier: own, topic: consentOf(topic, channel), channel }),
      already: ({ own }, topic, channel) => simulator.consent(own, consentOf(topic, channel), true, 1),
      ...{ unknown: 'skipped no-such-record', refusedOnce: 'failed invalid_client_credentials' },
      lacking: 'failed unknown_attribute',
      refusal: {
        cause: () =>
          simulator.fail({
            status: errors,
            body: { stat: 'error', code: 403, error: 'permission_error', message: 'ada@example.com' },
          }),
        outcome: 'failed permission_error',
      },
      hidden: {
        cause: () =>
          simulator.fail({ status: errors, body: { stat: 'error', code: 510, error: 'api_limit_error' } }),
        outcome: 'retry api_limit_error',
      },
      evidence: {
        of: ({ own }, topic, channel) => JSON.stringify(simulator.held(own, consentOf(topic, channel))),
        holds: ['time', 'source', 'notice'],
      },
      report: ({ url, who, topic, channel, occurredAt, spoilt }) => {
        simulator.consent(who.own, consentOf(topic, channel), false, occurredAt);
        return simulator.notify({ url, uuid: who.own, spoilt });
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('akamai-identity-cloud', 200),
  table('akamai-identity-cloud, whose errors have a status of their own', 400),
];
