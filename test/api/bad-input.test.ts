import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemAnswer } from '../../lib/http/schemas.ts';
import { badChanges, type Row } from './bad-changes.ts';
import { type EngineStore, engineStore } from './engine-store.ts';
import { access, aGrant, rig } from './rig.ts';

describe('a change is refused, and nothing is stored, for', () => {
  let real: EngineStore;
  beforeAll(async () => {
    real = await engineStore();
  });
  afterAll(() => real.engine.stop());

  it.each(badChanges)('$what: $status $type', async ({ status, type, path, request, sources }) => {
    const { call, mint } = rig({ real: real.store });
    const token = await mint(access('preferences:write', sources));
    const before = real.writes();
    const response = await call('changes', { subject: 'alice', token, ...request });
    const problem = ProblemAnswer.parse(JSON.parse(response.body));
    expect({ status: response.statusCode, type: problem.type }).toEqual({
      status,
      type: `/problems/${type}`,
    });
    if (path !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(path);
    expect(real.writes()).toBe(before);
  });

  it('none of these reasons alone: the change they were made from is stored', async () => {
    const { call, mint } = rig({ real: real.store });
    const before = real.writes();
    const request = { subject: 'alice', token: await mint(access()), body: aGrant() };
    expect((await call('changes', request)).statusCode).toBe(201);
    expect(real.writes()).toBe(before + 1);
    expect((await real.store.records.newest('alice'))?.version.version).toBe(1);
  });
});

const questions: readonly (Row & { readonly route: 'record' | 'decision' | 'history' | 'lookup' })[] = [
  {
    route: 'record',
    what: 'a moment that is none',
    status: 400,
    type: 'invalid-query',
    path: 'validAt',
    request: { query: { validAt: 'soon' } },
  },
  {
    route: 'record',
    what: 'a misspelt parameter',
    status: 400,
    type: 'invalid-query',
    path: 'validat',
    request: { query: { validat: '2026-05-01T00:00:00Z' } },
  },
  {
    route: 'decision',
    what: 'no channel',
    status: 400,
    type: 'invalid-query',
    path: 'channel',
    request: { query: { topic: 'acme/newsletter' } },
  },
  {
    route: 'decision',
    what: 'an unknown topic',
    status: 422,
    type: 'invalid-request',
    path: 'topic',
    request: { query: { topic: 'acme/x', channel: 'email' } },
  },
  {
    route: 'decision',
    what: 'a prefix',
    status: 422,
    type: 'invalid-request',
    path: 'topic',
    request: { query: { topic: 'acme/*', channel: 'email' } },
  },
  {
    route: 'decision',
    what: 'an unknown channel',
    status: 422,
    type: 'invalid-request',
    path: 'channel',
    request: { query: { topic: 'acme/newsletter', channel: 'fax' } },
  },
  {
    route: 'history',
    what: 'a bad cursor',
    status: 400,
    type: 'invalid-query',
    path: 'cursor',
    request: { query: { cursor: 'bm9wZQ' } },
  },
  {
    route: 'history',
    what: 'a cursor with more behind it',
    status: 400,
    type: 'invalid-query',
    path: 'cursor',
    request: { query: { cursor: 'YmVsb3cgMTI=' } },
  },
  {
    route: 'history',
    what: 'no page at all',
    status: 400,
    type: 'invalid-query',
    path: 'limit',
    request: { query: { limit: '0' } },
  },
  {
    route: 'history',
    what: 'too long a page',
    status: 400,
    type: 'invalid-query',
    path: 'limit',
    request: { query: { limit: '201' } },
  },
  {
    route: 'lookup',
    what: 'an unknown kind',
    status: 422,
    type: 'invalid-request',
    path: 'kind',
    request: { body: { kind: 'constructor', value: 'x' } },
  },
  {
    route: 'lookup',
    what: 'no address',
    status: 422,
    type: 'invalid-request',
    path: 'value',
    request: { body: { kind: 'email', value: 'x' } },
  },
  {
    route: 'lookup',
    what: 'no value',
    status: 422,
    type: 'invalid-request',
    path: 'value',
    request: { body: { kind: 'email' } },
  },
];

describe('a question is refused for', () => {
  it.each(questions)('$what: $status $type ($route)', async ({ route, status, type, path, request }) => {
    const { call, mint } = rig();
    const response = await call(route, { subject: 'alice', token: await mint(access()), ...request });
    const problem = ProblemAnswer.parse(JSON.parse(response.body));
    expect({ status: response.statusCode, type: problem.type }).toEqual({
      status,
      type: `/problems/${type}`,
    });
    expect(problem.errors?.map((error) => error.path)).toContain(path);
  });
});

describe('a problem', () => {
  it('does not repeat an address that stood where a name belongs', async () => {
    const { call, mint } = rig();
    const response = await call('changes', {
      subject: 'alice',
      token: await mint(access()),
      body: { ...aGrant(), identifiers: { 'bob@example.com': 'x' }, 'carol@example.com': 1 },
    });
    expect(response.statusCode).toBe(422);
    expect(response.body).not.toMatch(/bob|carol/);
  });

  it('of Heed’s own making tells its caller nothing, and its log where it was but not what it held', async () => {
    const { call, mint, store, lines } = rig();
    const token = await mint(access());
    Object.assign(store.seals, { open: () => Promise.reject(new Error('could not open alice@example.com')) });
    const body = { identifiers: { email: 'alice@example.com' }, evidence: { source: 'call-centre' } };
    const response = await call('changes', { subject: 'alice', token, body });
    expect(JSON.parse(response.body)).toEqual({
      type: '/problems/unexpected',
      title: 'Something went wrong here',
      status: 500,
    });
    expect(lines).toMatchObject([
      { level: 'error', error: 'Error' },
      { message: 'request', status: 500 },
    ]);
    expect(JSON.stringify(lines)).not.toContain('alice@');
  });
});
