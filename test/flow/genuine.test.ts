import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { InboundNotice, Signature } from '../../lib/destinations/destination.ts';
import { verdictOn } from '../../lib/flow/genuine.ts';
import type { Verdict } from '../../lib/flow/proving.ts';

const NOW = Date.UTC(2026, 4, 1, 12);
const BODY = '{"who":"ada"}';

const aNotice = (headers: InboundNotice['headers'] = {}, body = BODY): InboundNotice => ({
  ...{ method: 'POST', url: 'https://heed.example/v1/destinations/acme/notices', headers, body },
});

/** How a notice is judged under these keys. */
const judged = async (
  signature: Signature<unknown, unknown>,
  notice: InboundNotice,
): Promise<Verdict['kind']> =>
  (await verdictOn(signature, notice, { settings: {}, secret: {}, now: NOW })).kind;

describe('a notice under an HMAC', () => {
  const hmac = (more: object = {}): Signature<unknown, unknown> => ({
    ...{ kind: 'hmac', algorithm: 'sha256', header: 'x-signature', encoding: 'hex' },
    ...{ keys: () => ['new key', 'old key'], signed: ({ body }) => body },
    ...more,
  });
  const by = (key: string, encoding: 'hex' | 'base64' = 'hex') =>
    createHmac('sha256', key).update(BODY).digest(encoding);
  const prefix = { prefix: 'v1=' };

  test.each<[string, object, string, Verdict['kind']]>([
    ['by the newest key', {}, by('new key'), 'genuine'],
    ['by the key before, while both are in force', {}, by('old key'), 'genuine'],
    ['in capitals', {}, by('new key').toUpperCase(), 'genuine'],
    ['in base64', { encoding: 'base64' }, by('new key', 'base64'), 'genuine'],
    ['in a list', {}, `${by('another')}, ${by('old key')}`, 'genuine'],
    ['after its prefix, in a list', prefix, `t=17,v0=${by('new key')},v1=${by('new key')}`, 'genuine'],
    ['after another prefix', prefix, `v0=${by('new key')}`, 'refused'],
    ['without its prefix', prefix, by('new key'), 'refused'],
    ['by another key', {}, by('another'), 'refused'],
    ['that is cut short', {}, by('new key').slice(0, 32), 'refused'],
    ['that is too long', {}, `${by('new key')}00`, 'refused'],
    ['that is no signature', {}, 'zz', 'refused'],
    ['that is empty', {}, '', 'refused'],
    ['where there are no keys', { keys: () => [] }, by('new key'), 'refused'],
    ['by the empty key, which anybody has', { keys: () => [''] }, by(''), 'refused'],
    [
      'where what is signed cannot be read',
      {
        signed: () => {
          throw new Error('no header');
        },
      },
      by('new key'),
      'refused',
    ],
  ])('%s', async (_, more, given, kind) => {
    expect(await judged(hmac(more), aNotice({ 'x-signature': given }))).toBe(kind);
  });

  test('without any header', async () => {
    expect(await judged(hmac(), aNotice())).toBe('refused');
  });

  test.each<[string, object, string, Verdict['kind']]>([
    ['in seconds', { unit: 's' }, String(NOW / 1000 - 299), 'genuine'],
    ['in milliseconds', { unit: 'ms' }, String(NOW - 299_000), 'genuine'],
    ['in words', { unit: 'iso' }, new Date(NOW + 299_000).toISOString(), 'genuine'],
    ['in a list', { unit: 's', prefix: 't=' }, `t=${NOW / 1000},v1=aa`, 'genuine'],
    ['too long ago', { unit: 's' }, String(NOW / 1000 - 301), 'refused'],
    ['too far ahead', { unit: 'ms' }, String(NOW + 301_000), 'refused'],
    ['in another unit', { unit: 's' }, String(NOW), 'refused'],
    ['as no number', { unit: 's' }, 'yesterday', 'refused'],
    ['as nothing', { unit: 's' }, '', 'refused'],
    ['as spaces', { unit: 'ms' }, '  ', 'refused'],
  ])('sent %s', async (_, timestamp, at, kind) => {
    const signature = hmac({ timestamp: { header: 'x-at', tolerance: 300, ...timestamp } });
    expect(await judged(signature, aNotice({ 'x-signature': by('new key'), 'x-at': at }))).toBe(kind);
  });
});

describe('a notice under ECDSA', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const pem = String(publicKey.export({ format: 'pem', type: 'spki' }));
  const another = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signature = (...keys: readonly string[]): Signature<unknown, unknown> => ({
    ...{ kind: 'ecdsa', header: 'x-signature', keys: () => keys, signed: ({ body }) => body },
    timestamp: { header: 'x-at', unit: 's', tolerance: 300 },
  });
  const headers = (key: KeyObject = privateKey) => ({
    'x-signature': sign('sha256', Buffer.from(BODY), key).toString('base64'),
    'x-at': String(NOW / 1000),
  });

  test.each<[string, readonly string[], Verdict['kind']]>([
    ['by a key in DER', [der], 'genuine'],
    ['by a key in PEM, beside one that cannot be read', ['garbage', pem], 'genuine'],
    ['by another key', [String(another.export({ format: 'pem', type: 'spki' }))], 'refused'],
    ['under keys that cannot be read', ['', 'garbage', '-----BEGIN-----'], 'refused'],
    ['where there are no keys', [], 'refused'],
  ])('%s', async (_, keys, kind) => {
    expect(await judged(signature(...keys), aNotice(headers()))).toBe(kind);
  });

  test('by a key of another kind', async () => {
    const key = String(rsa.publicKey.export({ format: 'pem', type: 'spki' }));
    expect(await judged(signature(key), aNotice(headers(rsa.privateKey)))).toBe('refused');
  });

  test.each(['', 'garbage', Buffer.alloc(70).toString('base64')])('that is %j', async (given) => {
    expect(await judged(signature(der), aNotice({ ...headers(), 'x-signature': given }))).toBe('refused');
  });
});

describe('a notice with a shared secret', () => {
  const signature = (...keys: readonly string[]): Signature<unknown, unknown> => ({
    ...{ kind: 'shared-secret', given: ({ key }) => key, keys: () => keys },
  });
  test.each<[string, string | undefined, readonly string[], Verdict['kind']]>([
    ['that is right', 'open sesame', ['open sesame'], 'genuine'],
    ['that was right before, while both are in force', 'older', ['newer', 'older'], 'genuine'],
    ['that is wrong', 'open', ['open sesame'], 'refused'],
    ['that is missing', undefined, ['open sesame'], 'refused'],
    ['that is empty, as the key is', '', [''], 'refused'],
    ['where there is none', 'anything', [], 'refused'],
  ])('%s', async (_, key, keys, kind) => {
    expect(await judged(signature(...keys), { ...aNotice(), ...(key !== undefined && { key }) })).toBe(kind);
  });
});
