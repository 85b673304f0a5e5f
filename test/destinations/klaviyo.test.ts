import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { klaviyo } from '../../lib/destinations/klaviyo.ts';
import { granted, withdrawn } from '../builders.ts';
import { type Klaviyo, simulateKlaviyo } from '../simulators/klaviyo.ts';
import type { KlaviyoOptions } from '../simulators/klaviyo-account.ts';
import { ADDRESS, aDelivery, aReply, aRow, carried, following, inWords, spoken } from './deliveries.ts';
import { tables } from './klaviyo.table.ts';
import { aLane, type TestLane } from './lane.fixture.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const LISTS = { [NEWS]: { email: 'EmNews', sms: 'SmNews' }, [OFFERS]: { email: 'EmOffe' } };
const settings = (more: object = {}) => klaviyo.settings.parse({ lists: LISTS, ...more });

/** A profile as Klaviyo gives it back. */
const aProfile = (marketing: object = {}, properties: object = {}) => ({
  ...{ type: 'profile', id: '01ADA' },
  attributes: {
    properties,
    subscriptions: { email: { marketing: { consent: 'SUBSCRIBED', ...marketing } } },
  },
});

const found = (...profiles: readonly object[]) => aReply(200, { data: profiles });

/** What is said about e-mail once the profile is known. */
const said = (delivery: Parameters<typeof aDelivery>[0], reply = found(aProfile()), more: object = {}) =>
  following(klaviyo.translate(aDelivery(delivery), settings(more)), 0, reply);

const LEAVE = 'DELETE /api/lists/EmOffe/relationships/profiles';
const SUBSCRIBE = 'POST /api/profile-subscription-bulk-create-jobs';
const UNSUBSCRIBE = 'POST /api/profile-subscription-bulk-delete-jobs';
const MARK = 'PATCH /api/profiles/01ADA';

