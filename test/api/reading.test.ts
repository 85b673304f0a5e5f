import { describe, expect, it } from 'vitest';
import { resolve } from '../../lib/domain/answer.ts';
import { decide } from '../../lib/domain/decide.ts';
import { EMPTY_RECORD } from '../../lib/domain/registers.ts';
import { toIso, toMs } from '../../lib/domain/time.ts';
import type { Choice } from '../../lib/domain/vocabulary.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import {
  AcceptedAnswer,
  DecisionAnswer,
  DeliveriesAnswer,
  HistoryAnswer,
  LookupAnswer,
  RecordAnswer,
} from '../../lib/http/schemas.ts';
import { access, aGrant, aStop, type Rig, rig } from './rig.ts';

const HOUR = 3_600_000;

const grantAt = (occurredAt: string, topic = 'acme/newsletter') => ({
  choices: [{ topic, channel: 'email', state: 'granted' }],
  evidence: { ...aGrant().evidence, occurredAt },
});
const stopAt = (occurredAt: string, topic = 'acme/newsletter') => ({
  ...aStop(topic),
  evidence: { source: 'preference-center', occurredAt },
});

async function post({ call, mint }: Rig, body: object, subject = 'alice') {
  const response = await call('changes', { subject, token: await mint(access()), body });
  expect(response.statusCode).toBe(201);
  return AcceptedAnswer.parse(JSON.parse(response.body));
}

async function record({ call, mint }: Rig, query: Readonly<Record<string, string>> = {}) {
  const response = await call('record', { subject: 'alice', token: await mint(access()), query });
  return { response, view: RecordAnswer.parse(JSON.parse(response.body)) };
}

const states = (view: { readonly choices: readonly Choice[] }) =>
  view.choices.map(({ topic, state }) => `${topic} ${state}`);

describe('a record', () => {
  it('of a subject nobody has spoken of is empty, at version 0', async () => {
    const { response, view } = await record(rig());
    expect(response.headers['etag']).toBe('"0"');
    expect(view).toEqual({
      subject: 'alice',
      version: 0,
      recordedAt: null,
      choices: [],
      stopped: [],
      preferences: [],
      identifiers: {},
    });
  });

  it('says why each answer is what it is, and that everything was stopped', async () => {
    const one = rig();
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    await post(one, { ...aStop('*', 'email'), evidence: { source: 'preference-center' } });
    const { response, view } = await record(one);
    expect(response.headers['etag']).toBe('"2"');
    expect(view.stopped).toEqual(['email']);
    expect(new Set(view.choices.map(({ because }) => because))).toEqual(new Set(['person-withdrew']));
  });

  it('forgets identifiers whose key was destroyed, and goes on answering', async () => {
    const one = rig();
    await post(one, { ...grantAt('2026-05-01T09:00:00Z'), identifiers: { email: 'alice@example.com' } });
    one.store.seals.destroyKey('alice');
    const { view } = await record(one);
    expect(view.identifiers).toEqual({});
    expect(states(view)).toEqual(['acme/newsletter granted']);
  });
});

