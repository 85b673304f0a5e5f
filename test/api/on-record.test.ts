import { describe, expect, it } from 'vitest';
import { functions } from '../../functions/registry.ts';
import type { HttpResponse } from '../../lib/http/message.ts';
import type { OwnClaims } from '../../lib/http/own-tokens.ts';
import { access, aGrant, aStop, NOW, type Rig, type RouteName, rig } from './rig.ts';

/** What staff read and do, and what the log of audits says of it. */

const SCOPES = 'audit:read preferences:read preferences:write rights:write grants:write tokens:mint';
const staff = (scope = SCOPES, person = 'ann'): OwnClaims => ({
  ...{ purpose: 'access', sub: 'staff', scope, sources: ['*'], person },
});

const GRANT = { person: 'dora', purpose: 'complaint', until: new Date(NOW + 3_600_000).toISOString() };
const EMAIL = 'ada@example.com';
const PHONE = '4512345678';

const bodyOf = ({ body }: HttpResponse) => JSON.parse(body);
const seen = (on: Rig) => on.store.audits.map(({ operation, status }) => [operation, status]);

async function known(): Promise<Rig> {
  const on = rig();
  const body = { ...aGrant(), identifiers: { email: EMAIL } };
  const token = await on.mint(access('preferences:write'));
  expect((await on.call('changes', { subject: 'ada', token, body })).statusCode).toBe(201);
  return on;
}

/** From now on nothing can be put on record. */
function lose(on: Rig, from = 0): void {
  let writes = 0;
  const write = on.store.auditLog.write;
  Object.assign(on.store.auditLog, {
    write: async (audit: Parameters<typeof write>[0]) => {
      if (writes++ < from) return write(audit);
      throw Object.assign(new Error(`no ${EMAIL}`), { name: 'ThrottlingException' });
    },
  });
}

/** Routes for auditors, each with a word in every place a word can be put. */
const READS: readonly RouteName[] = [
  ...(['record', 'decision', 'history', 'deliveries', 'recipients', 'proofs', 'erasure', 'holds'] as const),
  ...(['export', 'search', 'audits', 'grants', 'register', 'checkpoints', 'checkpoint'] as const),
];
const WORDS = [
  ...[
    'email',
    'topic',
    'channel',
    'destination',
    'source',
    'import',
    'notice',
    'person',
    'subject',
    'cursor',
  ],
  ...['validAt', 'knownAt', 'version', 'below', 'limit', 'actor', 'state', 'at'],
];

describe('no address comes into the log of audits', () => {
  it.each(READS)('by a parameter of %s', async (name) => {
    const on = await known();
    const token = await on.mint(staff());
    const request = { subject: 'ada', token, path: { number: '1' } };
    for (const word of WORDS)
      for (const value of [EMAIL, PHONE, `+${PHONE}`])
        for (const also of [{}, { channel: 'email' }, { topic: 'acme/newsletter' }])
          await on.call(name, { ...request, query: { ...also, [word]: value } });
    const log = JSON.stringify(on.store.audits);
    expect(log).not.toContain('example.com');
    expect(log).not.toContain(PHONE);
  });

  it('but what was asked does, where it was found', async () => {
    const on = await known();
    const token = await on.mint(staff('audit:read'));
    const query = { topic: 'acme/newsletter', channel: 'email' };
    await on.call('decision', { subject: 'ada', token, query });
    expect(on.store.audits.at(-1)).toMatchObject({ operation: 'decision', query });
  });

  it.each(['recipients', 'register', 'erasure', 'holds'] as const)(
    'and %s refuses what it would not heed',
    async (name) => {
      const on = await known();
      const token = await on.mint(staff());
      const answer = await on.call(name, {
        subject: 'ada',
        token,
        query: { validAt: '2026-01-01T00:00:00Z' },
      });
      expect([answer.statusCode, bodyOf(answer).type]).toEqual([400, '/problems/invalid-query']);
    },
  );
});

