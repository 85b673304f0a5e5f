import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { Destination, SignedRequest } from '../../lib/destinations/destination.ts';
import { outsystems } from '../../lib/destinations/outsystems.ts';
import { workato } from '../../lib/destinations/workato.ts';
import { newSigningKey } from '../simulators/webhook.ts';
import { aDelivery, aReply, carried, spoken } from './deliveries.ts';

const REQUEST: SignedRequest = {
  ...{ method: 'POST', url: 'https://hooks.example/in', body: '{"a":1}', id: 'ada:7', nonce: '' },
  timestamp: Math.floor(Date.now() / 1000),
};
const signed = <S, K>({ auth, secret }: Destination<S, K>, account: object) =>
  auth.kind === 'signed' ? auth.sign(REQUEST, secret.parse(account)) : undefined;
const key = newSigningKey();

describe.each<[string, Destination, object]>([
  ['workato', workato, { url: 'https://apim.workato.com/acme/v1/changed' }],
  ['outsystems', outsystems, { url: 'https://acme.example/Preferences/rest/Heed/Changed' }],
])('%s', (_name, destination, settings) => {
  test('is sent the event as JSON, since it reads no other type', () => {
    const delivery = aDelivery();
    const calls = destination.translate(delivery, destination.settings.parse(settings));
    expect(calls).toMatchObject([{ method: 'POST', headers: { 'content-type': 'application/json' } }]);
    expect(carried(calls)).toEqual([delivery.event]);
  });

  test('is sent signatures where there are keys, and always the id of the message', () => {
    const headers = signed(destination, { keys: [key] }) ?? {};
    expect(new Webhook(key).verify(REQUEST.body, { ...headers })).toEqual({ a: 1 });
    expect(signed(destination, {})).toEqual({
      ...{ 'webhook-id': 'ada:7', 'webhook-timestamp': String(REQUEST.timestamp) },
    });
  });

  test('does not take a redirect for success, nor an address that is gone for one to try again', () => {
    expect([302, 410, 200, 404].map((status) => spoken(destination.interpret?.(aReply(status))))).toEqual([
      ...['failed redirected', 'failed endpoint-gone', undefined, undefined],
    ]);
  });
});

describe('workato', () => {
  const settings = (given: object) => workato.settings.parse(given);

  test('is called at the endpoint of its API platform with its token', () => {
    const given = settings({ url: 'https://apim.workato.com/acme/v1/changed?a=b' });
    expect(workato.endpoint(given, workato.secret.parse({}))).toBe('https://apim.workato.com');
    expect(workato.translate(aDelivery(), given)).toMatchObject([{ path: '/acme/v1/changed?a=b' }]);
    expect(signed(workato, { apiToken: 't' })).toMatchObject({ 'api-token': 't' });
  });

  test('is called at its trigger by the secret part of the address, which no setting and no path shows', () => {
    const given = settings({ event: 'prefs', webhookHost: 'https://webhooks.eu.workato.com' });
    const secret = workato.secret.parse({ webhookId: 'a1-b2' });
    expect(workato.endpoint(given, secret)).toBe('https://webhooks.eu.workato.com/webhooks/rest/a1-b2');
    expect(workato.translate(aDelivery(), given)).toMatchObject([{ path: '/prefs' }]);
    expect(URL.canParse(workato.endpoint(given, workato.secret.parse({})))).toBe(false);
  });

  test('gets the id of the event in the header that a trigger knows repeats by', () => {
    const given = settings({ event: 'prefs', deduplicationHeader: 'X-Once' });
    expect(workato.translate(aDelivery(), given)).toMatchObject([{ headers: { 'X-Once': 'ada:1' } }]);
  });

  test('has its job kept as the reference, if it names one that is plainly an id', () => {
    const read = (body: unknown, status = 200) => workato.interpret?.(aReply(status, body));
    expect(read({ job_id: 'j-1' })).toEqual({ kind: 'delivered', reference: 'j-1' });
    expect(read({ job_id: 17 })).toEqual({ kind: 'delivered', reference: '17' });
    for (const body of [{ job_id: 'ada@example.com' }, { status: 'ok' }, 'ok'])
      expect(read(body)).toBeUndefined();
    expect(read({ job_id: 'j-1' }, 500)).toBeUndefined();
  });

  test.each([[{}], [{ url: 'https://apim.workato.com/a', event: 'b' }], [{ event: 'a/b' }]])(
    'does not start with %j',
    (given) => {
      expect(workato.settings.safeParse(given).success).toBe(false);
    },
  );
});

describe('outsystems', () => {
  test('knows its caller by a user, or by a header that the app checks', () => {
    expect(signed(outsystems, { user: 'heed', password: 'p:1' })).toMatchObject({
      authorization: `Basic ${btoa('heed:p:1')}`,
    });
    expect(signed(outsystems, { header: { name: 'X-Api-Key', value: 'k' } })).toMatchObject({
      'x-api-key': 'k',
    });
  });

  test('does not start with a user without a password', () => {
    expect(outsystems.secret.safeParse({ user: 'heed' }).success).toBe(false);
  });
});