describe('klaviyo', () => {
  const bothWays = { choices: [aRow(NEWS, 'granted'), aRow(OFFERS, 'withdrawn')] };

  test('is asked for the profile first, by an address that is quoted', () => {
    const quoted = '"a\\\\"b"@example.com';
    const [call] = klaviyo.translate(
      aDelivery({ identifiers: { email: quoted.replace('\\\\', '') } }),
      settings(),
    );
    const path = call && 'path' in call ? new URL(call.path, 'https://a.klaviyo.com') : undefined;
    expect(path?.searchParams.get('filter')).toBe('equals(email,"\\"a\\"b\\"@example.com")');
  });

  test('is told withdrawals before grants, with the evidence, and never to unsubscribe from a list', () => {
    const calls = said(bothWays);
    expect(inWords(calls)).toEqual([LEAVE, SUBSCRIBE]);
    expect(carried(calls)).toMatchObject([
      { type: 'profile', id: '01ADA' },
      {
        data: {
          attributes: {
            custom_source: 'form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7; consent',
            historical_import: true,
            profiles: { data: [{ attributes: { email: ADDRESS } }] },
          },
          relationships: { list: { data: { id: 'EmNews' } } },
        },
      },
    ]);
  });

  test('gets no contact data but the key, and no address in its evidence', () => {
    const identifiers = { email: ADDRESS, phone: '+4520123456' };
    const [, subscription] = carried(said({ ...bothWays, identifiers }));
    expect(JSON.stringify(subscription)).not.toContain('+4520123456');
    expect(JSON.stringify(subscription).split(ADDRESS)).toHaveLength(2);
  });

  test('asks people to confirm only where that is wanted', () => {
    const [, job] = carried(said(bothWays, found(aProfile()), { alreadyConsented: false }));
    expect(JSON.stringify(job)).not.toContain('consented_at');
    expect(job).toMatchObject({ data: { attributes: { historical_import: false } } });
  });

  test('has its unsubscribes of everything marked before they are made', () => {
    const stopped = { choices: [aRow(OFFERS, 'withdrawn')], stoppedAll: ['email'] };
    expect(inWords(said(stopped))).toEqual([LEAVE, MARK, UNSUBSCRIBE]);
    expect(JSON.stringify(carried(said(stopped)))).not.toContain('"list"');
  });

  test('is not told to unsubscribe from a channel when every topic is withdrawn, or where the setting says no', () => {
    const each = { choices: [aRow(NEWS, 'withdrawn'), aRow(OFFERS, 'withdrawn')] };
    expect(inWords(said(each))).not.toContain(UNSUBSCRIBE);
    expect(inWords(said({ ...each, stoppedAll: ['sms'] }))).not.toContain(UNSUBSCRIBE);
    expect(
      inWords(said({ ...each, stoppedAll: ['email'] }, found(aProfile()), { globalStop: false })),
    ).not.toContain(UNSUBSCRIBE);
  });

  test('leaves every list when everything is stopped on every channel', () => {
    const calls = said({ choices: [aRow(OFFERS, 'withdrawn')], stoppedAll: ['email', 'sms', 'push'] });
    expect(inWords(calls)).toEqual([LEAVE, MARK, UNSUBSCRIBE, 'GET /api/profiles/01ADA/relationships/lists']);
    expect(inWords(following(calls, 3, aReply(200, { data: [{ type: 'list', id: 'Others' }] })))).toEqual([
      'DELETE /api/lists/Others/relationships/profiles',
    ]);
  });

  test('creates nobody for a withdrawal, of an address that is left or of one that is not', () => {
    const gone = { choices: [aRow(OFFERS, 'withdrawn')], stoppedAll: ['email'] };
    expect(inWords(said(gone, found()))).toEqual(['= skipped no-such-profile']);
    expect(inWords(said({ ...gone, retired: true, stoppedAll: [] }, found()))).toEqual([
      '= skipped no-such-profile',
    ]);
  });

  describe.each<[string, object, object, readonly string[]]>([
    [
      'somebody who left since',
      { consent: 'UNSUBSCRIBED', last_updated: '2026-05-02T00:00:00Z' },
      {},
      ['UNSUBSCRIBED'],
    ],
    ['somebody who left at a time that is not told', { consent: 'UNSUBSCRIBED' }, {}, ['UNSUBSCRIBED']],
    [
      'somebody who complained since, though Heed had unsubscribed them',
      { suppression: [{ reason: 'SPAM_COMPLAINT', timestamp: '2026-05-02T00:00:00Z' }] },
      { heed_stopped_email: 'x' },
      ['SPAM_COMPLAINT'],
    ],
    [
      'an address that bounces',
      { suppression: [{ reason: 'HARD_BOUNCE', timestamp: '2020-01-01T00:00:00Z' }] },
      {},
      ['HARD_BOUNCE'],
    ],
    [
      'somebody who left this list since',
      {
        list_suppressions: [{ reason: 'UNSUBSCRIBE', list_id: 'EmNews', timestamp: '2026-05-02T00:00:00Z' }],
      },
      {},
      ['UNSUBSCRIBE'],
    ],
    [
      'somebody of whom nobody can read what keeps them out',
      { suppression: 'SPAM_COMPLAINT' },
      {},
      ['unreadable-reply'],
    ],
    ['nor of a list', { list_suppressions: { EmNews: true } }, {}, ['unreadable-reply']],
  ])('does not subscribe %s', (_name, marketing, properties, [reason]) => {
    test('and says that the person must act', () => {
      const calls = said({ choices: [aRow(NEWS, 'granted')] }, found(aProfile(marketing, properties)));
      expect(inWords(calls).filter((call) => !call.startsWith(MARK))).toEqual([
        `= needs-user-action ${reason}`,
      ]);
    });
  });

  test.each<[string, object, object]>([
    ['somebody who left before', { consent: 'UNSUBSCRIBED', last_updated: '2026-04-01T00:00:00Z' }, {}],
    [
      'somebody whom Heed itself unsubscribed',
      {
        ...{ consent: 'UNSUBSCRIBED', last_updated: '2026-06-01T00:00:00Z' },
        suppression: [{ reason: 'UNSUBSCRIBE', timestamp: '2026-06-01T00:00:00Z' }],
      },
      { heed_stopped_email: 'form; ada:6' },
    ],
    [
      'somebody who left another list since',
      {
        list_suppressions: [{ reason: 'UNSUBSCRIBE', list_id: 'Others', timestamp: '2026-06-01T00:00:00Z' }],
      },
      {},
    ],
  ])('subscribes %s', (_name, marketing, properties) => {
    const calls = said({ choices: [aRow(NEWS, 'granted')] }, found(aProfile(marketing, properties)));
    expect(inWords(calls)).toEqual([SUBSCRIBE]);
  });

  test('takes an older grant off its list before a newer one lifts an unsubscribe from everything', () => {
    const out = aProfile({ consent: 'UNSUBSCRIBED', last_updated: '2026-05-02T00:00:00Z' });
    const newer = aRow(NEWS, 'granted', { occurredAt: '2026-05-03T00:00:00.000Z' });
    expect(inWords(said({ choices: [aRow(OFFERS, 'granted'), newer] }, found(out)))).toEqual([
      ...[LEAVE, SUBSCRIBE, '= needs-user-action UNSUBSCRIBED'],
    ]);
  });

  test('takes its mark away when it says the same version again, and the profile is not unsubscribed then', () => {
    const marks = (value: string, marketing: object = {}) =>
      carried(
        said({ choices: [aRow(NEWS, 'granted')] }, found(aProfile(marketing, { heed_stopped_email: value }))),
      ).slice(1);
    expect(marks('form; ada:6')).toMatchObject([
      { data: { attributes: { properties: { heed_stopped_email: 'lifted; ada:7' } } } },
    ]);
    expect(marks('lifted; ada:6')).toMatchObject([{ data: { attributes: { properties: {} } } }]);
    expect(marks('lifted; ada:7')).toMatchObject([
      { data: { meta: { patch_properties: { unset: 'heed_stopped_email' } } } },
    ]);
    expect(marks('lifted; ada:7', { consent: 'UNSUBSCRIBED' })).toEqual([]);
  });

  test('takes its mark away also where another grant needs the person', () => {
    const list_suppressions = [
      { reason: 'UNSUBSCRIBE', list_id: 'EmOffe', timestamp: '2026-05-02T00:00:00Z' },
    ];
    const marked = aProfile({ list_suppressions }, { heed_stopped_email: 'form; ada:6' });
    const choices = [aRow(NEWS, 'granted'), aRow(OFFERS, 'granted')];
    expect(inWords(said({ choices }, found(marked)))).toEqual([
      ...[LEAVE, SUBSCRIBE, MARK, '= needs-user-action UNSUBSCRIBE'],
    ]);
  });

  test.each([
    ['a 202 is left to its status', aReply(202), undefined],
    ['a 204 is said once more', aReply(204), 'delivered'],
    ['a 200 that is no reply of Klaviyo is tried again', aReply(200, '<html>'), 'retry unreadable-reply'],
    ['a refusal gives its code', aReply(400, { errors: [{ code: 'invalid' }] }), 'failed invalid'],
    ['a body without a code gives the status', aReply(409, 'no'), 'failed http-409'],
    ['401 is left to its status', aReply(401, { errors: [{ code: 'x' }] }), undefined],
    ['429 is left to its status', aReply(429, { errors: [{ code: 'throttled' }] }), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(klaviyo.interpret?.(reply))).toBe(expected);
  });

  test('does not start with a list that stands for two topics, or for two channels', () => {
    const wrong = (lists: object) => klaviyo.settings.safeParse({ lists }).error?.issues[0]?.message;
    const twice = 'a list stands for one topic on one channel: whoever leaves it leaves it altogether';
    expect(wrong({ [NEWS]: 'EmNews', [OFFERS]: 'EmNews' })).toBe(twice);
    expect(wrong({ [NEWS]: { email: 'EmNews', sms: 'EmNews' } })).toBe(twice);
    expect(wrong({ [NEWS]: 'EmNews', [OFFERS]: 'EmOffe' })).toBeUndefined();
  });
});

