import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { InboundNotice, Signature } from '../../lib/destinations/destination.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { verdictOn } from '../../lib/flow/genuine.ts';
import type { Verdict } from '../../lib/flow/proving.ts';
import { publishedBy } from '../../lib/flow/published.ts';
import type { Sent } from '../../lib/ports.ts';
import { selfSigned } from '../simulators/certificate.ts';

const NOW = Date.UTC(2026, 4, 1, 12);
const HOUR = 3_600_000;
const BODY = '{"who":"ada"}';

const aNotice = (headers: InboundNotice['headers'] = {}, body = BODY): InboundNotice => ({
  ...{ method: 'POST', url: 'https://heed.example/v1/destinations/acme/notices', headers, body },
});

/** How a notice is judged by somebody who reads this web at this time. */
const judged = async (
  signature: Signature<unknown, unknown>,
  notice: InboundNotice,
  { published, now }: Web,
): Promise<Verdict['kind']> =>
  (await verdictOn(signature, notice, { settings: {}, secret: {}, now, published })).kind;

/** What stands at which address; requests are counted. */
class Web {
  readonly asked: string[] = [];
  readonly pages = new Map<string, unknown>();
  now = NOW;
  readonly published = publishedBy({
    clock: { now: () => this.now },
    vendor: {
      send: async ({ path, anonymous }): Promise<Sent> => {
        expect(anonymous).toBe(true);
        this.asked.push(path);
        const body = this.pages.get(path);
        return { kind: 'reply', reply: { status: body === undefined ? 404 : 200, headers: {}, body } };
      },
    },
  });
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a notice under a JWT', () => {
  const KEYS = '/keys';
  const vendor = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const another = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = (id: string, { publicKey } = vendor) => ({ ...publicKey.export({ format: 'jwk' }), kid: id });
  let web: Web;
  beforeEach(() => {
    web = new Web();
    web.pages.set(KEYS, { keys: [{ kty: 'EC' }, jwk('k1')] });
  });

