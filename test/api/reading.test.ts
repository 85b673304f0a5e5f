import { describe, expect, it } from 'vitest';
import { DecisionAnswer, HistoryAnswer, LookupAnswer } from '../../lib/http/schemas.ts';
import { access, aStop, type Rig, rig } from './rig.ts';
import { grantAt, HOUR, post, record, states } from './steps.ts';

const anyStop = (i: number) => ({ ...aStop(`acme/old-${i}`), evidence: { source: 'preference-center' } });

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

describe('health', () => {
  it('answers anybody', async () => {
    expect(await rig().call('health', {})).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
  });
});
