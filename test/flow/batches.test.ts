import { describe, expect, test } from 'vitest';
import type { Call, Destination } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { runErrands } from '../../lib/flow/calls.ts';
import { NOW } from '../builders.ts';

const { interpret: _, ...plain } = hubspot;
const destination: Destination = { ...plain, limits: { ...plain.limits, batch: 10 } };

const item = (name: string): Call => ({
  ...{ method: 'POST', path: '/people', items: [name], wrap: (items) => items },
  split: () => undefined,
});

/** Three people's items before a vendor that answers everything like this, and takes its time. */
async function three(status: number, takesMs = 0) {
  let now = NOW;
  const bodies: unknown[] = [];
  const outcomes = await runErrands(
    {
      clock: { now: () => now, sleep: async () => undefined, chance: () => 0 },
      vendor: {
        send: async ({ body }) => {
          bodies.push(body);
          now += takesMs;
          return { kind: 'reply', reply: { status, headers: {}, body: {} } };
        },
      },
    },
    destination,
    ['ada', 'bob', 'eve'].map((id) => ({ id, calls: [item(id)] })),
    NOW + 20_000,
  );
  return { bodies, outcomes };
}

const failed = (status: number) => ({ kind: 'failed', reason: `http-${status}` });
const noTime = { kind: 'retry', reason: 'no-time', after: 1 };

describe('a request for several people that is refused whole', () => {
  test('is sent again for each of them, since it may be one row that is bad', async () => {
    const { bodies, outcomes } = await three(400);
    expect(bodies).toEqual([['ada', 'bob', 'eve'], ['ada'], ['bob'], ['eve']]);
    expect(outcomes).toEqual([failed(400), failed(400), failed(400)]);
  });

  test('is not sent again for each where the credentials are wrong: no row is', async () => {
    const { bodies, outcomes } = await three(401);
    expect(bodies).toHaveLength(1);
    expect(outcomes).toEqual([failed(401), failed(401), failed(401)]);
  });

  test('waits for another time with those whom there is no time for', async () => {
    const { bodies, outcomes } = await three(400, 4000);
    expect(bodies).toEqual([['ada', 'bob', 'eve'], ['ada'], ['bob']]);
    expect(outcomes).toEqual([failed(400), failed(400), noTime]);
  });
});
