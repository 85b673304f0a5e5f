import { snowflake } from '../../lib/destinations/snowflake.ts';
import { type SnowflakeOptions, simulateSnowflake } from '../simulators/snowflake.ts';
import type { Table } from './table.ts';

const NAMES = { database: 'PREFERENCES', schema: 'PUBLIC', warehouse: 'HEED' };

const table = (title: string, options: SnowflakeOptions = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateSnowflake({ ...NAMES, ...options });
    return {
      ...{ destination: snowflake, simulator, secret: simulator.secret },
      settings: () => ({ account: 'ACME-PROD', ...NAMES, role: options.role }),
      channels: options.questions ? ['email'] : ['email', 'sms', 'phone', 'push', 'post'],
      enter: () => undefined,
      permitted: ({ subject }, topic, channel) =>
        simulator.permitted({ identifier: subject, topic, channel }),
      already: ({ subject }, topic, channel) => simulator.had({ identifier: subject, topic, channel }),
      ...{ unknown: 'delivered', refusedOnce: 'delivered', lacking: 'delivered' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 422,
            body: { code: '003001', sqlState: '42501', message: 'ada@example.com', statementHandle: 'x' },
          }),
        outcome: 'failed sql-003001',
      },
      hidden: { cause: () => simulator.lockTable(1), outcome: 'retry sql-000625' },
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
  table('snowflake'),
  table('snowflake, by a role of its own, whose statements take long', { role: 'HEED_WRITER', questions: 4 }),
];
