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
      enter: () => undefined,
      permitted: ({ subject }, topic) =>
        simulator.permitted({ identifier: subject, topic, channel: 'email' }),
      ...{ unknown: 'delivered', refusedOnce: 'failed http-401', lacking: 'delivered' },
      refusal: { cause: () => simulator.fail({ status: 410 }), outcome: 'failed endpoint-gone' },
    };
  },
});

export const tables: readonly Table[] = [
  table('webhook', (known) => [known]),
  table('webhook, while the receiver knows only the older key', (known) => [newSigningKey(), known]),
];
