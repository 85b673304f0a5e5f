import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importSPKI, jwtVerify } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Auth, defineDestination } from '../../lib/destinations/destination.ts';
import { vendorOf } from '../../lib/http/client.ts';
import type { Request, Sent } from '../../lib/ports.ts';

interface Heard {
  readonly line: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
type Answered = { readonly status?: number; readonly body?: object };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A vendor that answers as it is told and keeps what it heard. */
async function aVendor(answer: (heard: Heard) => Answered = () => ({})) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    const one = { line: `${method} ${url}`, headers, body: Buffer.concat(chunks).toString() };
    heard.push(one);
    const { status = 200, body = {} } = answer(one);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => new Promise((closed) => server.close(closed)));
  return { url: `http://127.0.0.1:${addressOf(server.address()).port}`, heard };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address;
}

const HELLO: Request = { method: 'POST', path: '/hello', body: { say: 'hello' } };
let now = Date.UTC(2026, 4, 1);

/** Sends as a destination that proves itself so; `moved` sends it to the vendor as a sandbox would. */
function sender(auth: Auth<unknown>, url: string, more: object = {}) {
  const destination = defineDestination({
    ...{ id: 'proved', title: 'Proved', kind: 'state', identifiedBy: [], channels: 'all' },
    limits: { perSecond: 1000, concurrency: 2, batch: 1, settleAfter: 0 },
    ...{ impact: 'none', settings: z.unknown(), secret: z.unknown(), topics: () => 'all', auth },
    ...{ endpoint: () => url, translate: () => [], ...more },
  });
  const clock = { now: () => now, sleep: async () => undefined, chance: () => 0 };
  const vendor = vendorOf({ destination, settings: {}, secret: async () => ({}), perSecond: 1e6, clock });
  closing.push(vendor.close);
  return (call: Request = HELLO): Promise<Sent> => vendor.send(call, 'ada:1');
}

const tokens = (body: object, most = 1) => {
  let given = 0;
  return (heard: Heard): Answered => {
    if (heard.line.includes('/token')) return { body: { ...body, access_token: `t${++given}` } };
    return heard.headers['authorization'] === `Bearer t${Math.max(most, 1)}` ? {} : { status: 401 };
  };
};

describe('a request is proved', () => {
  test('by headers of the vendor’s own', async () => {
    const vendor = await aVendor();
    await sender({ kind: 'header', headers: () => ({ 'x-key': 'k', 'x-secret': 's' }) }, vendor.url)();
    expect(vendor.heard[0]?.headers).toMatchObject({ 'x-key': 'k', 'x-secret': 's' });
  });

  test('by credentials beside what a JSON body says', async () => {
    const vendor = await aVendor();
    await sender({ kind: 'fields', fields: () => ({ api_key: 'k' }) }, vendor.url)();
    expect(JSON.parse(vendor.heard[0]?.body ?? '')).toEqual({ api_key: 'k', say: 'hello' });
  });

  test('by credentials in a form', async () => {
    const vendor = await aVendor();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const call: Request = { method: 'POST', path: '/', headers: form, body: 'a=1' };
    await sender({ kind: 'fields', fields: () => ({ key: 'k&k' }) }, vendor.url)(call);
    expect(vendor.heard[0]?.body).toBe('a=1&key=k%26k');
  });

  test('in the way that the secret is made for', async () => {
    const vendor = await aVendor();
    const choose = (): Auth<unknown> => ({ kind: 'bearer', token: () => 'mine' });
    await sender({ kind: 'by-secret', choose }, vendor.url)();
    expect(vendor.heard[0]?.headers['authorization']).toBe('Bearer mine');
  });

  test('by a random number that is another one for each request', async () => {
    const vendor = await aVendor();
    const sign = ({ nonce, timestamp }: { readonly nonce: string; readonly timestamp: number }) => ({
      'x-wsse': `${nonce} ${timestamp}`,
    });
    const send = sender({ kind: 'signed', scheme: 'wsse', sign }, vendor.url);
    await Promise.all([send(), send()]);
    const [a, b] = vendor.heard.map(({ headers }) => String(headers['x-wsse']));
    expect(a).toMatch(new RegExp(`^[0-9a-f]{32} ${now / 1000}$`));
    expect(a).not.toBe(b);
  });

  test('not at all where it is to be anonymous', async () => {
    const vendor = await aVendor();
    const send = sender({ kind: 'bearer', token: () => 'mine' }, 'https://elsewhere.example');
    await send({ method: 'GET', path: `${vendor.url}/confirm?t=1`, anonymous: true });
    expect(vendor.heard[0]).toMatchObject({ line: 'GET /confirm?t=1' });
    expect(vendor.heard[0]?.headers['authorization']).toBeUndefined();
  });
});

