import { request as send } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, expect, test } from 'vitest';
import { type HttpOptions, type Route, startHttp } from '../../local/http.ts';
import type { Listening } from '../../local/listen.ts';
import { until } from './until.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close(100)));
});

const started = async (options: HttpOptions): Promise<Listening> => {
  const server = await startHttp(options);
  open.push(server);
  return server;
};

const changes = { method: 'POST', path: '/v1/subjects/{subject}/changes' };

/** A server with one route that keeps its events, and what it answers. */
const echoing = async (route: Omit<Route, 'handler'>, result: unknown = { statusCode: 200, body: 'ok' }) => {
  const events: APIGatewayProxyEventV2[] = [];
  const handler = async (event: APIGatewayProxyEventV2) => {
    events.push(event);
    return result;
  };
  return { events, server: await started({ routes: [{ ...route, handler }] }) };
};

test('a request becomes an event of payload format 2.0', async () => {
  const { events, server } = await echoing(changes);
  const before = Date.now();
  await fetch(`${server.url}/v1/subjects/alice%3A1/changes?topic=a%20b&channel=sms&channel=email&empty`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'X-One': 'Yes',
      cookie: 'a=1; b=2',
      'user-agent': 'test',
    },
    body: '{"grüße":1}',
  });
  const [event] = events;
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /v1/subjects/{subject}/changes',
    rawPath: '/v1/subjects/alice%3A1/changes',
    rawQueryString: 'topic=a%20b&channel=sms&channel=email&empty',
    queryStringParameters: { topic: 'a b', channel: 'sms,email', empty: '' },
    pathParameters: { subject: 'alice:1' },
    cookies: ['a=1', 'b=2'],
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-one': 'Yes' },
    body: '{"grüße":1}',
    isBase64Encoded: false,
    requestContext: {
      http: {
        method: 'POST',
        path: '/v1/subjects/alice%3A1/changes',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      },
      routeKey: 'POST /v1/subjects/{subject}/changes',
      stage: '$default',
    },
  });
  expect(event?.headers).not.toHaveProperty('cookie');
  expect(event?.requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
  expect(event?.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/20\d\d:\d\d:\d\d:\d\d \+0000$/);
});

test('what a request does not have, its event does not have', async () => {
  const { events, server } = await echoing({ method: 'GET', path: '/v1/health' });
  await fetch(`${server.url}/v1/health`);
  for (const absent of ['body', 'cookies', 'queryStringParameters', 'pathParameters']) {
    expect(events[0]).not.toHaveProperty(absent);
  }
});

const encodings: readonly (readonly [string, string | undefined, Uint8Array, boolean])[] = [
  ['JSON', 'application/json', Buffer.from('{}'), false],
  ['a dialect of JSON', 'application/cloudevents+json', Buffer.from('{}'), false],
  ['plain text', 'text/plain', Buffer.from('hello'), false],
  ['a form', 'application/x-www-form-urlencoded', Buffer.from('a=1'), true],
  ['bytes', 'application/octet-stream', Buffer.from([0, 255]), true],
  ['bytes that claim to be JSON', 'application/json', Buffer.from([0x7b, 0xff]), true],
];
test.each(encodings)('the body of %s arrives whole', async (_, type, body, encoded) => {
  const { events, server } = await echoing(changes);
  const headers = type === undefined ? {} : { 'content-type': type };
  await fetch(`${server.url}/v1/subjects/a/changes`, { method: 'POST', headers, body });
  expect(events[0]?.isBase64Encoded).toBe(encoded);
  expect(Buffer.from(events[0]?.body ?? '', encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(body));
});

test('a reply carries status, headers, cookies and body', async () => {
  const { server } = await echoing(changes, {
    statusCode: 201,
    headers: { ETag: '"12"', 'Content-Type': 'application/json', 'x-count': 3 },
    cookies: ['a=1', 'b=2'],
    body: '{"grüße":1}',
  });
  const reply = await fetch(`${server.url}/v1/subjects/a/changes`, { method: 'POST' });
  expect(reply.status).toBe(201);
  expect(reply.headers.get('etag')).toBe('"12"');
  expect(reply.headers.get('x-count')).toBe('3');
  expect(reply.headers.get('content-type')).toBe('application/json');
  expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await reply.text()).toBe('{"grüße":1}');
});

