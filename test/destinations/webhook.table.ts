import { webhook } from '../../lib/destinations/webhook.ts';
import { newSigningKey, simulateWebhook } from '../simulators/webhook.ts';
import type { Table } from './table.ts';

const table = (title: string, keysOf: (known: string) => readonly string[]): Table => ({
  title,
  make: () => {
    const key = newSigningKey();
    const keys = keysOf(key);
    const simulator = simulateWebhook(key);
    return {
      ...{ destination: webhook, simulator },
      settings: () => ({ url: 'https://hooks.acme.example/heed?tenant=7' }),
      secret: () => ({ ...simulator.secret(), keys }),
      channels: ['email', 'sms', 'phone', 'push', 'post'],
      enter: () => undefined,
      permitted: ({ subject }, topic, channel) =>
        simulator.permitted({ identifier: subject, topic, channel }),
      already: ({ subject }, topic, channel) => simulator.had({ identifier: subject, topic, channel }),
      evidence: {
        of: ({ subject }, topic, channel) =>
          JSON.stringify(simulator.rowOf({ identifier: subject, topic, channel })),
        holds: ['time', 'source', 'notice', 'basis'],
      },
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'delivered' },
      refusal: { cause: () => simulator.fail({ status: 410 }), outcome: 'failed endpoint-gone' },
    };
  },
});

export const tables: readonly Table[] = [
  table('webhook', (known) => [known]),
  table('webhook, while the receiver knows only the older key', (known) => [newSigningKey(), known]),
];