describe('a token', () => {
  const oauth = (more: object = {}): Auth<unknown> => ({
    kind: 'oauth-client-credentials',
    token: () => ({ url: '/token', form: { client_id: 'a' } }),
    lifetime: 600,
    ...more,
  });

  test('is fetched once, kept, and fetched anew shortly before it ends', async () => {
    const vendor = await aVendor();
    const server = await aVendor(tokens({ expires_in: 300 }, 1));
    const send = sender(oauth({ token: () => ({ url: `${server.url}/token`, form: {} }) }), vendor.url);
    await Promise.all([send(), send(), send()]);
    expect(server.heard).toHaveLength(1);
    now += 241_000;
    await send();
    expect(server.heard).toHaveLength(2);
    expect(vendor.heard.at(-1)?.headers['authorization']).toBe('Bearer t2');
  });

  test.each([
    ['by a form', { form: { client_id: 'a' } }, 'POST /token', 'grant_type=client_credentials&client_id=a'],
    ['by JSON', { json: { id: 'a' } }, 'POST /token', '{"grant_type":"client_credentials","id":"a"}'],
    ['by a GET', {}, 'GET /token', ''],
  ])('is asked for %s', async (_how, how, line, body) => {
    const vendor = await aVendor(tokens({}));
    const sent = await sender(oauth({ token: () => ({ url: '/token', ...how }) }), vendor.url)();
    expect(vendor.heard[0]).toMatchObject({ line, body });
    expect(sent).toMatchObject({ reply: { status: 200 } });
  });

  test('is asked for with the client’s credentials in a header where the vendor wants them there', async () => {
    const vendor = await aVendor(tokens({}));
    const basic = { user: 'id', password: 'p:w' };
    await sender(oauth({ token: () => ({ url: '/token', form: {}, basic }) }), vendor.url)();
    const sent = String(vendor.heard[0]?.headers['authorization']).replace('Basic ', '');
    expect(Buffer.from(sent, 'base64').toString()).toBe('id:p:w');
  });

  test('is fetched by a refresh token', async () => {
    const vendor = await aVendor(tokens({}));
    const token = () => ({ url: '/token', form: { refresh_token: 'r' } });
    await sender({ kind: 'oauth-refresh-token', token, lifetime: 60 }, vendor.url)();
    expect(vendor.heard[0]?.body).toBe('grant_type=refresh_token&refresh_token=r');
  });

  test('that has ended is fetched anew, whatever words the vendor has for it', async () => {
    const vendor = await aVendor((heard) => {
      if (heard.line.includes('/token')) return { body: { access_token: `t${vendor.heard.length}` } };
      return { body: { expired: heard.headers['authorization'] === 'Bearer t1' } };
    });
    const expired = ({ body }: { readonly body: unknown }) => JSON.stringify(body).includes('true');
    const sent = await sender(oauth(), vendor.url, { expired })();
    expect(vendor.heard.map(({ line }) => line)).toEqual([
      'POST /token',
      'POST /hello',
      'POST /token',
      'POST /hello',
    ]);
    expect(sent).toMatchObject({ reply: { body: { expired: false } } });
  });

  test('of a login goes where and how the vendor says, and so does everything after it', async () => {
    const pod = await aVendor();
    const vendor = await aVendor(() => ({ body: { authToken: 'x', endPoint: `${pod.url}/` } }));
    const auth: Auth<unknown> = {
      kind: 'login',
      token: () => ({ url: '/auth', form: { user: 'u' } }),
      lifetime: 60,
      read: (body) => {
        const { authToken, endPoint } = z.object({ authToken: z.string(), endPoint: z.string() }).parse(body);
        return { token: authToken, endpoint: endPoint };
      },
      header: (token) => ({ authorization: token }),
    };
    await sender(auth, vendor.url)();
    expect(vendor.heard.map(({ line, body }) => `${line} ${body}`)).toEqual(['POST /auth user=u']);
    expect(pod.heard[0]).toMatchObject({ line: 'POST /hello', headers: { authorization: 'x' } });
  });

  test('that the vendor refuses to give is a refusal, and a token endpoint that is down a retry', async () => {
    const refusing = await aVendor(() => ({ status: 400, body: { error: 'invalid_client' } }));
    expect(await sender(oauth(), refusing.url)()).toMatchObject({ reply: { status: 401 } });
    const down = await aVendor(() => ({ status: 503 }));
    expect(await sender(oauth(), down.url)()).toMatchObject({ reply: { status: 503 } });
    const empty = await aVendor(() => ({ status: 200, body: {} }));
    expect(await sender(oauth(), empty.url)()).toMatchObject({ reply: { status: 502 } });
  });
});

