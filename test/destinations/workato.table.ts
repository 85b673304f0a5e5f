import { workato } from '../../lib/destinations/workato.ts';
import { simulateWorkato, type WorkatoOptions } from '../simulators/workato.ts';
import { received } from './received.ts';
import type { Table } from './table.ts';

const table = (title: string, options: WorkatoOptions, settings: object): Table => ({
  title,
  make: () => {
    const simulator = simulateWorkato(options);
    return {
      ...received(simulator),
      ...{ destination: workato, settings: () => settings, secret: simulator.secret },
      refusedOnce: 'failed http-401',
      refusal: {
        cause: () => simulator.fail({ status: 422, body: { error: 'ada@example.com' } }),
        outcome: 'failed http-422',
      },
    };
  },
});

export const tables: readonly Table[] = [
  table(
    'workato, an endpoint of the API platform',
    {},
    { url: 'https://apim.workato.com/acme/heed-v1/preferences' },
  ),
  table(
    'workato, a webhook trigger',
    { way: 'webhook', event: 'prefs', deduplicationHeader: 'x-heed-event' },
    { event: 'prefs', deduplicationHeader: 'X-Heed-Event' },
  ),
];
