import { afterEach, describe, expect, test } from 'vitest';
import type { Learned } from '../../lib/destinations/destination.ts';
import { segment } from '../../lib/destinations/segment.ts';
import { simulateSegment } from '../simulators/segment.ts';
import { aDelivery, aReply, aRow, bothWays, carried, inWords, spoken } from './deliveries.ts';

const TOPICS = { 'acme/newsletter': 'news', 'acme/offers': 'offers' };
const settings = (more: object = {}) => segment.settings.parse({ region: 'us', topics: TOPICS, ...more });
const calls = (delivery: Parameters<typeof aDelivery>[0] = {}, more: object = {}) =>
  segment.translate(aDelivery({ identifiers: { customer: 'C-1' }, ...delivery }), settings(more));
const said = (delivery: Parameters<typeof aDelivery>[0] = {}, more: object = {}) =>
  carried(calls(delivery, more));

describe('segment', () => {
  test('is told traits with their evidence, and an event', () => {
    expect(said(bothWays)).toMatchObject([
      {
        ...{ type: 'identify', userId: 'C-1', timestamp: aDelivery().recordedAt },
        traits: {
          ...{ comm_pref_email_news: 'opted_in', comm_pref_email_offers: 'opted_out' },
          ...{ comm_pref_email_news_at: '2026-05-01T12:00:00.000Z', comm_pref_email_news_source: 'form' },
          ...{ comm_pref_email_news_policy: 'marketing 3 en', comm_pref_email_news_basis: 'consent' },
        },
      },
      { type: 'track', event: 'Communication Preference Changed', properties: { id: 'ada:7' } },
    ]);
  });

  test('is not left with the notice of a grant beside a withdrawal that showed none', () => {
    const { notice: _notice, legalBasis: _basis, ...bare } = aRow('acme/newsletter', 'withdrawn');
    expect(said({ choices: [bare] })[0]).toMatchObject({
      traits: { comm_pref_email_news_policy: 'none', comm_pref_email_news_basis: 'none' },
    });
  });

  test('is told nothing of a topic or a channel that is not mapped', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'granted')] })).toEqual([]);
    const bySms = { choices: [aRow('acme/newsletter', 'granted', { channel: 'sms' })] };
    expect(calls(bySms, { channels: ['email'] })).toEqual([]);
  });

  test('is told how often, where a trait is named for it', () => {
    const preferences = [{ key: 'acme/newsletter.frequency', value: 'weekly' }];
    const more = { preferences: { 'acme/newsletter.frequency': 'news_frequency' } };
    expect(said({ preferences, choices: [] }, more)[0]).toMatchObject({
      traits: { news_frequency: 'weekly' },
    });
  });

  test('takes at most so many traits in one message as its size allows', () => {
    const topics = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`acme/t${n}`, `t${n}`]));
    const channels = ['email', 'sms', 'phone', 'push', 'post'];
    const choices = Object.keys(topics).flatMap((topic) =>
      channels.map((channel) => aRow(topic, 'withdrawn', { channel })),
    );
    const messages = said({ choices }, { topics, event: null });
    expect(Math.max(...messages.map((message) => JSON.stringify(message).length))).toBeLessThan(32_000);
    const traits = Object.assign({}, ...messages.map((message) => Object(message).traits));
    expect(Object.keys(traits)).toHaveLength(40 * 5 * 5);
  });

  test('is not told what moved of topics that are not mapped', () => {
    const { event } = aDelivery();
    const moved = ['acme/newsletter', 'orbit/events'].map((topic) => ({
      ...{ topic, channel: 'email', from: 'none' as const, to: 'granted' as const },
    }));
    const delivery = { event: { ...event, data: { ...event.data, changed: moved } } };
    expect(said(delivery)[1]).toMatchObject({ properties: { changed: [{ topic: 'acme/newsletter' }] } });
    expect(JSON.stringify(said(delivery))).not.toContain('orbit');
  });

  test('has an id for each event, short, and another for another version, person or moment', () => {
    const idOf = (more: Parameters<typeof aDelivery>[0]): string => Object(said(more)[1]).messageId;
    const ids = [
      {},
      { version: 8 },
      { subject: 'grace'.repeat(25) },
      { identifiers: { customer: 'C-2' } },
      { recordedAt: '2026-06-01T00:00:00.000Z' },
    ].map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids.map((id) => id.length))).toBeLessThan(100);
    expect(idOf({})).toBe(ids[0]);
  });

  test('has no id on traits, which must not be dropped when they are told again', () => {
    expect(said()[0]).not.toHaveProperty('messageId');
  });

  test('has no history under a number that the person left', () => {
    expect(said({ retired: true })).toMatchObject([{ type: 'identify' }]);
    expect(said({}, { event: null })).toMatchObject([{ type: 'identify' }]);
  });

  test('is never given contact data', () => {
    const identifiers = { customer: 'C-1', email: 'ada@example.com', phone: '+4512345678' };
    expect(JSON.stringify(said({ identifiers }))).not.toMatch(/@|\+45/);
  });

  describe('with consent categories', () => {
    const categories = {
      Advertising: { topic: 'acme/data-sharing', channel: 'email' },
      Functional: { topic: 'acme/newsletter', channel: 'email' },
    };
    const consentIn = (choices: Parameters<typeof aDelivery>[0]) =>
      said(choices, { categories }).filter(
        (one) => Object(one).event === 'Segment Consent Preference Updated',
      );

    test('is told of all of them at once', () => {
      const choices = [aRow('acme/data-sharing', 'withdrawn'), aRow('acme/newsletter', 'granted')];
      expect(consentIn({ choices })).toMatchObject([
        { context: { consent: { categoryPreferences: { Advertising: false, Functional: true } } } },
      ]);
    });

    test('is told of none while one has no answer: it would be taken for a no', () => {
      expect(consentIn({ choices: [aRow('acme/data-sharing', 'withdrawn')] })).toEqual([]);
      expect(consentIn({ choices: [aRow('acme/newsletter', 'granted')] })).toEqual([]);
      const elsewhere = aRow('acme/data-sharing', 'granted', { channel: 'sms' });
      expect(consentIn({ choices: [elsewhere, aRow('acme/newsletter', 'granted')] })).toEqual([]);
    });

    test('says that a no to one is kept back while another has no answer', () => {
      const no = calls({ choices: [aRow('acme/data-sharing', 'withdrawn')] }, { categories });
      expect(inWords(no)).toEqual(['= held categories-unanswered']);
      expect(inWords(calls({ choices: [aRow('acme/data-sharing', 'granted')] }, { categories }))).toEqual([]);
      const both = [aRow('acme/data-sharing', 'withdrawn'), aRow('acme/newsletter', 'granted')];
      expect(inWords(calls({ choices: both }, { categories }))).toEqual(['POST /v1/batch']);
    });

    test('cares about topics that only a category maps', () => {
      expect(segment.topics(settings({ categories }))).toEqual([...Object.keys(TOPICS), 'acme/data-sharing']);
    });
  });

  test.each([
    ['us', 'https://api.segment.io'],
    ['eu', 'https://events.eu1.segmentapis.com'],
  ])('in %s is reached at %s', (region, url) => {
    const secret = segment.secret.parse({ writeKey: 'k' });
    expect(segment.endpoint(settings({ region }), secret)).toBe(url);
  });

  test.each<[string, number, unknown, string | undefined]>([
    ['is asked to be told again: it applies things in its own time', 200, { success: true }, 'delivered'],
    ['that says no in a 200 is tried again', 200, { success: false }, 'retry not-accepted'],
    ['that refuses is left to its status', 400, { success: false }, undefined],
  ])('%s', (_name, status, body, expected) => {
    const outcome = segment.interpret?.(aReply(status, body));
    expect(spoken(outcome)).toBe(expected);
    if (expected === 'delivered') expect(outcome).toMatchObject({ appliedLater: true });
  });

  test.each([
    ['without a region', { region: undefined }],
    ['with two topics on one name', { topics: { 'acme/newsletter': 'a', 'acme/offers': 'a' } }],
    [
      'with two names that capitals alone tell apart',
      { topics: { 'acme/newsletter': 'a', 'acme/offers': 'A' } },
    ],
    [
      'with a name that is the time of another',
      { topics: { 'acme/newsletter': 'a', 'acme/offers': 'a_at' } },
    ],
    ['with one word for yes and no', { states: { granted: 'x', withdrawn: 'x' } }],
    ['with the event name that Segment reserves', { event: 'Segment Consent Preference Updated' }],
    ['with a preference in the place of a choice', { preferences: { 'a.b': 'comm_pref_email_news' } }],
    ['with no category at all', { categories: {} }],
  ])('does not start %s', (_name, wrong) => {
    expect(segment.settings.safeParse({ region: 'us', topics: TOPICS, ...wrong }).success).toBe(false);
  });
});

