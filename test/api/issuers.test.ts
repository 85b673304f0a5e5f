import { createServer } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from '../../lib/http/issuer-tokens.ts';
import { aGrant, NOW, type Rig, rig } from './rig.ts';
import { read, typeOf } from './steps.ts';

describe('an issuer’s token', () => {
  let url = '';
  let privateKey: CryptoKey;
  let requests = 0;
  const server = createServer(async (_, response) => {
    requests += 1;
    response.end(keys);
  });
  let keys = '';

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    privateKey = pair.privateKey;
    keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }] });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
  });
  afterAll(() => server.close());

  const issuer = (jwks = url): Issuer => ({
    issuer: 'https://id.acme.example',
    audience: 'heed',
    jwks,
    clients: { crm: { sources: ['crm-import'] }, web: { sources: ['preference-center'] } },
  });

  const sign = (claims: Readonly<Record<string, unknown>>, iss = 'https://id.acme.example', aud = 'heed') =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(iss)
      .setAudience(aud)
      .setExpirationTime(NOW / 1000 + 300)
      .sign(privateKey);

  const scope = 'preferences:read preferences:write';

  it('opens what its scopes say, and its issuer’s keys are fetched once', async () => {
    const one = rig({ issuers: [issuer()] });
    const before = requests;
    const tokens = await Promise.all([
      sign({ client_id: 'crm', scope }),
      sign({ azp: 'crm', scp: ['preferences:read'] }),
      sign({ sub: 'crm', scp: 'preferences:read audit:read' }),
    ]);
    for (const token of tokens) expect((await read(one, token)).statusCode).toBe(200);
    expect(requests - before).toBe(1);
  });

  it('speaks for its client’s sources, and a client nobody declared for none', async () => {
    const one = rig({ issuers: [issuer()] });
    const post = async (client_id: string) =>
      one.call('changes', { subject: 'alice', token: await sign({ client_id, scope }), body: aGrant() });
    expect((await post('web')).statusCode).toBe(201);
    for (const client of ['crm', 'stranger', 'constructor']) {
      expect(typeOf(await post(client))).toBe('forbidden-source');
    }
    expect(one.store.size()).toBe(1);
  });

  it('names who of the staff is at it, whose reads are on record; a system’s own names nobody, whatever its `sub`', async () => {
    const one = rig({ issuers: [issuer()] });
    for (const claims of [
      { sub: 'crm', client_id: 'crm' },
      { sub: 'crm@clients', azp: 'crm' },
      { sub: 'd952cf23', azp: 'CRM', preferred_username: 'service-account-crm' },
    ])
      expect((await read(one, await sign({ ...claims, scope }))).statusCode).toBe(200);
    expect(one.store.audits).toEqual([]);
    await read(one, await sign({ sub: 'ann', azp: 'crm', preferred_username: 'ann', scope }));
    const issued = 'https://id.acme.example';
    expect(one.store.audits).toMatchObject([
      { operation: 'record', who: { client: 'crm', person: 'ann', issuer: issued } },
    ]);
  });

  it('of an app names nobody where the issuer says that it is one', async () => {
    const one = rig({ issuers: [issuer()] });
    const claims = { azp: 'crm', sub: 'principal-of-crm', scope };
    await read(one, await sign({ ...claims, idtyp: 'app' }));
    await read(one, await sign({ ...claims, oid: 'principal-of-crm' }));
    expect(one.store.audits).toEqual([]);
    await read(one, await sign({ ...claims, idtyp: 'user' }));
    expect(one.store.audits).toHaveLength(1);
  });

  describe('about an audit grant', () => {
    const OTHER = 'https://id.other.example';
    const others = (): Issuer => ({ ...issuer(), issuer: OTHER });
    const body = { person: 'eve', purpose: 'complaint', until: new Date(NOW + 3_600_000).toISOString() };
    const signed = (claims: object, iss?: string) =>
      sign({ scope: 'grants:write', azp: 'console', ...claims }, iss);
    const propose = async (one: Rig, token: string, more: object = {}) => {
      const answer = await one.call('propose-grant', { token, body: { ...body, ...more } });
      return { status: answer.statusCode, grant: String(JSON.parse(answer.body).id) };
    };
    const approve = async (one: Rig, token: string, grant: string) =>
      (await one.call('approve-grant', { token, path: { grant } })).statusCode;

    it('two apps of one administrator are no two people, whatever Entra tells of them', async () => {
      const one = rig({ issuers: [issuer()] });
      const { grant } = await propose(one, await signed({ sub: 'ann' }));
      for (const app of [
        { azp: 'app-1', sub: 'principal-1', idtyp: 'app' },
        { azp: 'app-1', sub: 'principal-1', oid: 'principal-1' },
      ]) {
        expect((await propose(one, await signed(app))).status).toBe(403);
        expect(await approve(one, await signed(app), grant)).toBe(403);
      }
      expect(await approve(one, await signed({ sub: 'pairwise-2', oid: 'object-2' }), grant)).toBe(200);
    });

    it('only people who sign in with a declared client count, where any is declared', async () => {
      const one = rig({ issuers: [{ ...issuer(), staff: ['console'] }] });
      const { status, grant } = await propose(one, await signed({ sub: 'ann' }));
      expect(status).toBe(201);
      expect(await approve(one, await signed({ azp: 'app-1', sub: 'principal-1' }), grant)).toBe(403);
      expect(await approve(one, await signed({ sub: 'bob' }), grant)).toBe(200);
    });

    it('whoever another issuer calls the same is somebody else', async () => {
      const one = rig({ issuers: [issuer(), others()] });
      const { grant } = await propose(one, await signed({ sub: 'ann' }));
      expect(await approve(one, await signed({ sub: 'eve' }, OTHER), grant)).toBe(200);
      const history = async (iss?: string) =>
        (await one.call('history', { subject: 'alice', token: await signed({ sub: 'eve' }, iss) }))
          .statusCode;
      expect([await history(), await history(OTHER)]).toEqual([200, 403]);
      const second = await propose(one, await signed({ sub: 'ann' }), { issuer: OTHER });
      await approve(one, await signed({ sub: 'bob' }), second.grant);
      expect(await history(OTHER)).toBe(200);
    });
  });

  it('is refused from another issuer, for another audience, without an expiry, or from nobody', async () => {
    const one = rig({ issuers: [issuer()] });
    const endless = await new SignJWT({ client_id: 'crm', scope })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('https://id.acme.example')
      .setAudience('heed')
      .sign(privateKey);
    const tokens = [
      await sign({ client_id: 'crm', scope }, 'https://id.other.example'),
      await sign({ client_id: 'crm', scope }, undefined, 'somebody-else'),
      await sign({ scope }),
      endless,
    ];
    for (const token of tokens) expect(typeOf(await read(one, token))).toBe('invalid-token');
  });

  it('is refused where anybody could have made it: unsigned, or signed with what is public', async () => {
    const one = rig({ issuers: [issuer()] });
    const claims = {
      client_id: 'crm',
      scope,
      iss: 'https://id.acme.example',
      aud: 'heed',
      exp: NOW / 1000 + 300,
    };
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'k' })
      .sign(new TextEncoder().encode(keys.padEnd(64)));
    for (const token of [new UnsecuredJWT(claims).encode(), shared]) {
      expect(typeOf(await read(one, token))).toBe('invalid-token');
    }
  });

  it('is neither taken nor called wrong while its issuer’s keys cannot be had', async () => {
    const one = rig({ issuers: [issuer('http://127.0.0.1:1/keys')] });
    const response = await read(one, await sign({ client_id: 'crm', scope }));
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBeDefined();
  });
});
