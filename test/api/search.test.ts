import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { search } from '../../functions/search.ts';
import { MINUTE } from '../../lib/domain/time.ts';
import { indexVersions } from '../../lib/flow/index-versions.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import { ToldAnswer } from '../../lib/http/delivery-schemas.ts';
import { AuditsAnswer, SearchAnswer } from '../../lib/http/search-schemas.ts';
import { access, aGrant, aStop, context, type Rig, rig } from './rig.ts';

const MAILER: Told = {
  ...{ id: 'mailer', title: 'Mailer', kind: 'state' },
  interest: { topics: ['acme/newsletter'], channels: ['email'] },
};

let api: Rig;
let auditor: string;

beforeEach(async () => {
  api = rig({ destinations: [MAILER] });
  const writer = await api.mint(access('preferences:write'));
  auditor = await api.mint({
    purpose: 'access',
    sub: 'staff',
    person: 'alice',
    scope: 'audit:read',
    sources: [],
  });
  for (const [subject, body] of [
    ['p-1', aGrant()],
    ['p-2', aGrant()],
    ['p-2', aStop()],
    ['p-3', aStop('acme/offers', 'sms')],
  ] as const) {
    api.clock.advance(1_000);
    expect((await api.call('changes', { subject, token: writer, body })).statusCode).toBe(201);
  }
  api.clock.advance(MINUTE);
  const { store, catalogue, clock } = api;
  await indexVersions({ ...store, catalogue, clock, index: store.searchIndex, marks: store.indexMarks })();
});

async function found(query: Readonly<Record<string, string>>) {
  const { statusCode, body } = await api.call('search', { token: auditor, query });
  expect(statusCode).toBe(200);
  return SearchAnswer.parse(JSON.parse(body));
}

const namesIn = ({ versions }: z.output<typeof SearchAnswer>): readonly string[] =>
  versions.map(({ subject, version }) => `${subject}:${version}`);

async function faults(query: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { statusCode, body } = await api.call('search', { token: auditor, query });
  expect(statusCode).toBe(400);
  const { errors } = z.object({ errors: z.array(z.object({ path: z.string() })) }).parse(JSON.parse(body));
  return errors.map(({ path }) => path);
}

