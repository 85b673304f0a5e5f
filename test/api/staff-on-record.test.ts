import { expect, test } from 'vitest';
import { readCatalogue } from '../../functions/catalogue.ts';
import { evidence } from '../../functions/evidence.ts';
import { keywords } from '../../functions/keywords.ts';
import type { Call } from '../../functions/middleware/method.ts';
import { functions, routes } from '../../functions/registry.ts';
import config from '../../heed.config.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { operations } from '../../lib/http/operations.ts';
import type { OwnClaims } from '../../lib/http/own-tokens.ts';
import { packRig } from '../packs/pack-rig.ts';
import { access, aGrant, aStop, context, NOW, type Request, type RouteName } from './rig.ts';

/** Every route that takes a staff token notes it: those of the API's description that name a scope. */
const staffed = routes.filter(({ name }) => operations[name]?.scope !== undefined);

const UNTIL = new Date(NOW + 3_600_000).toISOString();

/** What each is asked with, where it asks for anything: what is refused for its form did nothing, and is not noted. */
const REQUESTS: Readonly<Record<string, Request>> = {
  changes: { body: aStop() },
  signals: { body: { signal: 'gpc' } },
  keywords: { body: { from: '+4520123456', text: 'STOP' } },
  decision: { query: { topic: 'acme/newsletter', channel: 'email' } },
  lookup: { body: { kind: 'email', value: 'ada@example.com' } },
  tokens: { body: { tokens: [{ subject: 'ada', purpose: 'preferences' }] } },
  'bulk-evidence': { body: { subject: 'ada' } },
  erase: { body: {} },
  'set-hold': { body: { action: 'place', reason: 'litigation-1' } },
  restrict: { body: { restricted: true } },
  rectify: { body: { ...aStop(), evidence: aGrant().evidence, corrects: 1 } },
  'propose-grant': { body: { person: 'dora', purpose: 'complaint', until: UNTIL } },
};

const SMS = { source: 'text-messages', channel: 'sms', snsTopics: [], answeredByTwilio: [] };
const SCOPE = [...new Set(staffed.map(({ name }) => operations[name]?.scope))].join(' ');
const ANN: OwnClaims = { purpose: 'access', sub: 'desk', scope: SCOPE, sources: ['*'], person: 'ann' };

/** An API in which somebody is known, and all of its routes that staff may call. */
async function staffRoom() {
  const { on, app } = packRig();
  const packs = evidence(app);
  const own: Readonly<Record<string, Call>> = {
    catalogue: readCatalogue({ ...app, config, laneList: [] }),
    evidence: packs,
    'bulk-evidence': packs,
    'evidence-state': packs,
    keywords: keywords({
      ...{ ...app, ...on.store, clock: on.clock, keywordSecret: async () => ({}) },
      config: { ...config, keywords: { ...SMS, stops: ['*'], languages: ['en'] } },
      web: { send: async () => ({ kind: 'silence', timedOut: true }) },
    }),
  };
  const isRigged = (name: string): name is RouteName => !Object.hasOwn(own, name);
  const call = async (name: string, token: string): Promise<HttpResponse | undefined> => {
    const request = {
      subject: 'ada',
      token,
      path: { number: '1', grant: '0'.repeat(25) },
      ...REQUESTS[name],
    };
    return isRigged(name) ? on.call(name, request) : own[name]?.(eventOf(name, request), context);
  };
  const granting = { subject: 'ada', token: await on.mint(access()), body: aGrant() };
  expect((await on.call('changes', granting)).statusCode).toBe(201);
  on.store.audits.length = 0;
  return { on, call };
}

function eventOf(name: string, { token, body, path }: Request): HttpEvent {
  const { method, path: rawPath } = routes.find((route) => route.name === name) ?? { method: '', path: '' };
  return {
    ...{ routeKey: `${method} ${rawPath}`, rawPath, rawQueryString: '', isBase64Encoded: false },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    pathParameters: { ...path, subject: 'ada', pack: 'none' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

const TAKEN = new Set(['changes', 'signals', 'keywords']);

test('there are routes that staff may call, and these are all of them that the description gives a scope', () => {
  expect(staffed.length).toBeGreaterThan(30);
  expect(Object.keys(REQUESTS).filter((name) => !staffed.some((route) => route.name === name))).toEqual([]);
});

test.each(staffed)('what staff do by $name is on record', async ({ name }) => {
  const { on, call } = await staffRoom();
  const answer = await call(name, await on.mint(ANN));
  expect([401, 403, 500]).not.toContain(answer?.statusCode);
  if (TAKEN.has(name)) expect([200, 201]).toContain(answer?.statusCode);
  expect(on.store.audits.at(-1)).toMatchObject({ operation: name, who: { person: 'ann', client: 'desk' } });
  expect(JSON.stringify(on.store.audits)).not.toMatch(/20123456|example\.com/);
});

test.each(staffed)('and the function behind $name may write it', ({ name, path }) => {
  const behind = functions.filter(
    ({ trigger }) => trigger.kind === 'route' && trigger.routes.some((route) => route.path === path),
  );
  expect(behind.length, name).toBeGreaterThan(0);
  for (const { needs } of behind) expect(needs).toContain('audit:note');
});

test.each([...TAKEN])('a system that passes on %s is not, nor is the person herself', async (name) => {
  const { on, call } = await staffRoom();
  await call(name, await on.mint(access('preferences:write')));
  await call(name, await on.mint({ purpose: 'preferences', sub: 'ada' }));
  expect(on.store.audits).toEqual([]);
});

test('what staff pass on stands where it could not be put on record, and the answer says so', async () => {
  for (const name of TAKEN) {
    const { on, call } = await staffRoom();
    Object.assign(on.store.auditLog, { write: () => Promise.reject(new Error('no')) });
    const answer = await call(name, await on.mint(ANN));
    expect([name, answer?.statusCode, answer?.body]).toEqual([name, 503, expect.stringContaining('stands')]);
  }
});