describe('a record of the past', () => {
  /** Granted at 09:00 and told at 12:00; stopped at 10:00, but told only at 14:00; offers granted at 13:00. */
  async function told(): Promise<Rig> {
    const one = rig();
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    one.clock.advance(HOUR);
    await post(one, grantAt('2026-05-01T13:00:00Z', 'acme/offers'));
    one.clock.advance(HOUR);
    await post(one, stopAt('2026-05-01T10:00:00Z'));
    return one;
  }

  it.each([
    { knownAt: '2026-05-01T11:59:59Z', version: 0, rows: [] },
    { knownAt: '2026-05-01T12:30:00Z', version: 1, rows: ['acme/newsletter granted'] },
    {
      knownAt: '2026-05-01T13:30:00+00:00',
      version: 2,
      rows: ['acme/newsletter granted', 'acme/offers granted'],
    },
    {
      knownAt: '2026-05-01T16:00:00+02:00',
      version: 3,
      rows: ['acme/newsletter withdrawn', 'acme/offers granted'],
    },
    {
      knownAt: '2030-01-01T00:00:00Z',
      version: 3,
      rows: ['acme/newsletter withdrawn', 'acme/offers granted'],
    },
  ])('holds what Heed had been told by $knownAt', async ({ knownAt, version, rows }) => {
    const { response, view } = await record(await told(), { knownAt });
    expect(view.version).toBe(version);
    expect(states(view)).toEqual(rows);
    expect(response.headers['etag']).toBeUndefined();
  });

  it.each([
    { validAt: '2026-05-01T08:00:00Z', rows: [] },
    { validAt: '2026-05-01T09:30:00Z', rows: ['acme/newsletter granted'] },
    { validAt: '2026-05-01T10:00:00Z', rows: ['acme/newsletter withdrawn'] },
    { validAt: '2026-05-01T13:00:00Z', rows: ['acme/newsletter withdrawn', 'acme/offers granted'] },
  ])('holds what had been chosen by $validAt, late arrivals included', async ({ validAt, rows }) => {
    expect(states((await record(await told(), { validAt })).view)).toEqual(rows);
  });

  it('holds what was known then of an earlier time', async () => {
    const one = await told();
    const validAt = '2026-05-01T11:00:00Z';
    const then = await record(one, { validAt, knownAt: '2026-05-01T13:30:00Z' });
    expect(states(then.view)).toEqual(['acme/newsletter granted']);
    const since = await record(one, { validAt, knownAt: '2026-05-01T14:00:00Z' });
    expect(states(since.view)).toEqual(['acme/newsletter withdrawn']);
  });

  it('equals what all changes told and chosen by then add up to, whichever came late', async () => {
    const one = rig();
    for (let i = 0; i < 130; i++) await postLate(one, i);
    const moments = [0, 1, 40, 64, 65, 100, 129, 200].map((minutes) => one.clock.now() - minutes * 60_000);
    for (const validAt of moments) {
      for (const knownAt of moments) {
        const { view } = await record(one, { validAt: toIso(validAt), knownAt: toIso(knownAt) });
        expect(states(view)).toEqual(states(await addedUp(one, { validAt, knownAt })));
      }
    }
  });

  it('lets a grant run out at the moment that is asked for', async () => {
    const one = rig();
    await post(one, grantAt('2026-05-01T09:00:00Z', 'acme/surveys'));
    expect(states((await record(one, { validAt: '2028-04-29T09:00:00Z' })).view)).toEqual([
      'acme/surveys granted',
    ]);
    const { view } = await record(one, { validAt: '2028-05-01T09:00:00Z' });
    expect(view.choices).toMatchObject([{ state: 'withdrawn', because: 'expired' }]);
  });
});

const TOPICS = ['acme/newsletter', 'acme/offers', 'orbit/newsletter', 'orbit/events'];

/** One change a minute, each chosen up to an hour before it arrives. */
async function postLate(one: Rig, i: number): Promise<void> {
  one.clock.advance(60_000);
  const occurredAt = toIso(one.clock.now() - ((i * 37) % 61) * 60_000 - i);
  await post(one, (i % 3 === 0 ? stopAt : grantAt)(occurredAt, TOPICS[(i * 7) % 4]));
}

/** The slow way: every change there is, one by one. */
async function addedUp(
  { store, catalogue }: Rig,
  { validAt, knownAt }: { validAt: number; knownAt: number },
) {
  let record = EMPTY_RECORD;
  for (const { version, digest } of await store.records.history('alice', { limit: 1000 })) {
    const { change, recordedAt } = version;
    if (toMs(recordedAt) > knownAt || toMs(change.evidence.occurredAt) > validAt) continue;
    const context = { subject: 'alice', now: knownAt, catalogue };
    const decision = decide({ version: { ...version, record }, digest }, change, context);
    if (decision.kind === 'version') record = decision.version.record;
  }
  return resolve(record, catalogue, validAt);
}

const anyStop = (i: number) => ({ ...aStop(`acme/old-${i}`), evidence: { source: 'preference-center' } });

