import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ask, Destination, Learned } from '../../lib/destinations/destination.ts';
import { sha256 } from '../../lib/domain/digest.ts';
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
  KEY,
} from './asked-vendor.fixture.ts';

let vendor: AskedVendor;
let open: Beside[] = [];

beforeEach(async () => {
  vendor = askedVendor();
  await vendor.start();
});
afterEach(async () => {
  vendor.heal();
  for (const one of open) await one.close();
  open = [];
  await vendor.stop();
});

const PEOPLE = ['ada', 'bea', 'cora'];

/** Heed and a destination whose notices lead to these questions; everybody has granted the newsletter. */
async function played(learned: Learned, more: Partial<Destination> = {}) {
  const destination = { ...aReporter(() => learned), ...more };
  const heed = beside(destination, vendor);
  open.push(heed);
  await heed.grant(PEOPLE);
  const take = receive(heed.ports);
  const send = (body = '{}', deadline = NOW + 27_000) =>
    take(
      { destination, settings: {}, secret: { token: 'our token' } },
      { method: 'POST', url: 'https://heed.example/', headers: {}, body, key: KEY },
      deadline,
    );
  const answers = async () => Promise.all(PEOPLE.map(heed.answer));
  return { ...heed, send, answers };
}

const stops = (...names: readonly string[]) => ({
  ...{ status: 200, body: { stops: names.map((name) => `${name}@example.com`) } },
});

