import { expect, test } from 'vitest';
import { readCatalogue } from '../../functions/catalogue.ts';
import { api } from '../../functions/middleware/api.ts';
import { type AuditorApp, auditor } from '../../functions/middleware/auditor.ts';
import config from '../../heed.config.ts';
import { type HttpEvent, type HttpResponse, json } from '../../lib/http/message.ts';
import type { OwnClaims } from '../../lib/http/own-tokens.ts';
import { context, NOW, type Rig, rig } from './rig.ts';

const DAY = 86_400_000;

const staff = (person: string, scope = 'grants:write'): OwnClaims => ({
  ...{ purpose: 'access', sub: 'console', scope, sources: [], person },
});

const proposal = (more: object = {}) => ({
  person: 'alice',
  purpose: 'complaint',
  until: new Date(NOW + DAY).toISOString(),
  ...more,
});

const bodyOf = ({ body }: HttpResponse) => JSON.parse(body);

async function proposed(on: Rig, more: object = {}): Promise<string> {
  const token = await on.mint(staff('bob'));
  const answer = await on.call('propose-grant', { token, body: proposal(more) });
  expect(answer.statusCode).toBe(201);
  expect(answer.headers['location']).toBe(`/v1/grants/${bodyOf(answer).id}`);
  return bodyOf(answer).id;
}

const act = async (on: Rig, what: 'approve-grant' | 'revoke-grant', grant: string, by: string) =>
  on.call(what, { token: await on.mint(staff(by)), path: { grant } });

/** A route for auditors, as they all are. */
async function reads(on: Rig, person: string, subject?: string): Promise<number> {
  const app: AuditorApp = { ...on.store, tokens: on.tokens, clock: on.clock };
  const route = api('probe', () => {})
    .use(auditor(app, 'history'))
    .handler<HttpEvent, HttpResponse>(async () => json(200, {}));
  const token = await on.mint(staff(person, 'preferences:read'));
  const event = {
    ...{ routeKey: 'GET /probe', rawPath: '/probe', rawQueryString: '', isBase64Encoded: false },
    headers: { authorization: `Bearer ${token}` },
    ...(subject !== undefined && { pathParameters: { subject } }),
  };
  return (await route(event, context)).statusCode;
}

test('one proposes, another approves, and the third reads until it ends by itself', async () => {
  const on = rig();
  const grant = await proposed(on);
  expect(await reads(on, 'alice', 'p-1')).toBe(403);
  const approval = await act(on, 'approve-grant', grant, 'carol');
  expect(bodyOf(approval)).toMatchObject({
    ...{ person: 'alice', issuer: 'heed', state: 'standing', approved: { by: 'carol', issuer: 'heed' } },
  });
  expect(await reads(on, 'alice', 'p-1')).toBe(200);
  expect(await reads(on, 'bob', 'p-1')).toBe(403);
  on.clock.advance(DAY - 1);
  expect(await reads(on, 'alice', 'p-1')).toBe(200);
  on.clock.advance(1);
  expect(await reads(on, 'alice', 'p-1')).toBe(403);
});

test('every read by it is on record and names it', async () => {
  const on = rig();
  const grant = await proposed(on);
  await act(on, 'approve-grant', grant, 'carol');
  await reads(on, 'alice', 'p-1');
  expect(on.store.audits.at(-1)).toMatchObject({
    ...{ who: { client: 'console', person: 'alice', grant }, operation: 'history', subject: 'p-1' },
  });
});

test('a client in nobody’s name neither proposes nor approves: it may be the same person’s; it may revoke', async () => {
  const on = rig();
  const token = await on.mint({ purpose: 'access', sub: 'robot', scope: 'grants:write', sources: [] });
  const refused = await on.call('propose-grant', { token, body: proposal() });
  expect([refused.statusCode, bodyOf(refused).type]).toEqual([403, '/problems/second-person']);
  const grant = await proposed(on);
  expect((await on.call('approve-grant', { token, path: { grant } })).statusCode).toBe(403);
  expect(await reads(on, 'alice', 'p-1')).toBe(403);
  expect((await on.call('revoke-grant', { token, path: { grant } })).statusCode).toBe(200);
});

