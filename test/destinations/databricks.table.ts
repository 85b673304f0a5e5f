import { databricks } from '../../lib/destinations/databricks.ts';
import { type DatabricksOptions, simulateDatabricks } from '../simulators/databricks.ts';
import { CONFLICT } from '../simulators/databricks-words.ts';
import type { Table } from './table.ts';

const NAMES = { warehouseId: 'abc123def4567890', catalog: 'preferences', schema: 'heed' };

const table = (title: string, options: DatabricksOptions = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateDatabricks({ ...NAMES, ...options });
    return {
      ...{ destination: databricks, simulator, secret: simulator.secret },
      settings: () => ({ host: 'acme.cloud.databricks.com', ...NAMES }),
      channels: options.questions ? ['email'] : ['email', 'sms', 'phone', 'push', 'post'],
      enter: () => undefined,
      permitted: ({ subject }, topic, channel) =>
        simulator.permitted({ identifier: subject, topic, channel }),
      already: ({ subject }, topic, channel) => simulator.had({ identifier: subject, topic, channel }),
      ...{ unknown: 'delivered', refusedOnce: 'delivered', lacking: 'delivered' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 403,
            body: { error_code: 'PERMISSION_DENIED', message: 'ada@example.com' },
          }),
        outcome: 'failed PERMISSION_DENIED',
      },
      hidden: { cause: () => simulator.endWith(CONFLICT), outcome: 'retry concurrent-write' },
      batch: { people: 25, requests: 2 * (2 + (options.questions ?? 1)) },
      evidence: {
        of: ({ subject }, topic, channel) =>
          JSON.stringify(simulator.rowOf({ identifier: subject, topic, channel })),
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('databricks'),
  table('databricks, whose warehouse has to wake first, and whose tokens end by 403', {
    ...{ questions: 4, refuses: 403 },
  }),
];
