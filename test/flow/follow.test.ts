import { describe, expect, test } from 'vitest';
import type { BatchCall, Call, Reply } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { runErrands } from '../../lib/flow/calls.ts';
import type { Request } from '../../lib/ports.ts';
import { NOW } from '../builders.ts';

const { interpret: _, ...plain } = hubspot;
const destination = { ...plain, limits: { ...plain.limits, batch: 10 } };

/** A vendor that takes work and is done with it after being asked so many times. */
function slow(asks: number, verdict: unknown = 'done') {
  let now = NOW;
  let asked = 0;
  const heard: string[] = [];
  const reply = (status: number, body: unknown) =>
    ({ kind: 'reply', reply: { status, headers: {}, body } }) as const;
  const send = async ({ method, path }: Request) => {
    heard.push(`${method} ${path}`);
    if (method === 'POST') return reply(202, { job: 7 });
    asked += 1;
    return asked < asks ? reply(202, { job: 7 }) : reply(200, verdict);
  };
  const sleep = async (ms: number) => {
    now += ms;
  };
  const ports = { vendor: { send }, clock: { now: () => now, sleep, chance: () => 0 } };
  const run = (calls: Readonly<Record<string, readonly Call[]>>) =>
    runErrands(
      ports,
      destination,
      Object.entries(calls).map(([id, of]) => ({ id, calls: of })),
      NOW + 40_000,
    );
  return { heard, run, waited: () => now - NOW };
}

const follow = ({ status }: Reply) =>
  status === 202 ? { method: 'GET' as const, path: '/jobs/7', pause: 500 } : undefined;
const job: Call = { method: 'POST', path: '/jobs', follow };

describe('work that the vendor takes and does in its own time', () => {
  test('is asked after until it is done, and the last answer counts', async () => {
    const vendor = slow(3);
    expect(await vendor.run({ ada: [job] })).toEqual([{ kind: 'delivered' }]);
    expect(vendor.heard).toEqual(['POST /jobs', 'GET /jobs/7', 'GET /jobs/7', 'GET /jobs/7']);
    expect(vendor.waited()).toBe(1_500);
  });

  test('settles each item of a batch by the last answer', async () => {
    const vendor = slow(2, ['ok', 'bad']);
    const split = ({ body }: Reply) =>
      Array.isArray(body)
        ? body.map((word) =>
            word === 'ok' ? ({ kind: 'delivered' } as const) : ({ kind: 'failed', reason: 'bad' } as const),
          )
        : undefined;
    const batch = (item: number): BatchCall => ({
      ...{ method: 'POST', path: '/jobs', follow, wrap: (items) => items, split },
      items: [item],
    });
    expect(await vendor.run({ ada: [batch(1)], grace: [batch(2)] })).toEqual([
      { kind: 'delivered' },
      { kind: 'failed', reason: 'bad' },
    ]);
  });

  test('that is not done before the function ends counts as a request that may still arrive', async () => {
    const vendor = slow(Number.POSITIVE_INFINITY);
    expect(await vendor.run({ ada: [job] })).toEqual([
      { kind: 'retry', reason: 'timed-out', timedOut: true },
    ]);
    expect(vendor.waited()).toBeLessThan(40_000);
  });

  test('whose answer cannot be read is not asked after, and is read as it stands', async () => {
    const vendor = slow(1);
    const confused: Call = {
      ...job,
      follow: () => {
        throw new TypeError('what is this');
      },
    };
    expect(await vendor.run({ ada: [confused] })).toEqual([{ kind: 'delivered', appliedLater: true }]);
    expect(vendor.heard).toEqual(['POST /jobs']);
  });
});

describe('items of several people', () => {
  test('share a request only where they are wrapped alike', async () => {
    const bodies: unknown[] = [];
    const send = async ({ body }: Request) => {
      bodies.push(body);
      return { kind: 'reply', reply: { status: 200, headers: {}, body: {} } } as const;
    };
    const clock = { now: () => NOW, sleep: async () => undefined, chance: () => 0 };
    const call = (group: string, item: number): BatchCall => ({
      ...{ method: 'POST', path: '/people', group, items: [item] },
      wrap: (items) => ({ [group]: items }),
      split: () => undefined,
    });
    const errands = [call('update', 1), call('create', 2), call('update', 3)].map((one, n) => ({
      ...{ id: `person-${n}`, calls: [one] },
    }));
    await runErrands({ vendor: { send }, clock }, destination, errands, NOW + 60_000);
    expect(bodies).toEqual([{ update: [1, 3] }, { create: [2] }]);
  });
});

describe('a person who is known by two keys', () => {
  const clock = { now: () => NOW, sleep: async () => undefined, chance: () => 0 };
  const known = (there: readonly string[]) => ({
    send: async ({ path }: Request) =>
      ({
        kind: 'reply',
        reply: { status: there.includes(path) ? 200 : 404, headers: {}, body: {} },
      }) as const,
  });
  const absent = {
    ...plain,
    interpret: ({ status }: Reply) =>
      status === 404 ? ({ kind: 'skipped', reason: 'nobody' } as const) : undefined,
  };
  const calls = [
    { method: 'POST', path: '/by-address', goesOn: true },
    { method: 'POST', path: '/by-number' },
  ] as const;
  const told = (there: readonly string[]) =>
    runErrands({ vendor: known(there), clock }, absent, [{ id: 'ada', calls }], NOW + 60_000);

  test.each([
    ['under the second alone', ['/by-number'], [{ kind: 'delivered' }]],
    ['under the first alone', ['/by-address'], [{ kind: 'delivered' }]],
    ['under neither', [], [{ kind: 'skipped', reason: 'nobody' }]],
  ])('is told by whichever the vendor has, %s', async (_where, there, outcomes) => {
    expect(await told(there)).toEqual(outcomes);
  });
});
