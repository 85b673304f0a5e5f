import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Auth, defineDestination, type Token } from '../../lib/destinations/destination.ts';
import { vendorOf } from '../../lib/http/client.ts';
import type { Request } from '../../lib/ports.ts';
import { type Answer, type Asked, simulate } from '../simulators/simulator.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A vendor that answers as it is told and keeps what it was asked. */
async function aVendor(answer: (asked: Asked) => Answer = () => ({ status: 200 })) {
  const asked: Asked[] = [];
  const simulator = simulate({
    answer: (one) => {
      asked.push(one);
      return answer(one);
    },
    ...{ unauthorized: { status: 401 }, permitted: () => undefined, facts: () => [] },
  });
  await simulator.start();
  closing.push(simulator.stop);
  return { url: simulator.url, asked, paths: () => asked.map(({ path }) => path) };
}

const now = Date.UTC(2026, 4, 1);
const clock = { now: () => now, sleep: async () => undefined, chance: () => 0 };
const HELLO: Request = { method: 'POST', path: '/hello', body: {} };

/** Sends as a destination of this kind; the secret is read before each request. */
function sender(auth: Auth<unknown>, secret: () => unknown, endpoint = 'https://vendor.example') {
  const destination = defineDestination({
    ...{ id: 'kept', title: 'Kept', kind: 'state', identifiedBy: [], channels: 'all' },
    limits: { perSecond: 1000, concurrency: 2, batch: 1, settleAfter: 0 },
    ...{ impact: 'none', settings: z.unknown(), secret: z.unknown(), topics: () => 'all', auth },
    ...{ endpoint: () => endpoint, translate: () => [] },
  });
  const vendor = vendorOf({
    ...{ destination, settings: {}, secret: async () => secret(), perSecond: 1e6, clock },
  });
  closing.push(vendor.close);
  return (call: Request = HELLO) => vendor.send(call, 'ada:1');
}

const plain: Auth<unknown> = { kind: 'header', headers: () => ({}) };

const Secret = z.object({ user: z.string() });
const Session = z.object({ token: z.string(), pod: z.string().optional() });
const read = (body: unknown): Token => {
  const { token, pod } = Session.parse(body);
  return { token, ...(pod !== undefined && { endpoint: pod }) };
};
const login: Auth<unknown> = {
  kind: 'login',
  token: (secret) => ({ url: '/login', form: { user: Secret.parse(secret).user } }),
  ...{ lifetime: 3600, read },
};

describe('a login', () => {
  const named = ({ body }: Asked) => new URLSearchParams(body).get('user') ?? '';

  test('belongs to its secret: another one logs in anew, and tells nothing to where the first led', async () => {
    const [first, second] = [await aVendor(), await aVendor()];
    const pods: Readonly<Record<string, string>> = { first: first.url, second: second.url };
    const vendor = await aVendor((asked) => ({
      status: 200,
      body: { token: named(asked), pod: pods[named(asked)] },
    }));
    let user = 'first';
    const send = sender(login, () => ({ user }), vendor.url);
    await send();
    user = 'second';
    await send();
    expect([first.paths(), second.paths()]).toEqual([['/hello'], ['/hello']]);
    expect(second.asked[0]?.headers['authorization']).toBe('Bearer second');
  });

  test('that is refused is not tried twice with the same secret', async () => {
    const vendor = await aVendor(() => ({ status: 401 }));
    const sent = await sender(login, () => ({ user: 'ada' }), vendor.url)();
    expect(sent).toMatchObject({ reply: { status: 401 } });
    expect(vendor.paths()).toEqual(['/login']);
  });

  test('that two requests find ended at once is made anew once', async () => {
    let logins = 0;
    const vendor = await aVendor(({ path, headers }) => {
      if (path === '/login') return { status: 200, body: { token: `t${++logins}` } };
      return { status: headers['authorization'] === 'Bearer t2' ? 200 : 401 };
    });
    const send = sender(login, () => ({ user: 'ada' }), vendor.url);
    const sent = await Promise.all([send(), send(), send()]);
    expect(sent.map((one) => one.kind === 'reply' && one.reply.status)).toEqual([200, 200, 200]);
    expect(logins).toBe(2);
  });

  test.each([
    ['whose answer cannot be read', { status: 200, body: { hello: 'there' } }, 502],
    ['that leads to no address', { status: 200, body: { token: 't', pod: 'pod.example' } }, 502],
    ['that was too slow', { status: 408 }, 408],
  ])('%s is tried again', async (_what, answer, status) => {
    const vendor = await aVendor(() => answer);
    const sent = await sender(login, () => ({ user: 'ada' }), vendor.url)();
    expect(sent).toMatchObject({ kind: 'reply', reply: { status } });
  });
});

