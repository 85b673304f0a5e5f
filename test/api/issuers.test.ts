import { createServer } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from '../../lib/http/issuer-tokens.ts';
import { aGrant, NOW, rig } from './rig.ts';
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
    expect(one.store.audits).toMatchObject([{ operation: 'record', who: { client: 'crm', person: 'ann' } }]);
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
