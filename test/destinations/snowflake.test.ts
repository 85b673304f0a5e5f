import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { BatchCall } from '../../lib/destinations/destination.ts';
import { snowflake } from '../../lib/destinations/snowflake.ts';
import { aDelivery, aReply, carried, spoken } from './deliveries.ts';

describe('snowflake', () => {
  const PLACE = { account: 'acme-prod_2', database: 'PREFERENCES', warehouse: 'HEED' };
  const settings = (more: object = {}) => snowflake.settings.parse({ ...PLACE, ...more });
  const calls = (more: object = {}) =>
    snowflake
      .translate(aDelivery({ identifiers: {} }), settings(more))
      .filter((call): call is BatchCall => 'items' in call);
  const follow = (reply: Parameters<NonNullable<BatchCall['follow']>>[0]) => calls()[0]?.follow?.(reply);

  test('is asked not to be waited for, names itself, and is bound one text', () => {
    const [first] = calls({ role: 'WRITER' });
    expect(first).toMatchObject({
      ...{ method: 'POST', path: '/api/v2/statements?async=true' },
      headers: { accept: 'application/json', 'user-agent': 'heed/1.0' },
    });
    const body: unknown = first?.wrap(first.items);
    expect(body).toMatchObject({
      ...{ database: 'PREFERENCES', schema: 'PUBLIC', warehouse: 'HEED', role: 'WRITER', timeout: 60 },
      ...{ parameters: { query_tag: 'heed' }, bindings: { '1': { type: 'TEXT' } } },
    });
    expect(Object.keys(Object(body).bindings)).toEqual(['1']);
  });

  test('is told of what holds now before what was chosen', () => {
    const tables = calls().map(({ wrap, items }) => /INTO (\w+)/.exec(Object(wrap(items)).statement)?.[1]);
    expect(tables).toEqual(['HEED_CHOICES', 'HEED_VERSIONS']);
    expect(carried(calls())).toMatchObject([
      [{ subject: 'ada', topic: 'acme/newsletter', state: 'granted', version: 7 }],
      [{ subject: 'ada', version: 7, event: { subject: 'ada' } }],
    ]);
  });

  test('is told of a version that says nothing of any choice, too', () => {
    const silent = snowflake.translate(aDelivery({ choices: [] }), settings());
    expect(carried(silent)).toMatchObject([[{ subject: 'ada', version: 7 }]]);
  });

  test('is asked how a statement went until it has ended', () => {
    const handle = 'e4ce975e-f7ff-4b5e-b15e-bf25f59371ae';
    expect(follow(aReply(202, { statementHandle: handle }))).toMatchObject({
      ...{ method: 'GET', path: `/api/v2/statements/${handle}`, pause: 500 },
      headers: { accept: 'application/json', 'user-agent': 'heed/1.0' },
    });
    expect(follow(aReply(200, { statementHandle: handle }))).toBeUndefined();
    expect(follow(aReply(202, {}))).toBeUndefined();
  });

  test.each<[string, number, object, string | undefined]>([
    ['a statement that ended well', 200, { code: '090001', statementHandle: 'e4ce975e' }, undefined],
    ['a 200 that is about no statement', 200, {}, 'retry unreadable-reply'],
    ['one of which nobody can ask any longer', 202, {}, 'retry not-finished'],
    ['a lock', 422, { code: '000625', sqlState: '57014' }, 'retry sql-000625'],
    ['a conflict by its state alone', 422, { code: '000999', sqlState: '40001' }, 'retry sql-000999'],
    ['a table that is not there', 422, { code: '002003', sqlState: '02000' }, 'failed sql-002003'],
    ['a code that is none', 422, { code: 'ada@example.com' }, 'failed http-422'],
    ['no code at all', 422, {}, 'failed http-422'],
    ['a timeout', 408, { code: '000630' }, undefined],
    ['a server in trouble', 503, {}, undefined],
  ])('reads %s', (_name, status, body, expected) => {
    expect(spoken(snowflake.interpret?.(aReply(status, body)))).toBe(expected);
  });

  test('is reached by the name of the account, or by another host', () => {
    const secret = snowflake.secret.parse({ user: 'heed', privateKey: 'PRIVATE KEY' });
    expect(snowflake.endpoint(settings(), secret)).toBe('https://acme-prod-2.snowflakecomputing.com');
    const host = 'xy12345.eu-central-1.snowflakecomputing.com';
    expect(snowflake.endpoint(settings({ host }), secret)).toBe(`https://${host}`);
  });

  test('is proved to by account, user and the fingerprint of the public key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
    const fingerprint = createHash('sha256').update(der).digest('base64');
    const secret = snowflake.secret.parse({ user: 'heed', privateKey });
    const { auth } = snowflake;
    expect(auth.kind === 'key-pair-jwt' && auth.assertion(secret, settings()).claims).toEqual({
      iss: `ACME-PROD_2.HEED.SHA256:${fingerprint}`,
      sub: 'ACME-PROD_2.HEED',
    });
  });

  test.each([
    ['a table whose name is more than a name', { choices: 'X; DROP TABLE Y' }],
    ['a table in quotes', { versions: '"x"' }],
    ['one table for both', { choices: 'T', versions: 't' }],
    ['an account with its region', { account: 'xy12345.eu-central-1' }],
    ['a setting nobody knows', { databse: 'X' }],
  ])('does not start with %s', (_name, wrong) => {
    expect(snowflake.settings.safeParse({ ...PLACE, ...wrong }).success).toBe(false);
  });
});