describe('a decision', () => {
  async function ask({ call, mint }: Rig, topic = 'acme/newsletter', channel = 'email') {
    const token = await mint(access('preferences:read'));
    const response = await call('decision', { subject: 'alice', token, query: { topic, channel } });
    return DecisionAnswer.parse(JSON.parse(response.body));
  }

  it('is no without an answer, yes for a grant, and no again after a stop', async () => {
    const one = rig();
    expect(await ask(one)).toMatchObject({
      permitted: false,
      because: 'no-answer',
      state: 'none',
      version: 0,
    });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    expect(await ask(one)).toMatchObject({ permitted: true, because: 'granted', version: 1 });
    expect(await ask(one, 'acme/newsletter', 'sms')).toMatchObject({ permitted: false });
    await post(one, aStop('acme/*', '*'));
    expect(await ask(one)).toMatchObject({ permitted: false, because: 'person-withdrew', version: 2 });
  });

  it('says when a grant will run out, and is no from then on', async () => {
    const one = rig();
    await post(one, grantAt('2026-05-01T09:00:00Z', 'acme/surveys'));
    expect(await ask(one, 'acme/surveys')).toMatchObject({
      permitted: true,
      expiresAt: '2028-04-30T09:00:00.000Z',
    });
    one.clock.advance(731 * 24 * HOUR);
    expect(await ask(one, 'acme/surveys')).toMatchObject({ permitted: false, because: 'expired' });
  });
});

describe('a history', () => {
  async function page({ call, mint }: Rig, query: Readonly<Record<string, string>> = {}) {
    const response = await call('history', {
      subject: 'alice',
      token: await mint(access('audit:read')),
      query,
    });
    return HistoryAnswer.parse(JSON.parse(response.body));
  }

  it('shows versions newest first, page by page, each once, linked by their digests', async () => {
    const one = rig();
    for (let i = 0; i < 7; i++) await post(one, anyStop(i));
    const seen: number[] = [];
    const links: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const { versions, next } = await page(one, { limit: '3', ...(cursor && { cursor }) });
      seen.push(...versions.map(({ version }) => version));
      links.push(...versions.flatMap(({ digest, previous }) => [digest, previous]));
      cursor = next;
    } while (cursor);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    for (let i = 1; i < links.length - 1; i += 2) expect(links[i]).toBe(links[i + 1]);
    expect(links.at(-1)).toBeNull();
  });

  it('shows evidence and outcomes, and of identifiers only which kinds changed', async () => {
    const one = rig();
    await post(one, { ...grantAt('2026-05-01T09:00:00Z'), identifiers: { email: 'alice@example.com' } });
    await post(one, { identifiers: { email: null }, evidence: { source: 'preference-center' } });
    const { versions } = await page(one);
    expect(versions).toMatchObject([
      { change: { identifiers: [{ kind: 'email', removed: true }] } },
      {
        change: { identifiers: [{ kind: 'email', removed: false }] },
        evidence: { legalBasis: 'consent', notice: { id: 'marketing', version: '3' } },
        outcomes: [{ outcome: 'applied' }],
        changed: [{ from: 'none', to: 'granted' }],
      },
    ]);
    expect(JSON.stringify(versions)).not.toContain('example.com');
  });

  it('opens the personal parts of evidence where the configuration keeps them, and loses them with their key', async () => {
    const plain = rig();
    const one = rig({ catalogue: { ...plain.catalogue, personalEvidence: ['ip'] } });
    const grant = grantAt('2026-05-01T09:00:00Z');
    await post(one, { ...grant, evidence: { ...grant.evidence, ip: '192.0.2.7', userAgent: 'a browser' } });
    expect(JSON.stringify(await one.store.records.newest('alice'))).not.toContain('192.0.2.7');
    expect((await page(one)).versions[0]?.evidence.personal).toEqual({ ip: '192.0.2.7' });
    one.store.seals.destroyKey('alice');
    expect((await page(one)).versions[0]?.evidence.personal).toBeUndefined();
  });
});