  const signature = (more: object = {}): Signature<unknown, unknown> => ({
    ...{ kind: 'jwt', token: ({ headers }) => headers['x-token'], keysUrl: () => KEYS, tolerance: 300 },
    claims: () => ({ iss: 'https://vendor.example', aud: 'heed' }),
    ...more,
  });
  const CLAIMS = { iss: 'https://vendor.example', aud: ['other', 'heed'], iat: NOW / 1000 };
  const token = (
    claims: object = CLAIMS,
    header: object = { alg: 'RS256', kid: 'k1' },
    { privateKey } = vendor,
  ): string => {
    const text = `${part(header)}.${part(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const judge = (given: string, more: object = {}) =>
    judged(signature(more), aNotice({ 'x-token': given }), web);

  test('by a published key is genuine, and gives the claims of its token', async () => {
    const proving = { settings: {}, secret: {}, now: NOW, published: web.published };
    const verdict = await verdictOn(signature(), aNotice({ 'x-token': token() }), proving);
    expect(verdict).toMatchObject({ kind: 'genuine', claims: CLAIMS });
  });

  test('that is the whole body, and one of a single published key', async () => {
    web.pages.set(KEYS, JSON.stringify(jwk('k1')));
    const whole = signature({ token: ({ body }: InboundNotice) => body });
    const notice = aNotice({}, `${token()}\n`);
    expect(await judged(whole, notice, web)).toBe('genuine');
  });

  test.each<[string, () => string, Verdict['kind']]>([
    ['without a key id', () => token(CLAIMS, { alg: 'RS256' }), 'genuine'],
    ['of another key', () => token(CLAIMS, undefined, another), 'refused'],
    ['that names no algorithm', () => token(CLAIMS, { kid: 'k1' }), 'refused'],
    ['that is not signed', () => `${part({ alg: 'none' })}.${part(CLAIMS)}.`, 'refused'],
    [
      'under the public key as a shared one',
      () => {
        const text = `${part({ alg: 'HS256', kid: 'k1' })}.${part(CLAIMS)}`;
        const key = vendor.publicKey.export({ format: 'pem', type: 'spki' });
        return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
      },
      'refused',
    ],
    ['with an extension nobody here knows', () => token(CLAIMS, { alg: 'RS256', crit: ['b64'] }), 'refused'],
    ['of another issuer', () => token({ ...CLAIMS, iss: 'https://other.example' }), 'refused'],
    ['for somebody else', () => token({ ...CLAIMS, aud: 'other' }), 'refused'],
    ['without an audience', () => token({ ...CLAIMS, aud: undefined }), 'refused'],
    ['that is old', () => token({ ...CLAIMS, iat: NOW / 1000 - 301 }), 'refused'],
    ['of the future', () => token({ ...CLAIMS, iat: NOW / 1000 + 301 }), 'refused'],
    ['that has ended', () => token({ ...CLAIMS, exp: NOW / 1000 - 61 }), 'refused'],
    ['that has not begun', () => token({ ...CLAIMS, nbf: NOW / 1000 + 61 }), 'refused'],
    ['with an end near enough', () => token({ ...CLAIMS, iat: undefined, exp: NOW / 1000 + 60 }), 'genuine'],
    ['that never ends', () => token({ ...CLAIMS, iat: undefined }), 'refused'],
    ['whose time is a text', () => token({ ...CLAIMS, iat: String(NOW / 1000) }), 'refused'],
    ['that is nothing', () => '', 'refused'],
    ['that is garbage', () => 'a.b.c', 'refused'],
    ['of four parts', () => `${token()}.x`, 'refused'],
  ])('%s', async (_, given, kind) => {
    expect(await judge(given())).toBe(kind);
  });

  test('whose key stands in the token itself, or where the token says: nobody is asked', async () => {
    const own = { jwk: jwk('mine', another), jku: 'https://elsewhere.example/keys', kid: 'mine' };
    expect(await judge(token(CLAIMS, { alg: 'RS256', ...own }, another))).toBe('refused');
    expect(web.asked).toEqual([KEYS]);
  });

  test('beside a body: it must vouch for that body', async () => {
    const digest = { claim: 'hash', encoding: 'hex' };
    const vouching = (hash: string) => judge(token({ ...CLAIMS, hash }), { digest });
    expect(await vouching(sha256(BODY))).toBe('genuine');
    expect(await vouching(sha256(`${BODY} `))).toBe('refused');
    expect(await judge(token(), { digest })).toBe('refused');
  });

  test('by keys that cannot be read is neither genuine nor forged', async () => {
    web.pages.delete(KEYS);
    expect(await judge(token())).toBe('undecided');
    web.pages.set(KEYS, { keys: 'none' });
    web.now += 30_000;
    expect(await judge(token({ ...CLAIMS, iat: web.now / 1000 }))).toBe('undecided');
  });

  test('is checked by keys that were read before, for an hour', async () => {
    for (let minutes = 0; minutes < 120; minutes += 10) {
      web.now = NOW + minutes * 60_000;
      expect(await judge(token({ ...CLAIMS, iat: web.now / 1000 }))).toBe('genuine');
    }
    expect(web.asked).toHaveLength(2);
  });

  test('is not checked by keys that were read long ago, where they cannot be read again', async () => {
    expect(await judge(token())).toBe('genuine');
    web.pages.delete(KEYS);
    web.now = NOW + HOUR;
    expect(await judge(token({ ...CLAIMS, iat: web.now / 1000 }))).toBe('undecided');
  });

  test('by a new key: the keys are read again at once, but not for each guess', async () => {
    expect(await judge(token())).toBe('genuine');
    web.pages.set(KEYS, { keys: [jwk('k2', another)] });
    web.now += 30_000;
    const renewed = () => token({ ...CLAIMS, iat: web.now / 1000 }, { alg: 'RS256', kid: 'k2' }, another);
    expect(await Promise.all([judge(renewed()), judge(renewed())])).toEqual(['genuine', 'genuine']);
    expect(web.asked).toHaveLength(2);
    for (let i = 0; i < 20; i++)
      expect(await judge(token(CLAIMS, { alg: 'RS256', kid: `k${i + 3}` }))).toBe('refused');
    expect(web.asked).toHaveLength(2);
  });

  test('by a key too short to rely on', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    web.pages.set(KEYS, { keys: [jwk('k1', weak)] });
    expect(await judge(token(CLAIMS, undefined, weak))).toBe('undecided');
  });
});

describe('a message of Amazon SNS', () => {
  const REGION = 'eu-west-1';
  const TOPIC = `arn:aws:sns:${REGION}:111122223333:events`;
  const ORIGIN = `https://sns.${REGION}.amazonaws.com`;
  const CERTIFICATE = `${ORIGIN}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const validity = { from: new Date(NOW - HOUR), to: new Date(NOW + HOUR) };
  const certificate = selfSigned(privateKey, 'sns.amazonaws.com', validity);
  let web: Web;
  beforeEach(() => {
    web = new Web();
    web.pages.set(CERTIFICATE, certificate);
  });

  const signature: Signature<unknown, unknown> = { kind: 'sns', topics: () => [TOPIC], tolerance: 3600 };
  const SUBSCRIBE = { Token: 't', SubscribeURL: `${ORIGIN}/?Action=ConfirmSubscription` };
  const fields = (more: object): Readonly<Record<string, string>> => ({
    ...{ Type: 'Notification', MessageId: randomUUID(), TopicArn: TOPIC, Message: BODY },
    Timestamp: new Date(web.now).toISOString(),
    ...more,
  });
  interface Sending {
    readonly said?: object;
    readonly version?: '1' | '2';
    /** Changed after it was signed. */
    readonly altered?: object;
    readonly key?: KeyObject;
  }
  const message = ({ said = {}, version = '2', altered = {}, key = privateKey }: Sending): InboundNotice => {
    const all = fields(said);
    const text = Object.keys(all)
      .sort()
      .map((name) => `${name}\n${all[name]}\n`)
      .join('');
    const Signature = sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(text), key).toString('base64');
    const rest = { SignatureVersion: version, Signature, SigningCertURL: CERTIFICATE };
    return aNotice({}, JSON.stringify({ ...all, ...rest, ...altered }));
  };
  const judge = (notice: InboundNotice) => judged(signature, notice, web);

  test.each<[string, Sending]>([
    ['signed as of old', { version: '1' }],
    ['signed as it is now', { version: '2' }],
    ['with a subject', { said: { Subject: 'an event' } }],
    ['that asks for confirmation', { said: { Type: 'SubscriptionConfirmation', ...SUBSCRIBE } }],
    ['that says goodbye', { said: { Type: 'UnsubscribeConfirmation', ...SUBSCRIBE }, version: '1' }],
  ])('%s is genuine', async (_, sending) => {
    expect(await judge(message(sending))).toBe('genuine');
  });

  test.each<[string, () => Sending]>([
    ['whose text was altered', () => ({ altered: { Message: `${BODY} ` } })],
    ['whose subject was added', () => ({ altered: { Subject: 'x' } })],
    ['under another key', () => ({ key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey })],
    ['of another topic', () => ({ said: { TopicArn: `${TOPIC}-2` } })],
    ['that is old', () => ({ said: { Timestamp: new Date(web.now - 3_601_000).toISOString() } })],
    ['that says another way of signing', () => ({ version: '1', altered: { SignatureVersion: '2' } })],
    ['in a way of signing nobody knows', () => ({ altered: { SignatureVersion: '3' } })],
    ['without a certificate', () => ({ altered: { SigningCertURL: undefined } })],
    [
      'that would be confirmed elsewhere',
      () => ({
        said: { Type: 'SubscriptionConfirmation', ...SUBSCRIBE, SubscribeURL: 'https://elsewhere.example/' },
      }),
    ],
  ])('%s is refused', async (_, sending) => {
    expect(await judge(message(sending()))).toBe('refused');
  });

  test.each([
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.eu-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-west-1.amazonaws.com.elsewhere.example/SimpleNotificationService-0123.pem',
    'https://sns.eu-west-1.amazonaws.com@elsewhere.example/SimpleNotificationService-0123.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123.pem',
    'https://sns.eu-west-1.amazonaws.com/../SimpleNotificationService-0123.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem?x=.pem',
    'https://elsewhere.example/SimpleNotificationService-0123.pem',
    'garbage',
  ])('whose certificate is said to be at %s is refused, and nobody is asked', async (url) => {
    web.pages.set(url, certificate);
    expect(await judge(message({ altered: { SigningCertURL: url } }))).toBe('refused');
    expect(web.asked).toEqual([]);
  });

  test('is checked by one certificate, read once', async () => {
    for (let i = 0; i < 5; i++) expect(await judge(message({}))).toBe('genuine');
    expect(web.asked).toEqual([CERTIFICATE]);
  });

  test('whose certificate cannot be read is neither genuine nor forged; guesses are not all looked up', async () => {
    const guesses = Array.from({ length: 50 }, (_, i) => `${ORIGIN}/SimpleNotificationService-${i}.pem`);
    for (const SigningCertURL of guesses)
      expect(await judge(message({ altered: { SigningCertURL } }))).toBe('undecided');
    expect(web.asked).toHaveLength(5);
    web.now += 30_000;
    expect(await judge(message({}))).toBe('genuine');
  });

  test('is checked whatever others name: what proved something once is neither forgotten for guesses nor left unread', async () => {
    expect(await judge(message({}))).toBe('genuine');
    const guess = async (n: number): Promise<void> => {
      const SigningCertURL = `${ORIGIN}/SimpleNotificationService-${n}.pem`;
      expect(await judge(message({ altered: { SigningCertURL } }))).toBe('undecided');
    };
    for (let n = 0; n < 40; n++) {
      web.now += 10_000;
      await guess(n);
    }
    expect(await judge(message({}))).toBe('genuine');
    expect(web.asked.filter((url) => url === CERTIFICATE)).toHaveLength(1);
    web.now = NOW + HOUR - 1_000;
    for (let n = 50; n < 60; n++) await guess(n);
    web.now = NOW + HOUR;
    expect(await judge(message({}))).toBe('genuine');
  });

  test('under a certificate that is no longer in force is refused', async () => {
    web.now = NOW + HOUR + 1_000;
    expect(await judge(message({}))).toBe('refused');
  });

  test.each(['', 'garbage', '[]', '{"Type":"Notification"}'])('that is %j is refused', async (body) => {
    expect(await judge(aNotice({}, body))).toBe('refused');
  });
});
