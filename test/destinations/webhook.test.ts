import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { webhook } from '../../lib/destinations/webhook.ts';
import { newSigningKey } from '../simulators/webhook.ts';
import { aDelivery, aReply, carried, spoken } from './deliveries.ts';

describe('webhook', () => {
  const settings = webhook.settings.parse({ url: 'https://hooks.example/in/7?tenant=a' });
  const key = newSigningKey();
  const older = newSigningKey();
  const request = (id: string) => ({
    method: 'POST',
    url: 'https://hooks.example/in/7',
    body: '{"a":1}',
    id,
    nonce: '',
    timestamp: Math.floor(Date.now() / 1000),
  });
  const sign = (id: string, keys: readonly string[]) => {
    const secret = webhook.secret.parse({ keys });
    return webhook.auth.kind === 'signed' ? webhook.auth.sign(request(id), secret) : {};
  };

  test('is sent the event itself, as a CloudEvent in structured mode', () => {
    const delivery = aDelivery();
    const [call] = webhook.translate(delivery, settings);
    expect(call).toMatchObject({
      ...{ method: 'POST', path: '/in/7?tenant=a' },
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    });
    expect(carried(call ? [call] : [])).toEqual([delivery.event]);
  });

  test.each([['the newer'], ['the older']])('is signed for a receiver that knows only %s key', (which) => {
    const headers = sign('ada:7', [key, older]);
    const receiver = new Webhook(which === 'the newer' ? key : older);
    expect(receiver.verify('{"a":1}', { ...headers })).toEqual({ a: 1 });
  });

  test('is signed so that another body is refused', () => {
    expect(() => new Webhook(key).verify('{"a":2}', { ...sign('ada:7', [key]) })).toThrow();
  });

  test('has ids without the sign that separates what is signed', () => {
    expect(sign('ada.b:7', [key])['webhook-id']).toBe('ada%2Eb:7');
    expect(new Webhook(key).verify('{"a":1}', { ...sign('ada.b:7', [key]) })).toEqual({ a: 1 });
  });

  test.each([
    [newSigningKey().slice(0, 30)],
    [newSigningKey().slice('whsec_'.length)],
    ['whsec_not base64 at all, not at all'],
  ])('does not start with a key that is too short, or not one', (bad) => {
    expect(webhook.secret.safeParse({ keys: [bad] }).success).toBe(false);
  });

  test.each<[number, string | undefined]>([
    [204, undefined],
    [302, 'failed redirected'],
    [408, 'retry http-408'],
    [410, 'failed endpoint-gone'],
    [429, undefined],
    [503, undefined],
  ])('reads %i as %s', (status, expected) => {
    const outcome = webhook.interpret?.(aReply(status));
    expect(spoken(outcome)).toBe(expected);
  });
});
