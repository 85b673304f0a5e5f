import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, simulate } from './simulator.ts';

const facts = [{ identifier: 'ada', topic: 'acme/newsletter', channel: 'email', permitted: true }];
const OK = { status: 200, body: { ok: true } };

let simulator: Simulator;
beforeEach(async () => {
  simulator = simulate({
    answer: () => OK,
    unauthorized: { status: 401 },
    permitted: () => undefined,
    facts: () => facts,
  });
  await simulator.start();
});
afterEach(() => simulator.stop());

const post = (path: string, body?: unknown) =>
  fetch(`${simulator.url}${path}`, {
    method: 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const told = async () => (await fetch(`${simulator.url}/subscribers`)).status;

test('what a vendor was told can be looked at over HTTP', async () => {
  const reply = await fetch(`${simulator.url}/facts`);
  expect(reply.headers.get('content-type')).toContain('application/json');
  expect(await reply.json()).toEqual(facts);
});

test('a simulator told to fail answers so until it is healed', async () => {
  expect((await post('/simulator/fail', { status: 503 })).status).toBe(204);
  expect([await told(), await told()]).toEqual([503, 503]);
  expect((await post('/simulator/heal')).status).toBe(204);
  expect(await told()).toBe(200);
});

test('a simulator told to fail twice answers the third request itself', async () => {
  await post('/simulator/fail', { status: 500, times: 2 });
  expect([await told(), await told(), await told()]).toEqual([500, 500, 200]);
});

test('a failure that is none is refused and changes nothing', async () => {
  expect((await post('/simulator/fail', { status: 200 })).status).toBe(400);
  expect((await post('/simulator/fail', 'nonsense')).status).toBe(400);
  expect(await told()).toBe(200);
});

test('what is asked of the simulator itself is no request of the vendor’s, and reaches it while it fails', async () => {
  simulator.fail({ status: 503 });
  expect((await fetch(`${simulator.url}/facts`)).status).toBe(200);
  expect(simulator.requests()).toEqual({ total: 0, answered: 0 });
});