describe('a request that went out and was refused', () => {
  const Key = z.object({ key: z.string() });
  const byKey: Auth<unknown> = { kind: 'bearer', token: (secret) => Key.parse(secret).key };
  /** The first of these until it is refused, then the second. */
  const renewed = (first: unknown, second: unknown) => {
    const secrets = [first];
    return () => secrets.shift() ?? second;
  };

  test('has left, also where the secret that took the place of its own cannot be used', async () => {
    const vendor = await aVendor(() => ({ status: 401 }));
    const sent = await sender(byKey, renewed({ key: 'old' }, { key: 'new\n' }), vendor.url)();
    expect(vendor.paths()).toEqual(['/hello']);
    expect(sent).toEqual({ kind: 'unsent', reason: 'secret-unusable', lasting: true, left: true });
  });

  test('has left, also where nobody listens at the address that is named since', async () => {
    const vendor = await aVendor(() => ({ status: 401 }));
    const gone = await aVendor();
    await closing.pop()?.();
    const moved = renewed({ key: 'old' }, { key: 'new', endpoint: gone.url });
    const sent = await sender(byKey, moved, vendor.url)();
    expect(sent).toEqual({ kind: 'silence', timedOut: false, left: true });
  });

  test('has left, also where its session had ended and the next login is refused; behind the first login it has not', async () => {
    let logins = 0;
    const vendor = await aVendor(({ path }) =>
      path === '/login' && ++logins === 1 ? { status: 200, body: { token: 't' } } : { status: 401 },
    );
    const send = sender(login, () => ({ user: 'ada' }), vendor.url);
    expect(await send()).toMatchObject({ reply: { status: 401 }, left: true });
    expect(vendor.paths()).toEqual(['/login', '/hello', '/login']);
    expect(await send()).toMatchObject({ reply: { status: 401 }, left: false });
    expect(vendor.paths().slice(3)).toEqual(['/login']);
  });
});

describe('a request that must not be sent', () => {
  test.each([
    ['..', '/people/..'],
    ['.', '/people/./choices'],
    ['.. in another writing', '/people/%2E%2e/choices'],
    ['.. before a query', '/people/..?all=true'],
  ])('is one for an identifier that is %s, since it would lead elsewhere', async (_what, path) => {
    const vendor = await aVendor();
    const sent = await sender(plain, () => ({}), vendor.url)({ ...HELLO, path });
    expect(sent).toEqual({ kind: 'unsent', reason: 'address-unusable', lasting: true });
    expect(vendor.asked).toEqual([]);
  });

  test('is not one whose query or names hold full stops', async () => {
    const vendor = await aVendor();
    const path = '/people/a..b/...?under=/../x';
    await sender(plain, () => ({}), vendor.url)({ ...HELLO, path });
    expect(vendor.paths()).toEqual(['/people/a..b/...']);
  });

  test('is one whose key no header can hold, such as one with an end of line', async () => {
    const vendor = await aVendor();
    const auth: Auth<unknown> = { kind: 'bearer', token: () => 'key\n' };
    const sent = await sender(auth, () => ({}), vendor.url)();
    expect(sent).toEqual({ kind: 'unsent', reason: 'secret-unusable', lasting: true });
    const call = { ...HELLO, headers: { 'x-name': 'a\r\nb' } };
    expect(await sender(plain, () => ({}), vendor.url)(call)).toEqual({
      ...{ kind: 'unsent', reason: 'request-unusable', lasting: true },
    });
    expect(vendor.asked).toEqual([]);
  });
});

describe('an endpoint in the secret', () => {
  test('is where every request goes, whatever host its path looks like', async () => {
    const vendor = await aVendor();
    const send = sender(plain, () => ({ endpoint: vendor.url }));
    await send({ ...HELLO, path: '//elsewhere.example/x' });
    await send({ ...HELLO, path: 'https://second.example/y?z=1' });
    expect(vendor.paths()).toEqual(['/x', '/y']);
  });

  test('is refused where it would send without TLS what the vendor has over TLS', async () => {
    const send = sender(plain, () => ({ endpoint: 'http://vendor.example' }));
    expect(await send()).toEqual({ kind: 'unsent', reason: 'endpoint-invalid', lasting: true });
  });
});