describe('a lookup', () => {
  it('finds everybody who goes by an identifier now, however it is written', async () => {
    const one = rig();
    const email = { identifiers: { email: 'Family@Example.com' }, evidence: { source: 'preference-center' } };
    for (const subject of ['alice', 'bob', 'carol']) await post(one, email, subject);
    await post(one, { identifiers: { email: null }, evidence: { source: 'preference-center' } }, 'carol');
    const token = await one.mint(access('preferences:read'));
    const find = async (value: string) => {
      const { body } = await one.call('lookup', { token, body: { kind: 'email', value } });
      return LookupAnswer.parse(JSON.parse(body)).subjects;
    };
    expect([...(await find(' family@example.com'))].sort()).toEqual(['alice', 'bob']);
    expect(await find('nobody@example.com')).toEqual([]);
  });
});

describe('deliveries', () => {
  const anything = { topics: 'all', channels: 'all' } as const;
  const destinations: readonly Told[] = [
    {
      id: 'crm',
      title: 'CRM',
      kind: 'state',
      interest: { topics: ['acme/newsletter'], channels: ['email'] },
    },
    { id: 'orbit', title: 'Orbit', kind: 'state', interest: { topics: ['orbit/events'], channels: 'all' } },
    { id: 'lake', title: 'Lake', kind: 'log', interest: anything },
  ];
  const at = '2026-05-01T12:00:01.000Z';
  const delivered = { attempts: 1, outcome: 'delivered', at } as const;

  async function view({ call, mint }: Rig) {
    const response = await call('deliveries', { subject: 'alice', token: await mint(access('audit:read')) });
    return DeliveriesAnswer.parse(JSON.parse(response.body));
  }

  it('of a subject nobody has spoken of concern nobody', async () => {
    const { version, deliveries } = await view(rig({ destinations }));
    expect(version).toBe(0);
    expect(deliveries.map(({ outcome, behind }) => `${outcome} ${behind}`)).toEqual([
      'not-concerned false',
      'not-concerned false',
      'not-concerned false',
    ]);
  });

  it('are pending only where a destination cares', async () => {
    const one = rig({ destinations });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    const { deliveries } = await view(one);
    expect(deliveries).toMatchObject([
      { destination: 'crm', title: 'CRM', outcome: 'pending', version: 0, behind: true, trail: [] },
      { destination: 'orbit', outcome: 'not-concerned', behind: false },
      { destination: 'lake', outcome: 'pending', behind: true, missing: 1 },
    ]);
  });

  it('show what each destination has, since when, and what is stuck and why', async () => {
    const one = rig({ destinations });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    await post(one, grantAt('2026-05-01T09:00:00Z', 'acme/offers'));
    const item = { subject: 'alice', destination: 'crm', version: 1, revision: 1 };
    const answered = { version: 1, outcome: 'delivered', at } as const;
    const retrying = { version: 3, attempts: 4, reason: 'http-503', at, until: at };
    one.store.deliveries.push({ ...item, answered, trail: [{ version: 1, ...delivered }], retrying });
    for (const version of [1, 2]) {
      one.store.logged.push({ subject: 'alice', destination: 'lake', version, ...delivered });
    }
    const before = (await view(one)).deliveries;
    expect(before).toMatchObject([
      { outcome: 'delivered', version: 1, behind: false, at },
      {},
      { missing: 0 },
    ]);
    expect(before[0]).not.toHaveProperty('retrying');
    await post(one, aStop());
    one.store.archived.push({
      destination: 'crm',
      trail: [{ version: 1, ...delivered, at: '2026-05-01T11:00:00.000Z' }],
    });
    one.store.logged.push({
      subject: 'alice',
      destination: 'lake',
      version: 3,
      attempts: 2,
      outcome: 'retry',
      reason: 'http-500',
      at,
    });
    expect((await view(one)).deliveries).toMatchObject([
      {
        outcome: 'delivered',
        version: 1,
        behind: true,
        retrying: { version: 3, attempts: 4, reason: 'http-503', until: at },
        trail: [{ at }, { at: '2026-05-01T11:00:00.000Z' }],
      },
      {},
      {
        outcome: 'pending',
        version: 2,
        behind: true,
        missing: 1,
        retrying: { version: 3, reason: 'http-500' },
      },
    ]);
  });
});

describe('health', () => {
  it('answers anybody', async () => {
    expect(await rig().call('health', {})).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
  });
});