describe('before Klaviyo', () => {
  let simulator: Klaviyo;
  let lane: TestLane;
  const ADA = { email: 'ada@example.com', phone: '+4520123451' };
  const asks = (list: string) =>
    simulator.permitted({ identifier: ADA.email, topic: list, channel: 'email' });

  const open = async (options: KlaviyoOptions = {}): Promise<void> => {
    simulator = simulateKlaviyo(options);
    await simulator.start();
    const [table] = tables;
    if (!table) throw new Error('there is no table');
    const row = { ...table.make(), simulator, secret: simulator.secret };
    lane = aLane(row, { topics: [NEWS, OFFERS] });
    lane.goesBy('ada', { kind: 'email', value: ADA.email });
    simulator.enter(ADA);
  };
  const again = async (options: KlaviyoOptions): Promise<void> => {
    await lane.close();
    await simulator.stop();
    await open(options);
  };
  beforeEach(() => open());
  afterEach(async () => {
    await lane.close();
    await simulator.stop();
  });
  let minute = -500;
  const says = async (...choices: readonly ReturnType<typeof granted>[]): Promise<string | undefined> => {
    minute += 1;
    lane.record('ada', { choices, at: minute });
    return (await lane.deliver(['ada']))[0]?.words;
  };

  test('a withdrawal of a topic never ends another, whatever list the person is on', async () => {
    simulator.join(ADA.email, 'Others', 'email');
    expect(await says(withdrawn(NEWS, 'email'))).toBe('delivered');
    expect(await says(withdrawn(NEWS, 'email'), withdrawn(OFFERS, 'email'))).toBe('delivered');
    expect(asks('Others')).toBe(true);
  });

  test('a grant by mail that Klaviyo refuses keeps no withdrawal by text from arriving', async () => {
    await again({ lists: ['SmNews'] });
    lane.goesBy('ada', { kind: 'email', value: ADA.email }, { kind: 'phone', value: ADA.phone });
    expect(await says(granted(NEWS, 'email'), withdrawn(NEWS, 'sms'))).toBe('failed not_found');
    expect(simulator.permitted({ identifier: ADA.phone, topic: 'SmNews', channel: 'sms' })).toBe(false);
  });

  test('a stop of everything ends lists that no topic maps, and a later grant brings none of them back', async () => {
    simulator.join(ADA.email, 'Others', 'email');
    expect(await says(withdrawn('*', '*'))).toBe('delivered');
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect([asks('EmNews'), asks('Others')]).toEqual([true, false]);
  });

  test('who left at Klaviyo itself is not subscribed by a delivery about something else', async () => {
    await says(granted(NEWS, 'email'));
    simulator.leave(ADA.email, { channel: 'email' });
    expect(await says(granted(OFFERS, 'sms'))).toBe('needs-user-action UNSUBSCRIBE');
    expect(asks('EmNews')).toBe(false);
  });

  test('a grant that was taken and is done after its withdrawal is withdrawn by what is said once more', async () => {
    await again({ jobs: 'later' });
    await says(granted(NEWS, 'email'));
    await says(withdrawn(NEWS, 'email'));
    simulator.work();
    expect(asks('EmNews')).toBe(true);
    await lane.deliver(['ada'], { force: true });
    expect(asks('EmNews')).toBe(false);
  });

  test('jobs of a stop and of a grant after it that are done in the wrong order are put right', async () => {
    await again({ jobs: 'later' });
    await says(withdrawn('*', 'email'));
    await says(granted(NEWS, 'email'));
    simulator.work('newest-first');
    expect(asks('EmNews')).toBe(false);
    for (let n = 0; n < 2; n++) {
      expect((await lane.deliver(['ada'], { force: true }))[0]?.words).toBe('delivered');
      simulator.work();
    }
    expect(asks('EmNews')).toBe(true);
  });
});