test('a base64 body is sent as bytes, an empty one as none, and a bare result as JSON', async () => {
  const route = (path: string, result: unknown): Route => ({
    method: 'GET',
    path,
    handler: async () => result,
  });
  const server = await started({
    routes: [
      route('/bytes', { statusCode: 200, body: 'AP8=', isBase64Encoded: true }),
      route('/none', { statusCode: 204 }),
      route('/bare', { fine: true }),
    ],
  });
  const bytes = await fetch(`${server.url}/bytes`);
  expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([0, 255]));
  const none = await fetch(`${server.url}/none`);
  expect([none.status, await none.text()]).toEqual([204, '']);
  const bare = await fetch(`${server.url}/bare`);
  expect([bare.status, bare.headers.get('content-type'), await bare.json()]).toEqual([
    200,
    'application/json',
    { fine: true },
  ]);
});

test.each([
  ['an unknown path', 'POST', '/v1/other'],
  ['another method', 'GET', '/v1/subjects/a/changes'],
  ['an empty parameter', 'POST', '/v1/subjects//changes'],
  ['a path that goes on', 'POST', '/v1/subjects/a/changes/1'],
])('%s answers as API Gateway does', async (_, method, path) => {
  const { server } = await echoing(changes);
  const reply = await fetch(server.url + path, { method });
  expect([reply.status, reply.headers.get('content-type'), await reply.json()]).toEqual([
    404,
    'application/json',
    { message: 'Not Found' },
  ]);
});

test('the most specific route answers, whatever order they are declared in', async () => {
  const route = (method: string, path: string): Route => ({
    method,
    path,
    handler: async ({ pathParameters = {} }) => ({ path, pathParameters }),
  });
  const server = await started({
    routes: [route('GET', '/{rest+}'), route('ANY', '/a/b'), route('GET', '/a/{one}'), route('GET', '/a/b')],
  });
  const chosen = async (path: string, method = 'GET') => (await fetch(server.url + path, { method })).json();
  expect(await chosen('/a/b')).toEqual({ path: '/a/b', pathParameters: {} });
  expect(await chosen('/a/b', 'PUT')).toEqual({ path: '/a/b', pathParameters: {} });
  expect(await chosen('/a/c%2Fd')).toEqual({ path: '/a/{one}', pathParameters: { one: 'c/d' } });
  expect(await chosen('/x/y/z')).toEqual({ path: '/{rest+}', pathParameters: { rest: 'x/y/z' } });
});

test('a parameter that cannot be decoded is a bad request', async () => {
  const { server, events } = await echoing(changes);
  const reply = await fetch(`${server.url}/v1/subjects/%ff/changes`, { method: 'POST' });
  expect([reply.status, await reply.json()]).toEqual([400, { message: 'Bad Request' }]);
  expect(events).toEqual([]);
});