describe('segment reports', () => {
  const at = '2026-05-02T10:00:00Z';
  const event = (more: object) => ({
    ...{ type: 'track', event: 'Communication Preference Changed', userId: 'C-1', timestamp: at },
    properties: { topic: 'news', channel: 'email', status: 'opted_out' },
    ...more,
  });
  const reported = (body: unknown): Learned['choices'] | string => {
    const read = segment.receive?.changes(body, settings());
    if (!read) return 'nothing';
    return 'invalid' in read ? read.invalid : read.choices;
  };
  const choice = {
    identifier: { kind: 'customer', value: 'C-1' },
    topic: 'acme/newsletter',
    channel: 'email',
  };
  const time = new Date(at).toISOString();

  test.each<[string, object, object[]]>([
    ['a no', event({}), [{ ...choice, state: 'withdrawn', occurredAt: time }]],
    [
      'a yes, by the id of the topic',
      event({ properties: { topic: 'acme/newsletter', channel: 'email', status: 'opted_in' } }),
      [{ ...choice, state: 'granted' }],
    ],
    [
      'the time of the choice rather than that of the event',
      event({
        properties: {
          topic: 'news',
          channel: 'email',
          status: 'opted_out',
          captured_at: '2026-05-01T09:00:00Z',
        },
      }),
      [{ occurredAt: '2026-05-01T09:00:00.000Z' }],
    ],
    ['nothing by another event', event({ event: 'Signed Up' }), []],
    [
      'nothing of a topic nobody mapped',
      event({ properties: { topic: 'x', channel: 'email', status: 'opted_out' } }),
      [],
    ],
    [
      'nothing of a channel nobody mapped',
      event({ properties: { topic: 'news', channel: 'fax', status: 'opted_out' } }),
      [],
    ],
    [
      'nothing by another word',
      event({ properties: { topic: 'news', channel: 'email', status: 'paused' } }),
      [],
    ],
    ['nothing about nobody', event({ userId: null, anonymousId: 'a' }), []],
    ['nothing that Heed said itself', event({ context: { library: { name: 'heed' } } }), []],
    [
      'a trait that says no, with its time',
      event({ type: 'identify', traits: { comm_pref_email_news: 'opted_out', comm_pref_email_news_at: at } }),
      [{ ...choice, state: 'withdrawn', occurredAt: time }],
    ],
    [
      'nothing by a trait without its time, which a browser may remember from long ago',
      event({ type: 'identify', traits: { comm_pref_email_news: 'opted_out' } }),
      [],
    ],
    [
      'nothing by a trait that says yes',
      event({ type: 'identify', traits: { comm_pref_email_news: 'opted_in', comm_pref_email_news_at: at } }),
      [],
    ],
  ])('%s', (_name, body, expected) => {
    expect(reported(body)).toMatchObject(expected);
    expect(reported(body)).toHaveLength(expected.length);
  });

  test('nothing that is no event', () => {
    expect(reported([event({})])).toBe('not a Segment event');
  });

  test('its own messages come back as no news', () => {
    for (const message of said(bothWays)) expect(reported(message)).toEqual([]);
  });
});

