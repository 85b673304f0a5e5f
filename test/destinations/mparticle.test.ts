import { describe, expect, test } from 'vitest';
import type { Call } from '../../lib/destinations/destination.ts';
import { mparticle } from '../../lib/destinations/mparticle.ts';
import { granted, withdrawn } from '../builders.ts';
import { simulateMparticle } from '../simulators/mparticle.ts';
import { aDelivery, aReply, aRow, bothWays, carried, following, inWords, spoken } from './deliveries.ts';
import { aLane } from './lane.fixture.ts';
import { tables } from './mparticle.table.ts';
import { aPerson } from './people.ts';
import { goesByAll, NEWS } from './stage.ts';

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
              ...{ consented: true, timestamp_unixtime_ms: Date.parse(aDelivery().recordedAt) },
              ...{ location: 'form; 2026-05-01T12:00:00.000Z', document: 'marketing 3 en' },
            },
          },
        },
        events: [
          {
            event_type: 'custom_event',
            data: {
              ...{ event_name: 'Preferences Changed', custom_event_type: 'user_preference' },
              timestamp_unixtime_ms: Date.parse(aDelivery().recordedAt),
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
    expect(JSON.stringify(bodies(bothWays))).not.toMatch(/source_(request|message)_id/);
  });

  test('has consents whose times rise with the version, or are those of the choices where settings say so', () => {
    const timeIn = (more: object) =>
      Object(bodies({}, { ...EVERYTHING, ...more })[0]).consent_state.gdpr.email_news;
    expect(timeIn({})).toMatchObject({ timestamp_unixtime_ms: Date.parse(aDelivery().recordedAt) });
    expect(timeIn({ consentTime: 'chosen' })).toMatchObject({
      ...{ timestamp_unixtime_ms: Date.UTC(2026, 4, 1, 12), location: 'form' },
    });
  });

  test('is told one by one what it refuses together, and a refusal keeps nothing from the next', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
    const all = callsFor({ choices });
    const refused = aReply(400, { errors: [{ code: 'BAD_REQUEST' }] });
    const read = (call: Call | undefined) =>
      call && 'interpret' in call ? spoken(call.interpret?.(refused)) : 'nothing';
    expect(read(all[0])).toBe('delivered');
    const each = following(all, 0, refused);
    expect(JSON.parse(JSON.stringify(carried(each)))).toMatchObject([
      { consent_state: { gdpr: { email_news: { consented: false } } } },
      { consent_state: { gdpr: { email_offers: { consented: false } } } },
    ]);
    expect(inWords(following(each, 0, refused))).toEqual(['= failed BAD_REQUEST']);
    expect(read(callsFor({})[0])).toBeUndefined();
  });

  test('takes at most a hundred attributes at once', () => {
    const topics = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`acme/t${n}`, `t${n}`]));
    const choices = Object.keys(topics).map((topic) => aRow(topic, 'withdrawn'));
    const first = callsFor({ choices }, { topics });
    const sizes = carried([...first, ...following(first, 0, aReply(202))]).map(
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

  test('asks for a new key where the one it has is refused', () => {
    expect([403, 400, 429].map((status) => mparticle.expired?.(aReply(status)))).toEqual([
      true,
      false,
      false,
    ]);
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

test('mparticle stops for a withdrawal that is heard of late, whatever it makes of times', async () => {
  const simulator = simulateMparticle({ olderConsents: 'stay' });
  await simulator.start();
  const [table] = tables;
  if (!table) throw new Error('there is no table');
  const row = { ...table.make(), simulator, secret: simulator.secret };
  const lane = aLane(row, { topics: [NEWS] });
  const ada = aPerson(row, 1, { subject: 'ada' });
  goesByAll(row, lane, ada);
  const may = () =>
    simulator.permitted({ identifier: ada.customer, topic: 'email newsletter', channel: 'email' });
  lane.record('ada', { choices: [granted(NEWS, 'email')], at: 10, actor: 'system', source: 'crm-import' });
  await lane.deliver(['ada']);
  expect(may()).toBe(true);
  lane.record('ada', { choices: [withdrawn(NEWS, 'email')], at: 5, actor: 'system', source: 'call-centre' });
  await lane.deliver(['ada']);
  expect(may()).toBe(false);
  await lane.close();
  await simulator.stop();
});
