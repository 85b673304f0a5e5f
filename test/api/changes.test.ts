import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import { AcceptedAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { access, aGrant, aStop, NOW, rig } from './rig.ts';

const accepted = ({ body }: { readonly body: string }) => AcceptedAnswer.parse(JSON.parse(body));
const recordIn = ({ body }: { readonly body: string }) => RecordAnswer.parse(JSON.parse(body));

describe('a change that is posted', () => {
  it('is recorded, and its answer says where, which version, and what became of it', async () => {
    const { call, mint } = rig();
    const response = await call('changes', { subject: 'alice', token: await mint(access()), body: aGrant() });
    expect(response.statusCode).toBe(201);
    expect(response.headers).toMatchObject({
      etag: '"1"',
      location: '/v1/subjects/alice?knownAt=2026-05-01T12:00:00.000Z',
    });
    expect(accepted(response)).toMatchObject({
      version: 1,
      outcomes: [{ topic: 'acme/newsletter', channel: 'email', outcome: 'applied' }],
      record: { choices: [{ topic: 'acme/newsletter', state: 'granted', because: 'granted' }] },
    });
  });

  it('can be read where its Location says', async () => {
    const { call, mint } = rig();
    const token = await mint(access());
    await call('changes', { subject: 'alice', token, body: aGrant() });
    const second = await call('changes', { subject: 'alice', token, body: aStop() });
    await call('changes', { subject: 'alice', token, body: { ...aStop('acme/offers') } });
    const [, knownAt = ''] = /knownAt=(.*)$/.exec(second.headers['location'] ?? '') ?? [];
    const there = recordIn(await call('record', { subject: 'alice', token, query: { knownAt } }));
    expect(there.version).toBe(2);
    expect(there.choices).toMatchObject([{ state: 'withdrawn', because: 'person-withdrew' }]);
  });

  it('stops what a clock that was ahead has recorded, if it only stops and names no time', async () => {
    const { call, mint, clock } = rig();
    const token = await mint(access());
    const ahead = 10 * MINUTE;
    clock.advance(ahead);
    const { evidence, ...grant } = aGrant();
    const granted = { ...grant, evidence: { ...evidence, occurredAt: toIso(clock.now()) } };
    await call('changes', { subject: 'alice', token, body: granted });
    clock.advance(1 - ahead);
    const stop = { ...aStop(), evidence: { source: 'preference-center', actor: { kind: 'subject' } } };
    const dated = { ...stop, evidence: { ...stop.evidence, occurredAt: toIso(clock.now()) } };
    const late = accepted(await call('changes', { subject: 'alice', token, body: dated }));
    expect(late.outcomes).toMatchObject([{ outcome: 'superseded' }]);
    const now = accepted(await call('changes', { subject: 'alice', token, body: stop }));
    expect(now.record.choices).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('stops it too where the same change says whom it is about', async () => {
    const { call, mint, clock } = rig();
    const token = await mint(access());
    clock.advance(10 * MINUTE);
    const { evidence, ...grant } = aGrant();
    const granted = { ...grant, evidence: { ...evidence, occurredAt: toIso(clock.now()) } };
    await call('changes', { subject: 'alice', token, body: granted });
    clock.advance(-9 * MINUTE);
    const stop = { ...aStop(), evidence: { source: 'preference-center', actor: { kind: 'subject' } } };
    const body = { ...stop, identifiers: { email: 'alice@example.com' } };
    const now = accepted(await call('changes', { subject: 'alice', token, body }));
    expect(now.record.choices).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('shows the identifiers it named, masked', async () => {
    const { call, mint } = rig();
    const body = { ...aGrant(), identifiers: { email: 'Alice@Example.com', phone: '+45 32 12 34 56' } };
    const response = await call('changes', { subject: 'alice', token: await mint(access()), body });
    expect(accepted(response).record.identifiers).toEqual({ email: 'a…@example.com', phone: '+45…56' });
  });

  it('counts once however often it is sent with one Idempotency-Key, and is answered alike', async () => {
    const { call, mint, store, clock } = rig();
    const request = {
      subject: 'alice',
      token: await mint(access()),
      body: aGrant(),
      headers: { 'idempotency-key': 'k-1' },
    };
    const first = await call('changes', request);
    await call('changes', { ...request, body: aStop(), headers: {} });
    clock.advance(60_000);
    expect(await call('changes', { ...request, headers: { ...request.headers, 'if-match': '"0"' } })).toEqual(
      first,
    );
    expect(store.size()).toBe(2);
  });

  it('is another change under a key that served a different body', async () => {
    const { call, mint, store } = rig();
    const request = { subject: 'alice', token: await mint(access()), headers: { 'idempotency-key': 'k-1' } };
    await call('changes', { ...request, body: aGrant() });
    const other = { ...aGrant(), preferences: [{ key: 'interest.cycling', value: 'like' }] };
    const response = await call('changes', { ...request, body: other });
    expect(response.statusCode).toBe(422);
    expect(JSON.parse(response.body)).toMatchObject({ type: '/problems/idempotency-mismatch' });
    expect(store.size()).toBe(1);
  });

  it('is stored all the same if it only withdraws: no misused key stands in the way of a stop', async () => {
    const { call, mint, store } = rig();
    const request = { subject: 'alice', token: await mint(access()), headers: { 'idempotency-key': 'k-1' } };
    await call('changes', { ...request, body: aGrant() });
    expect((await call('changes', { ...request, body: aStop() })).statusCode).toBe(201);
    expect(store.size()).toBe(2);
  });

  it('keeps a grant of a prefix as the topics there are, so that a later topic is granted by nobody', async () => {
    const { call, mint } = rig();
    const grant = { ...aGrant(), choices: [{ topic: 'acme/*', channel: 'email', state: 'granted' }] };
    const response = await call('changes', { subject: 'alice', token: await mint(access()), body: grant });
    const { outcomes } = JSON.parse(response.body);
    expect(outcomes.length).toBeGreaterThan(1);
    expect(outcomes.map(({ topic }: { topic: string }) => topic)).not.toContain('acme/*');
  });

  it('shares no Idempotency-Key with another client', async () => {
    const { call, mint, store } = rig();
    const headers = { 'idempotency-key': 'k-1' };
    const own = await mint({ purpose: 'preferences', sub: 'alice' });
    await call('changes', { subject: 'alice', token: await mint(access()), headers, body: aGrant() });
    expect((await call('changes', { subject: 'alice', token: own, headers, body: aStop() })).statusCode).toBe(
      201,
    );
    expect(store.size()).toBe(2);
  });

  it('must find the version it expects, and says which one stands', async () => {
    const { call, mint, store } = rig();
    const request = { subject: 'alice', token: await mint(access()) };
    const post = (ifMatch: string, topic: string) =>
      call('changes', {
        ...request,
        body: { ...aGrant(), choices: [{ topic, channel: 'email', state: 'granted' }] },
        headers: { 'if-match': ifMatch },
      });
    expect((await post('"0"', 'acme/newsletter')).statusCode).toBe(201);
    const stale = await post('"0"', 'acme/offers');
    expect(stale.statusCode).toBe(412);
    expect(JSON.parse(stale.body)).toMatchObject({ type: '/problems/version-conflict', version: 1 });
    expect((await post('W/"1"', 'acme/offers')).statusCode).toBe(201);
    expect((await post('*', 'orbit/events')).statusCode).toBe(201);
    expect(store.size()).toBe(3);
  });

  it('gets through whatever it expects when it only withdraws', async () => {
    const { call, mint } = rig();
    const request = { subject: 'alice', token: await mint(access()), body: aStop('*', '*') };
    for (const ifMatch of ['"7"', 'nonsense', '"1", "2"']) {
      expect(
        (await call('changes', { ...request, headers: { 'if-match': ifMatch } })).statusCode,
      ).toBeLessThan(300);
    }
  });

  it('may come as base64, and as any JSON type', async () => {
    const { call, mint } = rig();
    const response = await call('changes', {
      subject: 'alice',
      token: await mint(access()),
      body: aGrant(),
      base64: 'utf8',
      headers: { 'content-type': 'application/vnd.acme+json; charset=utf-8' },
    });
    expect(response.statusCode).toBe(201);
  });

  it('is in the record already when it is sent again without a key', async () => {
    const { call, mint, store } = rig();
    const request = { subject: 'alice', token: await mint(access()), body: aGrant() };
    await call('changes', request);
    const again = await call('changes', request);
    expect(again.statusCode).toBe(200);
    expect(accepted(again)).toMatchObject({ version: 1, outcomes: [{ outcome: 'unchanged' }] });
    expect(store.size()).toBe(1);
  });
});

describe('a person’s own change', () => {
  it('speaks for the preference centre as the person, now, whatever it claims', async () => {
    const { call, mint, store } = rig();
    const token = await mint({ purpose: 'preferences', sub: 'alice' });
    const body = {
      ...aGrant(),
      evidence: {
        ...aGrant().evidence,
        source: 'crm-import',
        actor: { kind: 'import' },
        occurredAt: '2020-01-01T00:00:00Z',
      },
    };
    expect((await call('changes', { subject: 'alice', token, body })).statusCode).toBe(201);
    const stored = await store.records.newest('alice');
    expect(stored?.version.change.evidence).toMatchObject({
      source: 'preference-center',
      actor: { kind: 'subject' },
      occurredAt: new Date(NOW).toISOString(),
    });
  });

  it('shows its identifiers masked when it is read', async () => {
    const { call, mint } = rig();
    const token = await mint({ purpose: 'preferences', sub: 'alice' });
    const body = { identifiers: { email: 'alice@example.com' } };
    expect((await call('changes', { subject: 'alice', token, body })).statusCode).toBe(201);
    expect(recordIn(await call('record', { subject: 'alice', token })).identifiers).toEqual({
      email: 'a…@example.com',
    });
    const open = await call('record', { subject: 'alice', token: await mint(access()) });
    expect(recordIn(open).identifiers).toEqual({ email: 'alice@example.com' });
  });
});

describe('a mixed change that is refused', () => {
  const Problem = z.object({ detail: z.string(), withdrawals: z.unknown() });

  it('repeats its withdrawals, and they can be posted as they stand', async () => {
    const { call, mint, store } = rig();
    const request = { subject: 'alice', token: await mint(access()) };
    const { evidence } = aGrant();
    for (const state of ['granted', 'perhaps']) {
      const choices = [...aStop().choices, { topic: 'acme/unheard-of', channel: 'email', state }];
      const refused = await call('changes', { ...request, body: { choices, evidence } });
      expect(refused.statusCode).toBe(422);
      expect(store.size()).toBe(0);
      const { detail, withdrawals } = Problem.parse(JSON.parse(refused.body));
      expect(withdrawals).toMatchObject(aStop());
      expect(detail).toContain('The withdrawals in it were not stored either: post them as they stand here.');
    }
    const choices = [...aStop().choices, { topic: 'acme/unheard-of', channel: 'email', state: 'granted' }];
    const refused = await call('changes', { ...request, body: { choices, evidence } });
    const { withdrawals } = Problem.parse(JSON.parse(refused.body));
    expect((await call('changes', { ...request, body: withdrawals })).statusCode).toBe(201);
  });

  it('says in how many they can be posted, where they are too many for one', async () => {
    const { call, mint } = rig();
    const choices = Array.from({ length: 201 }, (_, i) => ({
      topic: `acme/t${i}`,
      channel: 'email',
      state: 'withdrawn',
    }));
    const refused = await call('changes', {
      subject: 'alice',
      token: await mint(access()),
      body: { choices },
    });
    const { detail, withdrawals } = Problem.parse(JSON.parse(refused.body));
    expect(detail).toContain('post them in changes of at most 200');
    expect(withdrawals).toEqual({ choices });
  });
});