describe('a key pair', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const assertion = () => ({ claims: { iss: 'me', sub: 'me' }, key: privateKey, keyId: 'k1', lifetime: 120 });
  const verified = async (jwt: string) =>
    jwtVerify(jwt, await importSPKI(publicKey, 'RS256'), { currentDate: new Date(now) });

  test('signs a bearer token of our own', async () => {
    const vendor = await aVendor();
    const headers = { 'x-token-type': 'KEYPAIR' };
    await sender({ kind: 'key-pair-jwt', assertion, headers }, vendor.url)();
    const sent = vendor.heard[0]?.headers ?? {};
    expect(sent['x-token-type']).toBe('KEYPAIR');
    const { payload, protectedHeader } = await verified(String(sent['authorization']).replace('Bearer ', ''));
    expect(payload).toMatchObject({ iss: 'me', sub: 'me' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
    expect(protectedHeader.kid).toBe('k1');
  });

  test('signs once until shortly before its end, and anew where the vendor has had enough of it', async () => {
    const seen = new Set<unknown>();
    let refusing = false;
    const vendor = await aVendor(({ headers }) => {
      seen.add(headers['authorization']);
      const status = refusing ? 401 : 200;
      refusing = false;
      return { status };
    });
    const send = sender({ kind: 'key-pair-jwt', assertion }, vendor.url);
    await send();
    now += 50_000;
    await send();
    expect(seen.size).toBe(1);
    now += 20_000;
    await send();
    expect(seen.size).toBe(2);
    now += 5_000;
    refusing = true;
    expect(await send()).toMatchObject({ reply: { status: 200 } });
    expect(seen.size).toBe(3);
  });

  test('signs what is exchanged for a token', async () => {
    const vendor = await aVendor(tokens({}));
    const token = () => ({ url: '/token', assertion: assertion() });
    await sender({ kind: 'jwt-bearer', token, lifetime: 60 }, vendor.url)();
    const form = new URLSearchParams(vendor.heard[0]?.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    expect((await verified(form.get('assertion') ?? '')).payload.sub).toBe('me');
  });

  test('that is none fails for good, tells nothing of itself, and asks nobody', async () => {
    const vendor = await aVendor();
    const broken = () => ({ ...assertion(), key: 'not a key' });
    const sent = await sender({ kind: 'key-pair-jwt', assertion: broken }, vendor.url)();
    expect(sent).toEqual({ kind: 'unsent', reason: 'secret-unusable', lasting: true });
    expect(vendor.heard).toEqual([]);
  });
});

describe('a request to AWS', () => {
  const aws = (credentials?: object): Auth<unknown> => ({
    ...{ kind: 'sigv4', service: 'ses', region: () => 'eu-west-1' },
    credentials: () => credentials && { accessKeyId: 'AKID', secretAccessKey: 'secret', ...credentials },
  });

  test('is signed for its service and region, over its body and its session', async () => {
    const vendor = await aVendor();
    await sender(aws({ sessionToken: 'session' }), vendor.url)();
    const headers: Heard['headers'] = vendor.heard[0]?.headers ?? {};
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/20260501\/eu-west-1\/ses\/aws4_request, SignedHeaders=\S*host\S*x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(headers['x-amz-security-token']).toBe('session');
  });

  test('is not sent without credentials', async () => {
    const vendor = await aVendor();
    const sent = await sender(aws(), vendor.url)();
    expect(sent).toEqual({ kind: 'unsent', reason: 'aws-credentials-missing', lasting: true });
    expect(vendor.heard).toEqual([]);
  });
});

describe('a token that the vendor reads in the body', () => {
  test('stands in the place that the body has for it, and nowhere in another body', async () => {
    const { url, heard } = await aVendor(({ line }) =>
      line.endsWith('/token') ? { body: { access_token: "t$&'1" } } : {},
    );
    const send = sender(
      {
        kind: 'oauth-client-credentials',
        token: () => ({ url: '/token', json: { client_id: 'c' } }),
        lifetime: 600,
        place: (token, body) => body.replace('<token/>', () => `<token>${token}</token>`),
      },
      url,
    );
    await send({ ...HELLO, body: '<a><token/></a>', headers: { 'content-type': 'text/xml' } });
    await send();
    await send({ method: 'GET', path: '/hello' });
    expect(heard.slice(1).map(({ body }) => body)).toEqual([
      "<a><token>t$&'1</token></a>",
      '{"say":"hello"}',
      '',
    ]);
  });
});