describe('klaviyo reports', () => {
  const event = (topic: string, more: object = {}) => ({
    ...{ topic: `event:klaviyo.${topic}`, external_id: 'e1' },
    payload: {
      data: {
        attributes: { timestamp: 1_777_629_600, ...more },
        relationships: { profile: { data: { type: 'profile', id: '01ADA' } } },
      },
    },
  });
  const notice = (...data: readonly object[]) => ({
    data,
    meta: { timestamp: '2026-05-01T10:00:05.101159+00:00' },
  });
  const learned = (body: unknown, more: object = {}) => klaviyo.receive?.changes(body, settings(more));
  const who = aReply(200, {
    data: [{ id: '01ADA', attributes: { email: 'ada@example.com', phone_number: '+4520123451' } }],
  });
  const reported = (body: unknown, more: object = {}) => {
    const result = learned(body, more);
    if (!result || 'invalid' in result) return result;
    return result.asks?.flatMap((ask) => ask.learn(who)?.choices ?? []);
  };

  test('an unsubscribe from a channel as a withdrawal of its topics, by the address of the profile', () => {
    const end = { state: 'withdrawn', occurredAt: '2026-05-01T10:00:00.000Z' };
    expect(reported(notice(event('unsubscribed_from_email_marketing')))).toMatchObject([
      { identifier: { kind: 'email', value: 'ada@example.com' }, topic: NEWS, channel: 'email', ...end },
      { identifier: { kind: 'email', value: 'ada@example.com' }, topic: OFFERS, channel: 'email', ...end },
    ]);
    expect(reported(notice(event('unsubscribed_from_sms_marketing')))).toMatchObject([
      { identifier: { kind: 'phone', value: '+4520123451' }, topic: NEWS, channel: 'sms' },
    ]);
    expect(reported(notice(event('marked_email_as_spam')), { optOutTopics: ['*'] })).toMatchObject([
      { topic: '*' },
    ]);
  });

  test('an unsubscribe without a time at the time of its notice', () => {
    const [first] = [
      reported(notice(event('unsubscribed_from_email_marketing', { timestamp: null }))),
    ].flat();
    expect(first).toMatchObject({ occurredAt: '2026-05-01T10:00:05.101Z' });
  });

  test('one that it can read, and that another beside it it cannot', () => {
    const bad = { topic: 'event:klaviyo.unsubscribed_from_sms_marketing', payload: {} };
    const body = notice(bad, event('unsubscribed_from_email_marketing'), { topic: 'constructor' });
    expect(reported(body)).toHaveLength(2);
    expect(learned(body)).toHaveProperty('unread', 'an unsubscribe that cannot be read');
  });

  test('no grant, and nothing of other events', () => {
    expect(learned(notice(event('subscribed_to_email_marketing'), event('opened_email')))).toEqual({
      choices: [],
      asks: [],
    });
  });

  test('many events by few questions', () => {
    const events = Array.from({ length: 250 }, (_, n) => {
      const one = event('unsubscribed_from_email_marketing');
      one.payload.data.relationships.profile.data.id = `01N${n}`;
      return one;
    });
    const result = learned(notice(...events));
    expect(result && 'asks' in result ? result.asks?.length : 0).toBe(3);
  });

  test.each([[undefined], [{}], [{ data: [{ topic: 'event:klaviyo.opened_email' }] }], ['[]']])(
    'that %j is no list of events',
    (body) => expect(learned(body)).toEqual({ invalid: 'not a list of Klaviyo events' }),
  );
});