test('a handler that throws, or answers nonsense, is a 500 that tells nothing', async () => {
  const errors: unknown[] = [];
  const server = await started({
    onError: (error) => errors.push(error),
    routes: [
      { method: 'GET', path: '/throws', handler: () => Promise.reject(new Error('secret')) },
      { method: 'GET', path: '/nonsense', handler: async () => ({ statusCode: 'ok' }) },
    ],
  });
  for (const path of ['/throws', '/nonsense']) {
    const reply = await fetch(server.url + path);
    expect([reply.status, await reply.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  }
  expect(errors).toHaveLength(2);
});

test('a body over the limit is refused without reaching the handler, and the next request works', async () => {
  const { server, events } = await echoing(changes);
  const url = `${server.url}/v1/subjects/a/changes`;
  const post = (size: number) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(size) });
  const refused = await post(6 * 1_048_576 + 1);
  expect([refused.status, await refused.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  expect(events).toEqual([]);
  expect((await post(6 * 1_048_576)).status).toBe(200);
});

test('one connection serves many requests', async () => {
  const { server } = await echoing({ method: 'GET', path: '/v1/health' });
  const socket = connect(server.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  const ask = 'GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n';
  socket.write(ask + ask);
  await until('both were answered', () => received.match(/HTTP\/1\.1 200/g)?.length === 2);
  socket.destroy();
});

test('closing lets a running request end and refuses new ones', async () => {
  let release = () => {};
  let running = false;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handler = async () => {
    running = true;
    await held;
    return { statusCode: 200, body: 'done' };
  };
  const server = await startHttp({ routes: [{ method: 'GET', path: '/slow', handler }] });
  const reply = fetch(`${server.url}/slow`).then((found) => found.text());
  await until('it runs', () => running);
  const began = Date.now();
  const closed = server.close();
  await expect(fetch(`${server.url}/slow`)).rejects.toThrow();
  release();
  expect(await reply).toBe('done');
  await closed;
  expect(Date.now() - began).toBeLessThan(2_000);
});

test('closing cuts a request that does not end within the grace', async () => {
  let running = false;
  const handler = () => {
    running = true;
    return new Promise(() => undefined);
  };
  const server = await startHttp({ routes: [{ method: 'GET', path: '/stuck', handler }] });
  const cut = new Promise((resolve) => {
    send(`${server.url}/stuck`).once('error', resolve).end();
  });
  await until('it runs', () => running);
  await server.close(50);
  expect(await cut).toMatchObject({ code: expect.stringMatching(/ECONN/) });
});

test('a port that is taken is one line that names it and the option', async () => {
  const { server } = await echoing(changes);
  const refused = await startHttp({ routes: [], port: server.port }).catch((error: Error) => error.message);
  expect(refused).toBe(
    `Port ${server.port} is taken: stop what listens there, or choose another with --port`,
  );
});

const listed = 'https://www.acme.example';

/** Headers of an answer that have to do with pages of other origins. */
const crossing = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

test('a page of a listed origin may read the answer, and one of any other may not', async () => {
  const handler = async () => ({ statusCode: 200, headers: { vary: 'accept-encoding' }, body: 'ok' });
  const route = { method: 'GET', path: '/v1/preferences', handler };
  const server = await started({ routes: [route], origins: [listed] });
  const ask = (headers: Record<string, string>) => fetch(`${server.url}/v1/preferences`, { headers });
  expect(crossing(await ask({ origin: listed }))).toEqual({
    'access-control-allow-origin': listed,
    'access-control-expose-headers': 'etag, location',
    vary: 'origin, accept-encoding',
  });
  for (const origin of ['https://evil.example', 'http://www.acme.example', `${listed}.evil.example`, 'null'])
    expect(crossing(await ask({ origin }))).toEqual({ vary: 'origin, accept-encoding' });
  expect(crossing(await ask({}))).toEqual({ vary: 'origin, accept-encoding' });
});

test('no page may read what only this engine has: its tokens', async () => {
  const handler = async () => ({ statusCode: 200, body: '{}' });
  const server = await started({
    routes: [{ method: 'POST', path: '/local/token', handler }],
    origins: [listed],
  });
  const ask = (method: string, more = {}) =>
    fetch(`${server.url}/local/token`, { method, headers: { origin: listed, ...more } });
  const answers = [await ask('POST'), await ask('OPTIONS', { 'access-control-request-method': 'POST' })];
  for (const one of answers) expect(crossing(one)).not.toHaveProperty('access-control-allow-origin');
});

test('a browser that asks first is answered on every path, without the handler', async () => {
  const { events, server } = await echoing(changes);
  const open = await started({ routes: [], origins: [listed] });
  const ask = (url: string, origin: string) =>
    fetch(`${url}/v1/subjects/alice/changes`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const allowed = await ask(open.url, listed);
  expect(allowed.status).toBe(204);
  expect(crossing(allowed)).toMatchObject({
    'access-control-allow-origin': listed,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, if-match, idempotency-key',
    'access-control-max-age': '3600',
  });
  expect(crossing(allowed)).not.toHaveProperty('access-control-allow-credentials');
  const other = await ask(open.url, 'https://evil.example');
  expect(other.status).toBe(204);
  expect(crossing(other)).not.toHaveProperty('access-control-allow-origin');
  expect((await ask(server.url, listed)).status).toBe(404);
  expect(events).toEqual([]);
});