test.each([
  ['bob', 'Whoever proposed it cannot approve it.'],
  ['alice', 'Whoever would audit by it cannot approve it.'],
])('%s cannot approve it', async (by, detail) => {
  const on = rig();
  const answer = await act(on, 'approve-grant', await proposed(on), by);
  expect(answer.statusCode).toBe(403);
  expect(bodyOf(answer)).toMatchObject({ type: '/problems/second-person', detail });
  expect(await reads(on, 'alice')).toBe(403);
});

test('one for a person lets in no client of that name', async () => {
  const on = rig();
  await act(on, 'approve-grant', await proposed(on), 'carol');
  const token = await on.mint({ purpose: 'access', sub: 'alice', scope: 'preferences:read', sources: [] });
  expect((await on.call('history', { token, subject: 'p-1' })).statusCode).toBe(403);
  expect(await reads(on, 'alice', 'p-1')).toBe(200);
});

test('a reference may stand beside the purpose', async () => {
  const on = rig();
  await proposed(on, { reference: 'case-2026-118' });
  const { grants } = bodyOf(await on.call('grants', { token: await on.mint(staff('bob')) }));
  expect(grants).toMatchObject([{ purpose: 'complaint', reference: 'case-2026-118' }]);
});

test('one for a subject opens that subject, and nothing across subjects', async () => {
  const on = rig();
  await act(on, 'approve-grant', await proposed(on, { subject: 'p-1' }), 'carol');
  expect(await reads(on, 'alice', 'p-1')).toBe(200);
  expect(await reads(on, 'alice', 'p-2')).toBe(403);
  expect(await reads(on, 'alice')).toBe(403);
});

test('one for a subject opens what is about nobody too, and names the grant; not once it has ended', async () => {
  const on = rig();
  const grant = await proposed(on, { subject: 'p-1001' });
  const token = await on.mint(staff('alice', 'preferences:write'));
  const catalogue = readCatalogue({ ...on.store, ...on, config, laneList: [], line: () => undefined });
  const event = {
    ...{ routeKey: 'GET /v1/catalogue', rawPath: '/', rawQueryString: '', isBase64Encoded: false },
    headers: { authorization: `Bearer ${token}` },
  };
  const statuses = async () => [
    (await catalogue(event, context)).statusCode,
    (await on.call('register', { token })).statusCode,
    (await on.call('checkpoints', { token })).statusCode,
    (await on.call('history', { token, subject: 'p-1001' })).statusCode,
    (await on.call('history', { token, subject: 'p-1002' })).statusCode,
    (await on.call('search', { token })).statusCode,
    (await on.call('audits', { token })).statusCode,
  ];
  expect(await statuses()).toEqual([403, 403, 403, 403, 403, 403, 403]);
  await act(on, 'approve-grant', grant, 'carol');
  expect(await statuses()).toEqual([200, 200, 200, 200, 403, 403, 403]);
  expect(on.store.audits.slice(-4).map(({ operation, who }) => [operation, who.grant])).toEqual(
    ['catalogue', 'register', 'checkpoints', 'history'].map((operation) => [operation, grant]),
  );
  on.clock.advance(DAY);
  expect(await statuses()).toEqual([403, 403, 403, 403, 403, 403, 403]);
});

test('revoked before it was approved it cannot be approved; revoked after, it opens nothing more', async () => {
  const on = rig();
  const early = await proposed(on);
  expect(bodyOf(await act(on, 'revoke-grant', early, 'bob')).state).toBe('revoked');
  expect((await act(on, 'approve-grant', early, 'carol')).statusCode).toBe(409);
  on.clock.advance(1);
  const late = await proposed(on);
  await act(on, 'approve-grant', late, 'carol');
  expect(await reads(on, 'alice')).toBe(200);
  await act(on, 'revoke-grant', late, 'dave');
  expect(await reads(on, 'alice')).toBe(403);
  expect((await act(on, 'revoke-grant', late, 'carol')).statusCode).toBe(200);
  const list = bodyOf(await on.call('grants', { token: await on.mint(staff('eve', 'audit:read')) }));
  expect(list.grants.map((one: { state: string }) => one.state)).toEqual(['revoked', 'revoked']);
  expect(list.grants[0].revoked.by).toBe('dave');
});

