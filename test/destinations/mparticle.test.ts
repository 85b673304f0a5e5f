import { describe, expect, test } from 'vitest';
import { mparticle } from '../../lib/destinations/mparticle.ts';
import { aDelivery, aReply, aRow, bothWays, carried, spoken } from './deliveries.ts';

describe('mparticle', () => {
  const EVERYTHING = {
    topics: { 'acme/newsletter': 'news' },
    purposes: { 'acme/newsletter': { email: 'email_news' }, 'acme/offers': { email: 'email_offers' } },
    dataSale: { topic: 'acme/data-sharing', channel: 'email' },
  };
  const settings = (more: object = EVERYTHING) => mparticle.settings.parse({ pod: 'eu1', ...more });
  const callsFor = (delivery: Parameters<typeof aDelivery>[0], more?: object) =>
    mparticle.translate(aDelivery({ identifiers: { customer: 'C-1' }, ...delivery }), settings(more));
  /** Bodies as they are sent. */
  const bodies = (delivery: Parameters<typeof aDelivery>[0] = {}, more?: object): readonly unknown[] =>
    JSON.parse(JSON.stringify(carried(callsFor(delivery, more))));

  test('is told withdrawals by a request of their own, before grants', () => {
    expect(bodies(bothWays)).toMatchObject([
      { consent_state: { gdpr: { email_offers: { consented: false } } } },
      { consent_state: { gdpr: { email_news: { consented: true } } } },
    ]);
  });

  test('gets evidence with a consent, and the attribute beside it', () => {
    expect(bodies()).toEqual([
      {
        environment: 'production',
        user_identities: { customer_id: 'C-1' },
        user_attributes: {
          ...{ comm_pref_email_news: 'opted_in', comm_pref_email_news_at: '2026-05-01T12:00:00.000Z' },
          ...{ comm_pref_email_news_source: 'form', comm_pref_email_news_policy: 'marketing 3 en' },
          comm_pref_email_news_basis: 'consent',
        },
        consent_state: {
          gdpr: {
            email_news: {
              ...{ consented: true, timestamp_unixtime_ms: Date.UTC(2026, 4, 1, 12) },
              ...{ location: 'form', document: 'marketing 3 en' },
            },
          },
        },
        events: [
          {
            event_type: 'custom_event',
            data: {
              ...{ event_name: 'Preferences Changed', custom_event_type: 'user_preference' },
              ...{ source_message_id: 'ada:7', timestamp_unixtime_ms: Date.parse(aDelivery().recordedAt) },
              custom_attributes: expect.objectContaining({ id: 'ada:7', source: 'form' }),
            },
          },
        ],
      },
    ]);
  });

  test.each([
    ['withdrawn', true],
    ['granted', false],
  ] as const)('takes data sharing that is %s for an opt-out that is %s', (state, consented) => {
    const [body] = bodies({ choices: [aRow('acme/data-sharing', state)] });
    expect(body).toMatchObject({ consent_state: { ccpa: { data_sale_opt_out: { consented } } } });
    expect(Object(body).consent_state).not.toHaveProperty('gdpr');
  });

  test('is not told of the sale of data by the same topic on another channel', () => {
    expect(bodies({ choices: [aRow('acme/data-sharing', 'granted', { channel: 'sms' })] })).toEqual([]);
  });

  test('is told again what it may have been told: no id makes it drop the request', () => {
    expect(JSON.stringify(bodies(bothWays))).not.toContain('source_request_id');
  });

  test('takes at most a hundred attributes at once', () => {
    const topics = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`acme/t${n}`, `t${n}`]));
    const choices = Object.keys(topics).map((topic) => aRow(topic, 'withdrawn'));
    const sizes = bodies({ choices }, { topics }).map(
      (body) => Object.keys(Object(body).user_attributes).length,
    );
    expect(sizes).toEqual([100, 25]);
  });

  test('gets no event where none is wanted', () => {
    expect(bodies({}, { ...EVERYTHING, event: null })[0]).not.toHaveProperty('events');
  });

  test('is never given contact data', () => {
    const identifiers = { customer: 'C-1', email: 'ada@example.com', phone: '+4512345678' };
    expect(JSON.stringify(bodies({ identifiers }))).not.toMatch(/@|\+45/);
  });

  test('cares about every topic that is mapped in any way', () => {
    expect(mparticle.topics(settings())).toEqual(['acme/newsletter', 'acme/offers', 'acme/data-sharing']);
  });

  test.each<[string, number, unknown, string | undefined]>([
    ['that it was taken is left to its status', 202, '', undefined],
    ['a wrong batch', 400, { errors: [{ code: 'BAD_REQUEST', message: 'x' }] }, 'failed BAD_REQUEST'],
    ['a wrong key', 403, {}, 'failed http-403'],
    ['a code that quotes somebody', 400, { errors: [{ code: 'ada@example.com' }] }, 'failed http-400'],
    ['too many requests', 429, { errors: [{ code: 'TOO_MANY_REQUESTS' }] }, undefined],
  ])('reads %s', (_name, status, body, expected) => {
    expect(spoken(mparticle.interpret?.(aReply(status, body)))).toBe(expected);
  });

  test.each([
    ['without a pod', { pod: undefined }],
    [
      'with two choices on one purpose',
      { purposes: { 'acme/newsletter': { email: 'a' }, 'acme/offers': { sms: 'A' } } },
    ],
    ['with a channel nobody has', { purposes: { 'acme/newsletter': { fax: 'a' } } }],
  ])('does not start %s', (_name, wrong) => {
    expect(mparticle.settings.safeParse({ pod: 'us1', ...wrong }).success).toBe(false);
  });
});