describe('an act', () => {
  const ACTS = [
    ['erase', {}],
    ['set-hold', { action: 'place', reason: 'litigation-1' }],
    ['restrict', { restricted: true }],
    ['rectify', { ...aStop(), evidence: aGrant().evidence, corrects: 1 }],
  ] as const;

  it.each(ACTS)(
    'to %s is on record before it is done, and again with what came of it',
    async (name, body) => {
      const on = await known();
      const { statusCode } = await on.call(name, { subject: 'ada', token: await on.mint(staff()), body });
      expect(on.store.audits).toMatchObject([
        { operation: name, status: 102, subject: 'ada', who: { person: 'ann' }, rows: 0 },
        { operation: name, status: statusCode, subject: 'ada', who: { person: 'ann' } },
      ]);
    },
  );

  it.each(ACTS)('to %s is not done where it cannot be put on record', async (name, body) => {
    const on = await known();
    lose(on);
    const token = await on.mint(staff());
    const answer = await on.call(name, { subject: 'ada', token, body });
    expect(answer.statusCode).toBe(503);
    expect(bodyOf(answer).detail).toContain('nothing was done');
    const { body: after } = await on.call('record', {
      subject: 'ada',
      token: await on.mint(access('preferences:read')),
    });
    expect(JSON.parse(after)).toMatchObject({ version: 1, choices: [{ state: 'granted' }] });
  });

  it('on grants likewise: none is proposed, approved or revoked unseen', async () => {
    const on = rig();
    const as = (person: string) => on.mint(staff('grants:write', person));
    const { id: grant } = bodyOf(await on.call('propose-grant', { token: await as('bob'), body: GRANT }));
    lose(on);
    for (const [name, request] of [
      ['propose-grant', { body: GRANT }],
      ['approve-grant', { path: { grant } }],
      ['revoke-grant', { path: { grant } }],
    ] as const)
      expect((await on.call(name, { token: await as('carol'), ...request })).statusCode).toBe(503);
    const { grants } = await on.store.grants.list({ limit: 10 }).then((grants) => ({ grants }));
    expect(grants).toHaveLength(1);
    expect(grants[0]).not.toHaveProperty('approved');
    expect(grants[0]).not.toHaveProperty('revoked');
  });

  it('of which only the end could not be put on record says that it was begun', async () => {
    const on = await known();
    lose(on, 1);
    const answer = await on.call('restrict', {
      subject: 'ada',
      token: await on.mint(staff()),
      body: { restricted: true },
    });
    expect(bodyOf(answer).detail).toMatch(/^It was begun, and that is on record/);
    expect(seen(on)).toEqual([['restrict', 102]]);
  });

  it('that is refused for its scope or its body did nothing and is not in it', async () => {
    const on = await known();
    const token = await on.mint(staff('audit:read'));
    expect((await on.call('erase', { subject: 'ada', token, body: {} })).statusCode).toBe(403);
    const erases = { subject: 'ada', token: await on.mint(staff()), body: { reason: `of ${EMAIL}` } };
    expect((await on.call('erase', erases)).statusCode).toBe(422);
    expect(on.store.audits).toEqual([]);
  });
});

describe('what cannot be put on record', () => {
  it('is logged with its cause and counted, without what it was about', async () => {
    const on = await known();
    lose(on);
    const answer = await on.call('history', { subject: 'ada', token: await on.mint(staff()) });
    expect([answer.statusCode, bodyOf(answer).detail]).toEqual([503, expect.stringContaining('not shown')]);
    const told = on.lines.find(({ message }) => message === 'unexpected');
    expect(told).toMatchObject({
      ...{ function: 'history', Unexpected: 1, error: 'UnrecordedError', cause: 'ThrottlingException' },
    });
    expect(JSON.stringify(on.lines)).not.toContain('example.com');
  });
});

describe('staff who read by another’s means', () => {
  it('are on record when they are shown a record for a change they posted', async () => {
    const on = await known();
    await on.call('changes', { subject: 'ada', token: await on.mint(staff()), body: aGrant() });
    expect(on.store.audits).toMatchObject([
      { operation: 'changes', subject: 'ada', who: { person: 'ann' }, rows: 1, query: {} },
    ]);
  });

  it('and when they mint tokens, with those they are for', async () => {
    const on = await known();
    const tokens = ['ada', 'bert', 'ada'].map((subject) => ({ subject, purpose: 'preferences' }));
    await on.call('tokens', { token: await on.mint(staff()), body: { tokens } });
    expect(
      on.store.audits.map(({ operation, subject, rows, query }) => [operation, subject, rows, query]),
    ).toEqual([
      ['tokens', 'ada', 2, { purposes: 'preferences' }],
      ['tokens', 'bert', 1, { purposes: 'preferences' }],
    ]);
    lose(on);
    const lost = await on.call('tokens', { token: await on.mint(staff()), body: { tokens } });
    expect(lost.statusCode).toBe(503);
    expect(lost.body).not.toContain('token":');
  });

  it('and a system that does either is not', async () => {
    const on = await known();
    const token = await on.mint(access('preferences:write tokens:mint'));
    await on.call('changes', { subject: 'ada', token, body: aStop() });
    await on.call('tokens', { token, body: { tokens: [{ subject: 'ada', purpose: 'preferences' }] } });
    expect(on.store.audits).toEqual([]);
  });

  it('and a change that was taken says so where only its answer could not be put on record', async () => {
    const on = await known();
    lose(on);
    const answer = await on.call('changes', { subject: 'ada', token: await on.mint(staff()), body: aStop() });
    expect([answer.statusCode, bodyOf(answer).detail]).toEqual([503, expect.stringContaining('stands')]);
    expect(await on.store.records.newest('ada')).toMatchObject({ version: { version: 2 } });
  });
});

describe('an error of ours', () => {
  const specOf = (route: string) =>
    functions.find(
      ({ trigger }) =>
        trigger.kind === 'route' && trigger.routes.some(({ method, path }) => `${method} ${path}` === route),
    )?.name;

  it.each([...READS, 'erase', 'restrict', 'propose-grant', 'approve-grant', 'changes', 'tokens'] as const)(
    'in %s is counted under the name its alarm goes by',
    async (name) => {
      const broken = rig({
        secret: async () => {
          throw new Error('the secret is away');
        },
      });
      const token = await broken.mint(staff());
      expect((await broken.call(name, { subject: 'ada', token })).statusCode).toBe(500);
      const told = broken.lines.find(({ message }) => message === 'unexpected');
      expect(told?.['function']).toBe(specOf(String(told?.['route'])));
      expect(told?.['function']).toBeDefined();
    },
  );
});