describe('a notice that leads to questions', () => {
  test('is learned from by asking for whom it points to, with Heed’s own credentials', async () => {
    vendor.pages.set('/people/7', stops('ada'));
    const heed = await played({ choices: [], asks: [aPage('/people/7')] });
    expect(await heed.send('{"person":7}')).toMatchObject({ kind: 'accepted', changes: 1 });
    expect(await heed.answers()).toEqual(['withdrawn', 'granted', 'granted']);
    expect(vendor.asked).toEqual([{ path: '/people/7', authorization: 'Bearer our token' }]);
    const { evidence } = (await heed.store.records.newest('ada'))?.version.change ?? {};
    expect(evidence?.receivedDigest).toBe(sha256('{"person":7}'));
  });

  test('is followed page by page', async () => {
    vendor.pages.set('/1', { status: 200, body: { stops: ['ada@example.com'], next: '/2' } });
    vendor.pages.set('/2', { status: 200, body: { stops: ['bea@example.com'], next: '/3' } });
    vendor.pages.set('/3', stops('cora'));
    const heed = await played({ choices: [], asks: [aPage('/1')] });
    expect(await heed.send()).toMatchObject({ kind: 'accepted', changes: 3 });
    expect(await heed.answers()).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
  });

  test('that only asks whether it is heard is answered at the address it names, without credentials', async () => {
    vendor.pages.set('/confirm', { status: 200 });
    const learn: Ask['learn'] = ({ status }) => (status < 300 ? { choices: [] } : undefined);
    const ask: Ask = { method: 'GET', path: 'https://vendor.example/confirm?t=1', anonymous: true, learn };
    const heed = await played({ choices: [], asks: [ask] });
    expect(await heed.send()).toEqual({ kind: 'accepted', changes: 0, unchanged: 0, ignored: 0 });
    expect(vendor.asked).toEqual([{ path: '/confirm?t=1', authorization: undefined }]);
    vendor.pages.set('/confirm', { status: 403 });
    expect(await heed.send()).toMatchObject({ kind: 'refused', status: 503 });
  });

  test('stores what it says itself even where the rest cannot be learned, and is to be sent again', async () => {
    const learned = { choices: [aStop('ada@example.com')], asks: [aPage('/people/7')] };
    vendor.pages.set('/people/7', { status: 500 });
    const heed = await played(learned);
    expect(await heed.send()).toMatchObject({ kind: 'refused', status: 503 });
    expect(await heed.answers()).toEqual(['withdrawn', 'granted', 'granted']);
    expect(heed.lines).toContainEqual({
      level: 'warn',
      message: 'ask',
      destination: 'mailer',
      reason: 'http-500',
    });
    vendor.pages.set('/people/7', stops('bea'));
    expect(await heed.send()).toMatchObject({ kind: 'accepted', changes: 1, unchanged: 1 });
    expect(await heed.answers()).toEqual(['withdrawn', 'withdrawn', 'granted']);
  });

  test('goes on where one answer cannot be read, and is to be sent again', async () => {
    vendor.pages.set('/1', { status: 200, body: { stops: 'ada' } });
    vendor.pages.set('/2', stops('bea'));
    const heed = await played({ choices: [], asks: [aPage('/1'), aPage('/2')] });
    expect(await heed.send()).toMatchObject({ kind: 'refused', status: 503 });
    expect(await heed.answers()).toEqual(['granted', 'withdrawn', 'granted']);
  });

  test('is not learned from by a reader that throws, nor by a success that is a failure', async () => {
    vendor.pages.set('/1', stops('ada'));
    const learn = (): Learned => {
      throw new Error('nobody foresaw this');
    };
    const throwing = await played({ choices: [], asks: [{ ...aPage('/1'), learn }] });
    expect(await throwing.send()).toMatchObject({ status: 503 });
    const locked = await played(
      { choices: [], asks: [aPage('/1')] },
      { interpret: () => ({ kind: 'retry', reason: 'locked' }) },
    );
    expect(await locked.send()).toMatchObject({ status: 503 });
    expect(await locked.answers()).toEqual(['granted', 'granted', 'granted']);
  });

  test.each([
    ['a vendor that does not let Heed in', () => vendor.rejectTokens(10)],
    ['a vendor that is asked too often', () => vendor.fail({ status: 429 })],
    ['a vendor that is not there', () => vendor.stop()],
  ])('is to be sent again: %s', async (_, happens) => {
    const heed = await played({ choices: [], asks: [aPage('/1')] });
    await happens();
    expect(await heed.send()).toMatchObject({ kind: 'refused', status: 503 });
  });

  test.each<[string, Partial<Ask>]>([
    ['with Heed’s credentials', {}],
    ['in the clear', { path: 'http://vendor.example/1', anonymous: true }],
  ])('asks nobody elsewhere %s', async (_, more) => {
    vendor.pages.set('/1', stops('ada'));
    const heed = await played({ choices: [], asks: [{ ...aPage('https://vendor.example/1'), ...more }] });
    expect(await heed.send()).toMatchObject({ status: 503 });
    expect(vendor.asked).toEqual([]);
  });

  test('asks nothing that could not be answered in time', async () => {
    vendor.pages.set('/1', stops('ada'));
    const heed = await played({ choices: [], asks: [aPage('/1')] });
    expect(await heed.send('{}', NOW + 11_000)).toMatchObject({ status: 503 });
    expect(vendor.asked).toEqual([]);
    const patient = await played({ choices: [], asks: [{ ...aPage('/1'), pause: 20_000 }] });
    expect(await patient.send()).toMatchObject({ status: 503 });
    expect(await patient.send('{}', NOW + 33_000)).toMatchObject({ kind: 'accepted', changes: 1 });
  });

  test('that cannot be read whole is taken as far as it can, and refused so that it comes again', async () => {
    vendor.pages.set('/1', stops('bea'));
    const heed = await played({
      choices: [aStop('ada@example.com')],
      asks: [aPage('/1')],
      unread: 'an event',
    });
    expect(await heed.send()).toEqual({ kind: 'refused', status: 422, detail: 'an event' });
    expect(await heed.answers()).toEqual(['withdrawn', 'withdrawn', 'granted']);
    expect(heed.lines).toEqual([{ level: 'warn', message: 'unread', destination: 'mailer' }]);
  });

  test('is finished by the attempts that follow, however much it points to', async () => {
    const paths = Array.from({ length: 450 }, (_, n) => `/people/${n}`);
    for (const path of paths) vendor.pages.set(path, stops());
    vendor.pages.set('/people/449', stops('ada'));
    const heed = await played({ choices: [aStop('bea@example.com')], asks: paths.map(aPage) });
    expect(await heed.send()).toMatchObject({ status: 503 });
    expect(await heed.send()).toMatchObject({ status: 503 });
    expect(await heed.answers()).toEqual(['granted', 'withdrawn', 'granted']);
    expect(await heed.send()).toEqual({ kind: 'accepted', changes: 1, unchanged: 1, ignored: 0 });
    expect(await heed.answers()).toEqual(['withdrawn', 'withdrawn', 'granted']);
    expect(vendor.asked.map(({ path }) => path).sort()).toEqual([...paths].sort());
  });

  test('is asked anew what was not answered, and all of it once it was finished', async () => {
    vendor.pages.set('/1', stops('ada'));
    vendor.pages.set('/2', { status: 500 });
    const heed = await played({ choices: [], asks: [aPage('/1'), aPage('/2')] });
    expect(await heed.send()).toMatchObject({ status: 503 });
    vendor.pages.set('/2', stops('bea'));
    expect(await heed.send()).toMatchObject({ kind: 'accepted' });
    expect(await heed.send()).toMatchObject({ kind: 'accepted' });
    expect(vendor.asked.map(({ path }) => path)).toEqual(['/1', '/2', '/2', '/1', '/2']);
  });

  test('is begun anywhere, so that attempts which know nothing of each other get to all of it', async () => {
    const paths = Array.from({ length: 300 }, (_, n) => `/people/${n}`);
    for (const path of paths) vendor.pages.set(path, stops());
    const heed = await played({ choices: [], asks: paths.map(aPage) });
    Object.assign(heed.ports, { clock: { ...heed.ports.clock, chance: () => 0.5 } });
    expect(await heed.send()).toMatchObject({ status: 503 });
    const asked = new Set(vendor.asked.map(({ path }) => path));
    expect(paths.filter((path) => !asked.has(path))).toEqual(paths.slice(50, 150));
  });

  test('ends, wherever its answers lead', async () => {
    vendor.pages.set('/1', { status: 200, body: { next: '/1' } });
    const heed = await played({ choices: [], asks: [aPage('/1')] });
    expect(await heed.send()).toMatchObject({ status: 503 });
    expect(vendor.asked.length).toBe(200);
  });
});

