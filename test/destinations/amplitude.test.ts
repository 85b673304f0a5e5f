import { afterEach, describe, expect, test } from 'vitest';
import { amplitude } from '../../lib/destinations/amplitude.ts';
import { simulateAmplitude } from '../simulators/amplitude.ts';
import { aDelivery, aReply, aRow, bothWays, carried, spoken } from './deliveries.ts';

const TOPICS = { 'acme/newsletter': 'news', 'acme/offers': 'offers' };
const settings = (more: object = {}) => amplitude.settings.parse({ region: 'us', topics: TOPICS, ...more });
const calls = (delivery: Parameters<typeof aDelivery>[0] = {}, more: object = {}) =>
  amplitude.translate(aDelivery({ identifiers: { customer: 'C-1' }, ...delivery }), settings(more));
const said = (delivery: Parameters<typeof aDelivery>[0] = {}, more: object = {}) =>
  carried(calls(delivery, more));

describe('amplitude', () => {
  const time = Date.parse(aDelivery().recordedAt);

  test('is told properties, then an event that makes them take effect', () => {
    expect(said(bothWays)).toMatchObject([
      {
        ...{ event_type: '$identify', user_id: 'C-1', time },
        user_properties: {
          $set: {
            ...{ comm_pref_email_news: 'opted_in', comm_pref_email_offers: 'opted_out' },
            ...{ comm_pref_email_news_at: '2026-05-01T12:00:00.000Z', comm_pref_email_news_source: 'form' },
            ...{ comm_pref_email_news_policy: 'marketing 3 en', comm_pref_email_news_basis: 'consent' },
          },
        },
      },
      {
        ...{ event_type: 'Communication Preference Changed', user_id: 'C-1', time, insert_id: 'ada:7' },
        event_properties: { id: 'ada:7', source: 'form', granted: ['acme/newsletter email'], withdrawn: [] },
      },
    ]);
  });

  test('has an insert id on the event alone: properties that are told again must not be dropped', () => {
    expect(said()[0]).not.toHaveProperty('insert_id');
  });

  test('makes nobody new of a number that the person left', () => {
    expect(said({ retired: true })).toMatchObject([{ event_type: '$identify' }]);
    expect(said({ retired: true })).toHaveLength(1);
  });

  test('is told nothing of a topic that is not mapped, or of somebody without a number', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'granted')] })).toEqual([]);
    expect(calls({ identifiers: {} })).toEqual([]);
  });

  test('is never given contact data', () => {
    const identifiers = { customer: 'C-1', email: 'ada@example.com', phone: '+4512345678' };
    expect(JSON.stringify(said({ identifiers }))).not.toMatch(/@|\+45/);
  });

  test('is not told what moved of topics that are not mapped', () => {
    const { event } = aDelivery();
    const moved = ['acme/newsletter', 'orbit/events'].map((topic) => ({
      ...{ topic, channel: 'email', from: 'none' as const, to: 'granted' as const },
    }));
    const [, history] = said({ event: { ...event, data: { ...event.data, changed: moved } } });
    expect(history).toMatchObject({ event_properties: { granted: ['acme/newsletter email'] } });
  });

  test('is told how short a number may be', () => {
    const [call] = calls({}, { shortestId: 3 });
    const body = call && 'items' in call ? call.wrap(call.items) : undefined;
    expect(body).toMatchObject({ options: { min_id_length: 3 } });
  });

  test.each<[string, ReturnType<typeof aReply>, string | undefined]>([
    ['success', aReply(200, { code: 200, events_ingested: 2 }), undefined],
    ['a success that took nothing', aReply(200, { code: 200, events_ingested: 0 }), 'retry nothing-ingested'],
    ['a success that is none', aReply(200, '<html>'), 'retry nothing-ingested'],
    ['a wrong key', aReply(400, { error: 'Invalid API key' }), 'failed invalid-api-key'],
    ['no key', aReply(400, { missing_field: 'api_key' }), 'failed invalid-api-key'],
    ['wrong fields', aReply(400, { events_with_invalid_fields: { time: [0] } }), 'failed invalid-fields'],
    ['fields left out', aReply(400, { events_with_missing_fields: { a: [0] } }), 'failed missing-fields'],
    ['a user who was silenced', aReply(400, { silenced_events: [0] }), 'failed silenced'],
    ['a user of whom too much was said', aReply(400, { throttled_events: [0] }), 'retry throttled'],
    ['the same as 429', aReply(429, { throttled_events: [0] }), 'retry throttled'],
    ['429 with a time of its own', aReply(429, { throttled_events: [0] }, { 'retry-after': '7' }), undefined],
    ['429 with nothing', aReply(429, {}), undefined],
    ['400 with nothing', aReply(400, 'no'), 'failed http-400'],
    ['413', aReply(413, {}), undefined],
  ])('reads %s', (_name, reply, expected) => {
    expect(spoken(amplitude.interpret?.(reply))).toBe(expected);
  });

  test('asks for a new key where the one it has is refused', () => {
    const wrong = aReply(400, { error: 'Invalid API key' });
    const fields = aReply(400, { events_with_invalid_fields: { time: [0] } });
    expect([wrong, fields, aReply(200)].map((reply) => amplitude.expired?.(reply))).toEqual([
      ...[true, false, false],
    ]);
  });

  test('leaves a user in peace for half a minute', () => {
    expect(amplitude.interpret?.(aReply(429, { throttled_events: [0] }))).toMatchObject({ after: 30 });
  });

  test.each([
    ['without a region', { region: undefined }],
    ['with an event that Amplitude reserves', { event: '$identify' }],
    ['with a preference in the place of a choice', { preferences: { 'a.b': 'comm_pref_email_news' } }],
  ])('does not start %s', (_name, wrong) => {
    expect(amplitude.settings.safeParse({ region: 'us', topics: TOPICS, ...wrong }).success).toBe(false);
  });
});

