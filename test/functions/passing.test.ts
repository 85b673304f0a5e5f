import { expect, test } from 'vitest';
import { told } from '../../functions/middleware/unexpected.ts';
import { UnlistedCheckpointError } from '../../lib/flow/newest-checkpoint.ts';

const event = {
  ...{ routeKey: 'GET /v1/checkpoints', rawPath: '/v1/checkpoints', rawQueryString: '', headers: {} },
  isBase64Encoded: false,
};

test.each([
  ['a checkpoint that is being listed', new UnlistedCheckpointError('checkpoint 7'), 'warn', undefined],
  ['anything else', new Error('it broke'), 'error', 1],
])('%s is in the log, and counted where an alarm is to hear of it', (_, error, level, counted) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  told('proofs', (line) => void lines.push(line), { error, event });
  expect(lines).toMatchObject([{ function: 'proofs', level, error: error.name }]);
  expect(lines[0]?.['Unexpected']).toBe(counted);
});
