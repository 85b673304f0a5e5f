import { webhook } from '../../lib/destinations/webhook.ts';
import { newSigningKey, simulateWebhook } from '../simulators/webhook.ts';
import { received } from './received.ts';
import type { Table } from './table.ts';

const table = (title: string, keysOf: (known: string) => readonly string[]): Table => ({
  title,
  make: () => {
    const key = newSigningKey();
    const keys = keysOf(key);
    const simulator = simulateWebhook(key);
    return {
      ...received(simulator),
      destination: webhook,
      settings: () => ({ url: 'https://hooks.acme.example/heed?tenant=7' }),
      secret: () => ({ ...simulator.secret(), keys }),
      refusedOnce: 'failed http-401',
      refusal: { cause: () => simulator.fail({ status: 410 }), outcome: 'failed endpoint-gone' },
    };
  },
});

export const tables: readonly Table[] = [
  table('webhook', (known) => [known]),
  table('webhook, while the receiver knows only the older key', (known) => [newSigningKey(), known]),
];
