import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { outcomeOfSent } from '../../lib/flow/reply.ts';
import { vendorOf } from '../../lib/http/client.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A vendor that knows one token, or that breaks every connection once the request is there. */
async function aVendor(token: string | 'breaks') {
  const heard: string[] = [];
  const server = createServer(({ headers, socket }, response) => {
    heard.push(headers.authorization ?? '');
    if (token === 'breaks') socket.destroy();
    else response.writeHead(headers.authorization === `Bearer ${token}` ? 200 : 401).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => new Promise((closed) => server.close(closed)));
  const { port } = addressOf(server.address());
  return { endpoint: `http://127.0.0.1:${port}`, port, heard };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address;
}

const settings = hubspot.settings.parse({ subscriptions: {} });
let now = 1_000_000;
const clock = { now: () => now, sleep: async () => undefined, chance: () => 0 };

function sender(secret: (afresh: boolean) => Promise<unknown>) {
  const vendor = vendorOf({ destination: hubspot, settings, secret, perSecond: 1000, clock });
  closing.push(vendor.close);
  return async () => {
    const sent = await vendor.send({ method: 'POST', path: '/x', body: {} }, 'ada:1');
    const { interpret: _, ...plain } = hubspot;
    return { sent, outcome: outcomeOfSent(plain, sent, now) };
  };
}

describe('a lane without usable credentials', () => {
  test.each([
    ['are not set', undefined, 'secret-missing'],
    ['do not fit their schema', { tokn: 'x' }, 'secret-invalid'],
    ['name an address that is none', { token: 'x', endpoint: 'over there' }, 'endpoint-invalid'],
  ])('answers `failed` and sends nothing where they %s', async (_words, secret, reason) => {
    const { outcome } = await sender(async () => secret)();
    expect(outcome).toEqual({ kind: 'failed', reason });
  });

  test('tries again where they cannot be read just now, and says nothing of why', async () => {
    const { outcome } = await sender(async () => {
      throw new Error('the secret of alice@example.com');
    })();
    expect(outcome).toEqual({ kind: 'retry', reason: 'secret-out-of-reach' });
  });
});

describe('a secret that was changed', () => {
  test('is read again when the one kept is refused, and the request is sent with it', async () => {
    const vendor = await aVendor('new');
    const asked: boolean[] = [];
    const { outcome } = await sender(async (afresh) => {
      asked.push(afresh);
      return { token: afresh ? 'new' : 'old', endpoint: vendor.endpoint };
    })();
    expect(outcome.kind).toBe('delivered');
    expect(vendor.heard).toEqual(['Bearer old', 'Bearer new']);
    expect(asked).toEqual([false, true]);
  });

  test('is not asked for at every refusal', async () => {
    const vendor = await aVendor('new');
    let refreshed = 0;
    const send = sender(async (afresh) => {
      if (afresh) refreshed += 1;
      return { token: 'wrong', endpoint: vendor.endpoint };
    });
    for (let i = 0; i < 5; i++)
      expect((await send()).outcome).toEqual({ kind: 'failed', reason: 'http-401' });
    expect(refreshed).toBe(1);
    now += 60_000;
    await send();
    expect(refreshed).toBe(2);
  });

  test('is found by a lane that had none', async () => {
    const vendor = await aVendor('new');
    const send = sender(async (afresh) => (afresh ? { token: 'new', endpoint: vendor.endpoint } : undefined));
    expect((await send()).outcome.kind).toBe('delivered');
  });
});

describe('a request that nobody answered', () => {
  test('may still arrive where the connection broke after it was sent', async () => {
    const { endpoint } = await aVendor('breaks');
    const { outcome } = await sender(async () => ({ token: 'x', endpoint }))();
    expect(outcome).toEqual({ kind: 'retry', reason: 'timed-out', timedOut: true });
  });

  test('cannot arrive where nobody listened', async () => {
    const { endpoint } = await aVendor('x');
    for (const close of closing.splice(0)) await close();
    const { outcome } = await sender(async () => ({ token: 'x', endpoint }))();
    expect(outcome).toEqual({ kind: 'retry', reason: 'unreachable' });
  });

  test('may still be carried out behind a gateway that gave up on it', () => {
    const sent = { kind: 'reply', reply: { status: 504, headers: {}, body: '' } } as const;
    const { interpret: _, ...plain } = hubspot;
    expect(outcomeOfSent(plain, sent, now)).toMatchObject({ kind: 'retry', timedOut: true });
  });
});