describe('the simulator of Segment', () => {
  const simulator = simulateSegment({ consentCategories: ['Advertising', 'Analytics'] });
  afterEach(() => simulator.stop());

  const post = async (batch: readonly object[]): Promise<number> => {
    const { endpoint, writeKey } = simulator.secret();
    const headers = {
      authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
      'content-type': 'application/json',
    };
    return (await fetch(`${endpoint}/v1/batch`, { method: 'POST', headers, body: JSON.stringify({ batch }) }))
      .status;
  };

  test('answers well and drops what has no user, no name, a long id, or an id seen before', async () => {
    await simulator.start();
    const message = { type: 'track', userId: 'C-1', event: 'A', messageId: '1' };
    const batch = [
      message,
      message,
      { ...message, messageId: 'x'.repeat(100) },
      { ...message, messageId: '2', userId: undefined },
      { ...message, messageId: '3', event: undefined },
    ];
    expect(await post(batch)).toBe(200);
    expect(simulator.events('C-1')).toEqual(['A']);
  });

  test('takes a category that is missing for a no, refuses what is too large, and drops what is too many', async () => {
    await simulator.start();
    const consent = { categoryPreferences: { Analytics: true } };
    await post([{ type: 'track', userId: 'C-2', event: 'A', context: { consent } }]);
    expect(simulator.consent('C-2')).toEqual({ Advertising: false, Analytics: true });
    expect(await post([{ type: 'identify', userId: 'C-2', traits: { x: 'x'.repeat(40_000) } }])).toBe(400);
    expect(
      await post(Array.from({ length: 2501 }, () => ({ type: 'track', userId: 'C-3', event: 'A' }))),
    ).toBe(200);
    expect(simulator.events('C-3')).toEqual([]);
  });
});
