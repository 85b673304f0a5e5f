import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handlerWith } from '../../functions/notices.ts';
import { context } from '../api/rig.ts';

/** Read while the handler is composed; nothing behind them is called. */
const VARIABLES = [
  ...['HEED_RECORDS_TABLE', 'HEED_DELIVERIES_TABLE', 'HEED_KEYS_TABLE', 'HEED_KMS_KEY', 'HEED_LANE_PREFIX'],
  ...['HEED_SECRET_PREFIX', 'HEED_PUBLIC_URL', 'AWS_REGION'],
];

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, 'eu-west-1');
});
afterEach(() => void vi.unstubAllEnvs());

test.each(['nobody', '__proto__', '__defineGetter__', 'constructor', 'toString'])(
  'a notice from %s, which is no destination, is told so, as the stack deploys it',
  async (destination) => {
    const { statusCode } = await handlerWith([], {})(
      {
        ...{ routeKey: 'POST /v1/destinations/{destination}/notices', rawQueryString: '' },
        ...{ rawPath: `/v1/destinations/${destination}/notices`, pathParameters: { destination } },
        ...{ headers: {}, body: '[]', isBase64Encoded: false },
      },
      context,
    );
    expect(statusCode).toBe(404);
  },
);