test('it lasts thirty days at most, and needs a purpose (a code: it outlives an erasure), an end to come and a person', async () => {
  const on = rig();
  const token = await on.mint(staff('bob'));
  const refused = async (more: object) => {
    const answer = await on.call('propose-grant', { token, body: proposal(more) });
    expect(answer.statusCode).toBe(422);
    return bodyOf(answer).errors.map(({ path }: { path: string }) => path);
  };
  expect(await refused({ until: new Date(NOW + 30 * DAY + 1).toISOString() })).toEqual(['until']);
  expect(await refused({ until: new Date(NOW).toISOString() })).toEqual(['until']);
  expect(await refused({ purpose: '  ' })).toEqual(['purpose']);
  for (const words of [
    'complaint of ada@example.com',
    'ada@example.com',
    '4512345678',
    '+4512345678',
    'Ada Smith',
  ]) {
    expect(await refused({ purpose: words })).toEqual(['purpose']);
    expect(await refused({ reference: words })).toEqual(['reference']);
  }
  expect(await refused({ issuer: 'https://ada@example.com' })).toEqual(['issuer']);
  expect(await refused({ person: undefined })).toEqual(['person']);
  expect(await refused({ subject: 'alice@example.com' })).toEqual(['subject']);
  await proposed(on, { until: new Date(NOW + 30 * DAY).toISOString() });
});

test('who only audits lists grants and decides nothing; who does neither sees none', async () => {
  const on = rig();
  const grant = await proposed(on);
  const token = await on.mint(staff('eve', 'audit:read'));
  expect((await on.call('grants', { token })).statusCode).toBe(200);
  expect((await on.call('propose-grant', { token, body: proposal() })).statusCode).toBe(403);
  expect((await on.call('approve-grant', { token, path: { grant } })).statusCode).toBe(403);
  const other = await on.mint(staff('eve', 'preferences:read'));
  expect((await on.call('grants', { token: other })).statusCode).toBe(403);
  expect((await act(on, 'approve-grant', 'x'.repeat(25), 'carol')).statusCode).toBe(404);
  expect((await act(on, 'approve-grant', 'no id', 'carol')).statusCode).toBe(404);
});

test('whatever is done about grants is on record before and after, with who did it and which', async () => {
  const on = rig();
  const grant = await proposed(on);
  await act(on, 'approve-grant', grant, 'alice');
  await act(on, 'approve-grant', grant, 'carol');
  await act(on, 'revoke-grant', grant, 'dave');
  const acts = on.store.audits.map(({ operation, who, query, status }) => [
    ...[operation, who.person, query['grant'], status],
  ]);
  expect(acts).toEqual([
    ['propose-grant', 'bob', undefined, 102],
    ['propose-grant', 'bob', grant, 201],
    ['approve-grant', 'alice', grant, 102],
    ['approve-grant', 'alice', grant, 403],
    ['approve-grant', 'carol', grant, 102],
    ['approve-grant', 'carol', grant, 200],
    ['revoke-grant', 'dave', grant, 102],
    ['revoke-grant', 'dave', grant, 200],
  ]);
});

test('the list goes on where its page ended', async () => {
  const on = rig();
  const made: string[] = [];
  for (let n = 0; n < 5; n++) {
    made.push(await proposed(on));
    on.clock.advance(1);
  }
  const token = await on.mint(staff('bob'));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: '2', ...(cursor !== undefined && { cursor }) };
    const page = bodyOf(await on.call('grants', { token, query }));
    seen.push(...page.grants.map(({ id }: { id: string }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(seen).toEqual(made.reverse());
});
