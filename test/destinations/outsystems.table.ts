import { outsystems } from '../../lib/destinations/outsystems.ts';
import { type OutsystemsOptions, simulateOutsystems } from '../simulators/outsystems.ts';
import { received } from './received.ts';
import type { Table } from './table.ts';

const table = (title: string, options: OutsystemsOptions): Table => ({
  title,
  make: () => {
    const simulator = simulateOutsystems(options);
    return {
      ...received(simulator),
      ...{ destination: outsystems, secret: simulator.secret },
      settings: () => ({ url: 'https://acme.outsystemsenterprise.com/Preferences/rest/Heed/Changed' }),
      refusedOnce: 'failed http-401',
      refusal: {
        cause: () => simulator.fail({ status: 400, body: { Errors: ['ada@example.com'], StatusCode: 400 } }),
        outcome: 'failed http-400',
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('outsystems, with Basic authentication', { authentication: 'basic' }),
  table('outsystems, with a header and signatures', { authentication: 'custom' }),
];