describe('a notice is read', () => {
  const reading = async (body: string, more: Parameters<typeof aReporter>[1], token = '') => {
    const read: unknown[] = [];
    const destination = aReporter((seen) => {
      read.push(seen);
      return { choices: [] };
    }, more);
    const heed = beside(destination, vendor);
    open.push(heed);
    const answer = await receive(heed.ports)(
      { destination, settings: {}, secret: { token: 'our token' } },
      { method: 'POST', url: 'https://heed.example/', headers: { 'x-token': token }, body, key: KEY },
      NOW + 27_000,
    );
    return { read, answer };
  };

  test('as JSON, and one that means nothing to Heed is taken', async () => {
    const { read, answer } = await reading('{"event":"incident.triggered"}', {});
    expect(read).toEqual([{ event: 'incident.triggered' }]);
    expect(answer).toEqual({ kind: 'accepted', changes: 0, unchanged: 0, ignored: 0 });
  });

  test('as a form, flat, by names as they were sent', async () => {
    const form =
      'type=unsubscribe&data%5Bemail%5D=ada%2Bnews%40example.com&data[list_id]=7&a=1&a=2&__proto__=x';
    const { read } = await reading(form, { body: 'form' });
    const [fields] = read;
    expect(Object.entries(fields ?? {})).toEqual([
      ['type', 'unsubscribe'],
      ['data[email]', 'ada+news@example.com'],
      ['data[list_id]', '7'],
      ['a', '2'],
      ['__proto__', 'x'],
    ]);
  });

  test('as the claims of its token, by keys that the vendor publishes', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    vendor.pages.set('/keys', { status: 200, body: { keys: [publicKey.export({ format: 'jwk' })] } });
    const claims = { iat: NOW / 1000, events: { unsubscribed: 7 } };
    const text = [{ alg: 'RS256' }, claims]
      .map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'))
      .join('.');
    const token = `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    const more = {
      ...{ body: 'jwt' as const },
      signature: {
        ...{ kind: 'jwt' as const, token: ({ body }: { readonly body: string }) => body },
        ...{ keysUrl: () => '/keys', claims: () => ({}), tolerance: 300 },
      },
    };
    expect(await reading(token, more)).toMatchObject({ read: [claims], answer: { kind: 'accepted' } });
    expect(vendor.asked).toEqual([{ path: '/keys', authorization: undefined }]);
    vendor.pages.clear();
    expect(await reading(token, more)).toMatchObject({ read: [], answer: { status: 503 } });
  });
});

describe('an unsubscribe that is reported twice', () => {
  test('is stored once, and not again after the person has thought better of it', async () => {
    const heed = await played({ choices: [aStop('ada@example.com', -30)] });
    const json = (n: number): string => JSON.stringify({ attempt: n });
    expect(await heed.send(json(1))).toMatchObject({ changes: 1 });
    expect(await heed.send(json(2))).toMatchObject({ changes: 0, unchanged: 1 });
    await heed.grant(['ada'], -10);
    expect(await heed.send(json(3))).toMatchObject({ changes: 0, unchanged: 1 });
    expect(await heed.answer('ada')).toBe('granted');
  });

  test('of everything at once, in other words around it, is stored once', async () => {
    const everything = { ...aStop('ada@example.com', -30), topic: 'acme/*' };
    const heed = await played({ choices: [everything] });
    expect(await heed.send('{"n":1}')).toMatchObject({ changes: 1 });
    expect(await heed.send('{"n":2}')).toMatchObject({ changes: 0, unchanged: 1 });
  });

  test('that has no right to be heard leaves a line that names nobody', async () => {
    const foreign = { ...aStop('ada@example.com'), topic: 'orbit/newsletter' };
    const unknown = { ...aStop('ada@example.com'), identifier: { kind: 'shoe-size', value: '39' } };
    const heed = await played({ choices: [foreign, unknown] });
    expect(await heed.send()).toMatchObject({ ignored: 2 });
    const rest = { level: 'warn', message: 'ignored', destination: 'mailer', channel: 'email' };
    expect(heed.lines).toEqual([
      { ...rest, topic: 'acme/newsletter', reason: 'identifier-unusable' },
      { ...rest, topic: 'orbit/newsletter', reason: 'no-right' },
    ]);
  });
});
