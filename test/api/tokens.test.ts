import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { keyring, mintToken, type OwnClaims, TokenSecret } from '../../lib/http/own-tokens.ts';
import { access, aGrant, NOW, rig, SECRET } from './rig.ts';
import { read, typeOf } from './steps.ts';

describe('a bearer token', () => {
  it('that is missing is asked for', async () => {
    const response = await read(rig());
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="heed"');
    expect(typeOf(response)).toBe('missing-token');
  });

  it.each(['x', 'a.b.c', 'e30.e30.', '..', 'Bearer'])('that is none (%s) is refused', async (token) => {
    const response = await read(rig(), token);
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(typeOf(response)).toBe('invalid-token');
  });

  it('in another scheme is refused', async () => {
    const response = await rig().call('record', {
      subject: 'alice',
      headers: { authorization: 'Basic YTpi' },
    });
    expect(response.statusCode).toBe(401);
  });

  it('that was tampered with is refused alike for people who exist and people who do not', async () => {
    const one = rig();
    const token = await one.mint({ purpose: 'preferences', sub: 'alice' });
    await one.call('changes', { subject: 'alice', token, body: aGrant() });
    const [head, , signature] = token.split('.');
    const forged = (sub: string): string => {
      const payload = { purpose: 'preferences', sub, iss: 'heed', iat: NOW / 1000, exp: NOW / 1000 + 60 };
      return [head, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
    };
    const known = await read(one, forged('alice'), 'alice');
    expect(known.statusCode).toBe(401);
    expect(await read(one, forged('nobody'), 'nobody')).toEqual(known);
  });

  it('works until it expires, and not after, even where it has just been seen', async () => {
    const one = rig();
    const token = await one.mint(access(), 30);
    expect((await read(one, token)).statusCode).toBe(200);
    one.clock.advance(29_000);
    expect((await read(one, token)).statusCode).toBe(200);
    one.clock.advance(32_000);
    const response = await read(one, token);
    expect(response.statusCode).toBe(401);
    expect(JSON.parse(response.body).detail).toBe('It has expired.');
  });

  it('without the scope is refused, and the scope is named', async () => {
    const one = rig();
    const response = await read(one, await one.mint(access('preferences:write tokens:mint')));
    expect(response.statusCode).toBe(403);
    expect(typeOf(response)).toBe('insufficient-scope');
    expect(response.headers['www-authenticate']).toContain('scope="preferences:read"');
  });

  it('is looked at before anything else', async () => {
    const response = await rig().call('changes', { subject: 'a@b.example', raw: '{' });
    expect(response.statusCode).toBe(401);
  });

  it('is never logged, nor is the person’s address', async () => {
    const one = rig();
    const token = await one.mint(access());
    const identifiers = { email: 'alice@example.com' };
    await one.call('changes', { subject: 'alice', token, body: { ...aGrant(), identifiers } });
    await one.call('lookup', { token, body: { kind: 'email', value: 'alice@example.com' } });
    expect(one.lines).toMatchObject([
      { function: 'changes', status: 201 },
      { function: 'lookup', status: 200 },
    ]);
    expect(JSON.stringify(one.lines)).not.toContain(token);
    expect(JSON.stringify(one.lines)).not.toContain('example.com');
  });
});

describe('one of Heed’s own tokens', () => {
  const audit = ['history', 'deliveries', 'decision'] as const;

  it('to see one’s preferences opens one’s own record and change, and nothing else', async () => {
    const one = rig();
    const token = await one.mint({ purpose: 'preferences', sub: 'alice' });
    expect((await read(one, token)).statusCode).toBe(200);
    expect(typeOf(await read(one, token, 'bob'))).toBe('wrong-subject');
    expect(typeOf(await one.call('changes', { subject: 'bob', token, body: aGrant() }))).toBe(
      'wrong-subject',
    );
    expect(one.store.size()).toBe(0);
    const query = { topic: 'acme/newsletter', channel: 'email' };
    for (const route of audit) {
      const response = await one.call(route, { subject: 'alice', token, query });
      expect(typeOf(response)).toBe('wrong-purpose');
    }
    const lookup = await one.call('lookup', { token, body: { kind: 'email', value: 'alice@example.com' } });
    expect(typeOf(lookup)).toBe('wrong-purpose');
  });

  it.each(['unsubscribe', 'confirm'] as const)('to %s opens none of these routes', async (purpose) => {
    const one = rig();
    const of = { sub: 'alice', topic: 'acme/newsletter', channel: 'email' };
    const claims: OwnClaims = purpose === 'confirm' ? { purpose, ...of, request: 'r' } : { purpose, ...of };
    const token = await one.mint(claims);
    expect(typeOf(await read(one, token))).toBe('wrong-purpose');
    expect(typeOf(await one.call('changes', { subject: 'alice', token, body: aGrant() }))).toBe(
      'wrong-purpose',
    );
    expect(one.store.size()).toBe(0);
  });

  it('of a purpose nobody knows is refused', async () => {
    const one = rig();
    const [key] = keyring(SECRET).values();
    if (!key) throw new Error('a seed makes a key');
    const token = await new SignJWT({ purpose: 'everything', sub: 'alice' })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
      .setIssuer('heed')
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60)
      .sign(key.secret);
    expect(typeOf(await read(one, token))).toBe('invalid-token');
  });

  it('still works after its seed was replaced, and no longer once the seed is gone', async () => {
    const old = await mintToken(SECRET, { purpose: 'preferences', sub: 'alice' }, { at: NOW });
    const rotated = TokenSecret.parse({
      seed: 'another seed that nobody would guess',
      previous: [SECRET.seed],
    });
    expect((await read(rig({ secret: async () => rotated }), old)).statusCode).toBe(200);
    const gone = TokenSecret.parse({ seed: rotated.seed });
    expect((await read(rig({ secret: async () => gone }), old)).statusCode).toBe(401);
  });

  it('signed with a seed that is newer than what is known makes Heed look again', async () => {
    const newer = TokenSecret.parse({
      seed: 'another seed that nobody would guess',
      previous: [SECRET.seed],
    });
    const seeds = [SECRET, newer];
    const one = rig({ secret: async () => seeds.shift() ?? newer });
    expect((await read(one, await one.mint(access()))).statusCode).toBe(200);
    one.clock.advance(20_000);
    const token = await mintToken(newer, access(), { at: one.clock.now() });
    expect((await read(one, token)).statusCode).toBe(200);
  });

  it('works for 60 days or longer where nothing else is said', async () => {
    const one = rig();
    const token = await one.mint({ purpose: 'preferences', sub: 'alice' });
    one.clock.advance(60 * 86_400_000);
    expect((await read(one, token)).statusCode).toBe(200);
  });
});
