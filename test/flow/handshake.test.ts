import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ask, Destination } from '../../lib/destinations/destination.ts';
import { receive } from '../../lib/flow/receive.ts';
import { NOW } from '../builders.ts';
import {
  type AskedVendor,
  aPage,
  aReporter,
  aStop,
  askedVendor,
  type Beside,
  beside,
} from './asked-vendor.fixture.ts';

/** A vendor that posts a code to the address it shall report to, and gives its key to whoever brings the code back. */
describe('a notice that asks for a handshake', () => {
  let vendor: AskedVendor;
  let heed: Beside | undefined;

  beforeEach(async () => {
    vendor = askedVendor();
    await vendor.start();
    vendor.pages.set('/verify', { status: 200, body: { stops: ['ada@example.com'] } });
  });
  afterEach(async () => {
    await heed?.close();
    await vendor.stop();
  });

  const ask: Ask = { ...aPage('/verify'), method: 'POST', body: { code: 7 } };

  async function greeting(keys: readonly string[], handshake?: () => readonly Ask[] | undefined) {
    const { receive: receiver, ...rest } = aReporter(() => ({ choices: [aStop('ada@example.com')] }));
    if (!receiver) throw new Error('it receives nothing');
    const signature = {
      ...({ kind: 'hmac', algorithm: 'sha256', header: 'x-signature', encoding: 'hex' } as const),
      ...{ keys: () => keys, signed: () => '' },
    };
    const destination: Destination = {
      ...rest,
      receive: { ...receiver, signature, ...(handshake && { handshake }) },
    };
    heed = beside(destination, vendor);
    await heed.grant(['ada']);
    const take = receive(heed.ports);
    const notice = { method: 'POST', url: 'https://heed.example/', headers: {}, body: '{"code":7}' };
    const sender = { destination, settings: {}, secret: { token: 'our token' } };
    return () => take(sender, notice, (heed?.ports.clock.now() ?? NOW) + 27_000);
  }
  const greet = async (...how: Parameters<typeof greeting>) => (await greeting(...how))();

  test('is answered with the own credentials while there is no key, and teaches nothing', async () => {
    const answered = await greet([], () => [ask]);
    expect(answered).toEqual({ kind: 'accepted', changes: 0, unchanged: 0, ignored: 0 });
    expect(vendor.asked).toEqual([{ path: '/verify', authorization: 'Bearer our token' }]);
    expect(await heed?.answer('ada')).toBe('granted');
  });

  test.each<[string, readonly string[], (() => readonly Ask[] | undefined) | undefined]>([
    ['there is a key', ['a key'], () => [ask]],
    ['it asks for none', [], () => undefined],
    ['the destination knows of none', [], undefined],
  ])('is refused where %s', async (_name, keys, handshake) => {
    expect(await greet(keys, handshake)).toMatchObject({ kind: 'refused', status: 401 });
    expect(vendor.asked).toEqual([]);
  });

  test('is answered five times a minute and no more, for anybody may ask', async () => {
    const send = await greeting([], () => [ask]);
    const statuses: unknown[] = [];
    for (let n = 0; n < 7; n++) statuses.push(await send());
    const later = expect.objectContaining({ kind: 'refused', status: 503 });
    expect(statuses).toEqual([...Array(5).fill(expect.objectContaining({ kind: 'accepted' })), later, later]);
    expect(vendor.asked).toHaveLength(5);
    heed?.wait(60_000);
    expect(await send()).toMatchObject({ kind: 'accepted' });
  });

  test('is asked to come again where the vendor does not take the answer', async () => {
    vendor.pages.set('/verify', { status: 400 });
    expect(await greet([], () => [ask])).toMatchObject({ kind: 'refused', status: 503 });
  });
});