describe('the simulator of Amplitude', () => {
  const simulator = simulateAmplitude();
  afterEach(() => simulator.stop());

  const post = async (events: readonly object[], more: object = {}) => {
    const { endpoint, apiKey } = simulator.secret();
    const body = JSON.stringify({ api_key: apiKey, events, ...more });
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${endpoint}/2/httpapi`, { method: 'POST', headers, body });
    return { status: reply.status, body: await reply.json() };
  };

  test('refuses short ids, ids that are nobody, and times that are no milliseconds', async () => {
    await simulator.start();
    const event = { event_type: 'A', user_id: 'C-100', time: Date.now() };
    const wrong = { ...event, user_id: 'C-1' };
    expect(await post([event, wrong])).toMatchObject({
      status: 400,
      body: { events_with_invalid_fields: { user_id: [1] } },
    });
    expect((await post([wrong], { options: { min_id_length: 1 } })).status).toBe(200);
    expect((await post([{ ...event, user_id: 'undefined' }])).status).toBe(400);
    expect((await post([{ ...event, time: '2026-05-01' }])).status).toBe(400);
    expect(simulator.events('C-100')).toEqual([]);
  });

  test('drops a second event of one id, and throttles a user', async () => {
    await simulator.start();
    const event = { event_type: 'A', user_id: 'C-200', insert_id: 'x' };
    await post([event, event]);
    expect(simulator.events('C-200')).toEqual(['A']);
    simulator.throttle('C-200', 1);
    expect(await post([event])).toMatchObject({ status: 429, body: { throttled_events: [0] } });
    expect((await post([event])).status).toBe(200);
  });

  test('makes nobody a user by properties alone', async () => {
    await simulator.start();
    await post([{ event_type: '$identify', user_id: 'C-300', user_properties: { $set: { a: 'b' } } }]);
    expect([simulator.isUser('C-300'), simulator.properties('C-300')]).toEqual([false, { a: 'b' }]);
  });
});