describe('the search', () => {
  it('finds versions of all subjects, newest first, and says how far it knows', async () => {
    const answer = await found({});
    expect(namesIn(answer)).toEqual(['p-3:1', 'p-2:2', 'p-2:1', 'p-1:1']);
    expect(answer.indexedUpTo).toBe('2026-05-01T12:00:54.000Z');
    expect(answer.versions[3]).toEqual({
      ...{ subject: 'p-1', version: 1, recordedAt: '2026-05-01T12:00:01.000Z' },
      ...{ occurredAt: '2026-05-01T10:00:00.000Z', source: 'preference-center', actor: 'subject' },
      ...{ notice: 'marketing/3', topics: ['acme/newsletter'], channels: ['email'], states: ['granted'] },
      said: [{ topic: 'acme/newsletter', channel: 'email', state: 'granted' }],
    });
  });

  it('takes topic, channel and state as conditions on one choice, and shows that one first', async () => {
    const writer = await api.mint(access('preferences:write'));
    const offer = { topic: 'acme/offers', channel: 'email', state: 'granted' };
    const body = { ...aGrant(), choices: [...aStop().choices, offer] };
    expect((await api.call('changes', { subject: 'p-4', token: writer, body })).statusCode).toBe(201);
    api.clock.advance(MINUTE);
    const { store, catalogue, clock } = api;
    await indexVersions({ ...store, catalogue, clock, index: store.searchIndex, marks: store.indexMarks })();
    const granted = await found({ topic: 'acme/newsletter', state: 'granted' });
    expect(namesIn(granted)).toEqual(['p-2:1', 'p-1:1']);
    const offers = await found({ topic: 'acme/offers', state: 'granted' });
    expect(namesIn(offers)).toEqual(['p-4:1']);
    expect(offers.versions[0]?.said).toEqual([
      { topic: 'acme/offers', channel: 'email', state: 'granted' },
      { topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' },
    ]);
  });

  it.each([
    [{ state: 'withdrawn' }, ['p-3:1', 'p-2:2']],
    [{ topic: 'acme/newsletter', state: 'granted' }, ['p-2:1', 'p-1:1']],
    [{ channel: 'sms' }, ['p-3:1']],
    [{ notice: 'marketing/3' }, ['p-2:1', 'p-1:1']],
    [{ from: '2026-05-01T14:00:02+02:00', to: '2026-05-01T12:00:04Z' }, ['p-2:2', 'p-2:1']],
    [{ source: 'unheard-of' }, []],
    [{ from: '9999-12-31T23:59:59.999-14:00' }, []],
    [{ to: '9999-12-31T23:59:59.999-14:00', state: 'withdrawn' }, ['p-3:1', 'p-2:2']],
  ])('finds by %j', async (query, names) => {
    expect(namesIn(await found(query))).toEqual(names);
  });

  it('goes on where its page before ended', async () => {
    const first = await found({ limit: '3' });
    const second = await found({ limit: '3', cursor: first.next ?? '' });
    expect([...namesIn(first), ...namesIn(second)]).toEqual(['p-3:1', 'p-2:2', 'p-2:1', 'p-1:1']);
    expect(second.next).toBeUndefined();
  });

  it('tells what became of each at a destination, and finds by it', async () => {
    const answered = {
      version: 2,
      outcome: 'failed' as const,
      reason: 'http-400',
      at: '2026-05-01T12:00:09.000Z',
    };
    api.store.deliveries.push({
      ...{ subject: 'p-2', destination: 'mailer', version: 0, revision: 1, answered },
      trail: [{ attempts: 1, ...answered }],
    });
    const { versions } = await found({ destination: 'mailer' });
    expect(versions.map(({ delivery }) => delivery?.outcome)).toEqual(['failed', 'overtaken', 'pending']);
    const failed = await found({ destination: 'mailer', outcome: 'failed' });
    expect(namesIn(failed)).toEqual(['p-2:2']);
    expect(failed.versions[0]?.delivery).toEqual({
      ...{ destination: 'mailer', outcome: 'failed', reason: 'http-400', at: answered.at },
    });
    expect(namesIn(await found({ destination: 'mailer', outcome: 'pending' }))).toEqual(['p-1:1']);
  });

  it('says of a version whose repeat was refused what is said where it is asked for alone', async () => {
    const refused = {
      version: 2,
      outcome: 'failed' as const,
      reason: 'http-401',
      at: '2026-05-01T12:00:20.000Z',
    };
    const delivered = { version: 2, outcome: 'delivered' as const, at: '2026-05-01T12:00:09.000Z' };
    const trail = [delivered, refused].map((entry) => ({ attempts: 1, ...entry }));
    const item = { subject: 'p-2', destination: 'mailer', version: 2, revision: 2 };
    api.store.deliveries.push({ ...item, answered: refused, trail });
    const query = { version: '2' };
    const { body } = await api.call('deliveries', { subject: 'p-2', token: auditor, query });
    expect(ToldAnswer.parse(JSON.parse(body)).deliveries).toMatchObject([{ outcome: 'delivered' }]);
    expect(namesIn(await found({ destination: 'mailer', outcome: 'failed' }))).toEqual([]);
    expect(namesIn(await found({ destination: 'mailer', outcome: 'delivered' }))).toEqual(['p-2:2']);
  });

  it('finds what was delivered under a mapping that has changed since, or where nobody is told any more', async () => {
    const delivered = { version: 1, outcome: 'delivered' as const, at: '2026-05-01T12:00:09.000Z' };
    const told = {
      title: 'Mailer',
      kind: 'state' as const,
      interest: { topics: ['acme/offers'], channels: ['sms'] },
    };
    api.store.deliveries.push({
      ...{ subject: 'p-3', destination: 'mailer', version: 1, revision: 1 },
      ...{ answered: delivered, trail: [{ attempts: 1, ...delivered }] },
    });
    const asked = { destination: 'mailer', outcome: 'delivered' };
    expect(namesIn(await found(asked))).toEqual([]);
    const mark = { lowWater: 0, setup: '' };
    await api.store.marks.write('mailer', { ...mark, told });
    await api.store.marks.write('former', { ...mark, told });
    await api.store.marks.write('watcher', mark);
    expect(namesIn(await found(asked))).toEqual(['p-3:1']);
    expect(namesIn(await found({ destination: 'mailer' }))).toEqual(['p-3:1', 'p-2:2', 'p-2:1', 'p-1:1']);
    const [item] = api.store.deliveries;
    if (item) api.store.deliveries.push({ ...item, destination: 'former' });
    expect(namesIn(await found({ ...asked, destination: 'former' }))).toEqual(['p-3:1']);
    expect(await faults({ destination: 'watcher' })).toEqual(['destination']);
  });

  it('refuses what it does not understand, and an outcome at no destination', async () => {
    expect(await faults({ outcome: 'failed' })).toEqual(['outcome']);
    expect(await faults({ destination: 'nobody' })).toEqual(['destination']);
    expect(await faults({ topic: 'acme/*' })).toEqual(['topic']);
    expect(await faults({ subject: 'p-1' })).toEqual(['subject']);
    expect(await faults({ limit: '1001' })).toEqual(['limit']);
    expect(await faults({ cursor: 'bm9uc2Vuc2U' })).toEqual(['cursor']);
    const { next = '' } = await found({ limit: '1' });
    expect(await faults({ destination: 'mailer', outcome: 'failed', cursor: next })).toEqual(['cursor']);
  });

  it('is for auditors alone', async () => {
    const reader = await api.mint(access('preferences:read'));
    const own = await api.mint({ purpose: 'preferences', sub: 'p-1' });
    expect((await api.call('search', {})).statusCode).toBe(401);
    expect((await api.call('search', { token: reader })).statusCode).toBe(403);
    expect((await api.call('search', { token: own })).statusCode).toBe(403);
    expect((await api.call('audits', { token: reader })).statusCode).toBe(403);
  });
});

describe('the log of audits', () => {
  const audits = async (query: Readonly<Record<string, string>> = {}) => {
    const { statusCode, body } = await api.call('audits', { token: auditor, query });
    expect(statusCode).toBe(200);
    return AuditsAnswer.parse(JSON.parse(body));
  };

  it('has every read: who, when, what was asked, how many rows', async () => {
    await found({ state: 'withdrawn', limit: '10' });
    const [read] = (await audits()).audits;
    expect(read).toEqual({
      ...{ id: expect.any(String), at: '2026-05-01T12:01:04.000Z', operation: 'search' },
      ...{ who: { client: 'staff', person: 'alice' }, rows: 2, status: 200 },
      query: { state: 'withdrawn', limit: '10' },
    });
  });

  it('has the reading of it too', async () => {
    await audits();
    api.clock.advance(1);
    const again = await audits();
    expect(again.audits.map(({ operation, rows }) => [operation, rows])).toEqual([['audits', 0]]);
  });

  it('is asked by subject, by person, and page by page', async () => {
    for (const id of ['p-1', 'p-2', 'p-1'])
      await api.store.auditLog.write({
        ...{
          id: `00000000-0000-4000-8000-00000000000${api.store.audits.length}`,
          at: '2026-05-01T12:01:00.000Z',
        },
        ...{
          who: { client: 'console', person: 'bob' },
          operation: 'history',
          subject: id,
          query: {},
          rows: 1,
        },
        status: 200,
      });
    expect((await audits({ subject: 'p-1' })).audits).toHaveLength(2);
    expect((await audits({ subject: 'p-1', person: 'alice' })).audits).toHaveLength(0);
    const first = await audits({ person: 'bob', limit: '2' });
    const second = await audits({ person: 'bob', limit: '2', cursor: first.next ?? '' });
    expect([...first.audits, ...second.audits].map(({ subject }) => subject)).toEqual(['p-1', 'p-2', 'p-1']);
  });

  it('has no read of what was refused, and nothing that was mistyped', async () => {
    const before = api.store.audits.length;
    for (const query of [
      { source: 'ada@example.com' },
      { subject: 'ada@example.com' },
      { from: 'yesterday' },
    ])
      expect((await api.call('search', { token: auditor, query })).statusCode).toBe(400);
    expect((await api.call('audits', { token: auditor, query: { subject: '+4512345678' } })).statusCode).toBe(
      400,
    );
    const reader = await api.mint(access('preferences:read'));
    await api.call('search', { token: reader });
    expect(api.store.audits).toHaveLength(before);
  });

  it('shows nothing where it cannot be written', async () => {
    const { store, catalogue, clock, tokens } = api;
    const broken = search({
      ...{ ...store, catalogue, clock, tokens, index: store.searchIndex, destinations: [MAILER] },
      auditLog: {
        write: async () => {
          throw new Error('the table is away');
        },
      },
      line: () => {},
    });
    const { statusCode, body } = await broken(
      {
        ...{ routeKey: 'GET /v1/search', rawPath: '/', rawQueryString: '', isBase64Encoded: false },
        headers: { authorization: `Bearer ${auditor}` },
      },
      context,
    );
    expect(statusCode).toBe(503);
    expect(body).not.toContain('p-1');
  });
});
