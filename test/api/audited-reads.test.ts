import { describe, expect, it } from 'vitest';
import { noticeText } from '../../functions/notice-text.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { RecordAnswer } from '../../lib/http/schemas.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { access, context, type Rig, type RouteName, rig } from './rig.ts';
import { grantAt, post, typeOf } from './steps.ts';

const ADDRESS = 'alice@example.com';

/** Somebody with an address and one grant. */
async function known(): Promise<Rig> {
  const one = rig();
  await post(one, { ...grantAt('2026-05-01T09:00:00Z'), identifiers: { email: ADDRESS } });
  return one;
}

const QUERY = { topic: 'acme/newsletter', channel: 'email', knownAt: '2026-05-01T12:00:00Z' };

const READS: readonly (readonly [RouteName, object, object])[] = [
  ['record', { subject: 'alice', query: { validAt: '2026-05-01T12:00:00Z' } }, { subject: 'alice', rows: 1 }],
  ['decision', { subject: 'alice', query: QUERY }, { subject: 'alice', rows: 1, query: QUERY }],
  ['history', { subject: 'alice' }, { subject: 'alice', rows: 1 }],
  ['lookup', { body: { kind: 'email', value: ADDRESS } }, { rows: 1, query: { kind: 'email' } }],
];

describe('a read', () => {
  it.each(READS)('of a %s by an auditor is on record, without any address', async (name, request, found) => {
    const one = await known();
    const token = await one.mint(access('audit:read'));
    expect((await one.call(name, { ...request, token })).statusCode).toBe(200);
    const who = { client: expect.any(String) };
    expect(one.store.audits).toMatchObject([{ operation: name, status: 200, who, ...found }]);
    expect(JSON.stringify(one.store.audits)).not.toContain('example.com');
  });

  it.each(READS.filter(([name]) => name !== 'history'))(
    'of a %s by a system is not',
    async (name, request) => {
      const one = await known();
      const token = await one.mint(access('preferences:read'));
      expect((await one.call(name, { ...request, token })).statusCode).toBe(200);
      expect(one.store.audits).toEqual([]);
    },
  );

  it('by somebody of the staff is, whatever scope let them in', async () => {
    const one = await known();
    const token = await one.mint({
      ...{ purpose: 'access', sub: 'staff', person: 'ann', scope: 'preferences:read', sources: [] },
    });
    for (const [name, request] of READS.filter(([route]) => route !== 'history'))
      expect((await one.call(name, { ...request, token })).statusCode).toBe(200);
    expect(one.store.audits.map(({ operation, who }) => [operation, who.person])).toEqual([
      ...[
        ['record', 'ann'],
        ['decision', 'ann'],
        ['lookup', 'ann'],
      ],
    ]);
  });

  it('of a lookup names the keyed hash of what was looked for', async () => {
    const one = await known();
    const body = { kind: 'email', value: ` ${ADDRESS.toUpperCase()}` };
    await one.call('lookup', { body, token: await one.mint(access('audit:read')) });
    const hash = await one.store.seals.hash('email', ADDRESS);
    expect(one.store.audits[0]?.query).toEqual({ kind: 'email', hash });
  });

  it('shows addresses in clear only to who may read preferences', async () => {
    const one = await known();
    const emailFor = async (token: string) => {
      const { body } = await one.call('record', { subject: 'alice', token });
      return RecordAnswer.parse(JSON.parse(body)).identifiers['email'];
    };
    expect(await emailFor(await one.mint(access('preferences:read')))).toBe(ADDRESS);
    expect(await emailFor(await one.mint(access('preferences:read audit:read')))).toBe(ADDRESS);
    for (const token of [
      await one.mint(access('audit:read')),
      await one.mint({ purpose: 'preferences', sub: 'alice' }),
    ])
      expect(await emailFor(token)).toMatch(/^a…/);
  });

  it('is refused to whoever has neither the scope nor a grant to audit', async () => {
    const one = await known();
    const token = await one.mint(access('preferences:write'));
    for (const [name, request] of READS) {
      const response = await one.call(name, { ...request, token });
      expect(typeOf(response)).toBe('insufficient-scope');
    }
    expect(one.store.audits).toEqual([]);
  });

  it('of one person is open to whoever has an audit grant for her, while it stands, and is on record with it', async () => {
    const one = await known();
    const staff = (person: string, scope: string) =>
      one.mint({ purpose: 'access', sub: 'console', scope, sources: [], person });
    const body = {
      ...{ person: 'ann', purpose: 'complaint', subject: 'alice' },
      until: '2026-05-01T13:00:00Z',
    };
    const proposed = await one.call('propose-grant', { token: await staff('bob', 'grants:write'), body });
    const { id: grant } = JSON.parse(proposed.body);
    const token = await staff('ann', 'preferences:write');
    const statusOf = async (name: RouteName, request: object) =>
      (await one.call(name, { ...request, token })).statusCode;
    expect(await statusOf('record', { subject: 'alice' })).toBe(403);
    await one.call('approve-grant', { token: await staff('carol', 'grants:write'), path: { grant } });
    expect(await statusOf('record', { subject: 'alice' })).toBe(200);
    expect(one.store.audits.at(-1)).toMatchObject({ operation: 'record', who: { person: 'ann', grant } });
    expect(await statusOf('decision', { subject: 'alice', query: QUERY })).toBe(200);
    expect(await statusOf('record', { subject: 'bert' })).toBe(403);
    expect(await statusOf('lookup', { body: { kind: 'email', value: ADDRESS } })).toBe(403);
    one.clock.advance(3_600_000);
    expect(await statusOf('record', { subject: 'alice' })).toBe(403);
  });

  it('finds of every change who, when, how and what was shown, and the text by its digest', async () => {
    const one = await known();
    const { body } = await one.call('record', {
      subject: 'alice',
      token: await one.mint(access('audit:read')),
    });
    const { source, actor, method, occurredAt, notice } =
      RecordAnswer.parse(JSON.parse(body)).choices[0]?.evidence ?? {};
    expect([source, actor?.kind, method, occurredAt]).toEqual([
      ...['preference-center', 'subject', 'form', '2026-05-01T09:00:00.000Z'],
    ]);
    const handler = noticeText({
      ...{ texts, digests: one.catalogue.notices, assets: { script: '', style: '' }, line: () => undefined },
    });
    const [, , id = '', version = '', language = ''] = (notice?.text ?? '').split('/');
    const shown = await handler(
      {
        ...{ routeKey: 'GET', rawPath: '', rawQueryString: '', headers: {}, isBase64Encoded: false },
        pathParameters: { id, version, language },
      },
      context,
    );
    expect(sha256(Buffer.from(shown.body, 'base64').toString())).toBe(notice?.sha256);
  });

  it('tells a person of her own record, and not who of the staff spoke for her', async () => {
    const one = rig();
    const { evidence, ...grant } = grantAt('2026-05-01T09:00:00Z');
    const actor = { kind: 'agent', id: 'agent-7' };
    await post(one, { ...grant, evidence: { ...evidence, source: 'call-centre', actor } });
    const evidenceFor = async (token: string) => {
      const { body } = await one.call('record', { subject: 'alice', token });
      return RecordAnswer.parse(JSON.parse(body)).choices[0]?.evidence;
    };
    expect((await evidenceFor(await one.mint(access('preferences:read'))))?.actor).toEqual(actor);
    const own = await evidenceFor(await one.mint({ purpose: 'preferences', sub: 'alice' }));
    expect(own).toMatchObject({
      actor: { kind: 'agent' },
      notice: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), text: '/notices/marketing/3/en' },
    });
    expect(own?.actor).not.toHaveProperty('id');
  });
});
