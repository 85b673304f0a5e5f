import { describe, expect, test } from 'vitest';
import type { Call, Delivery, Learned, Reply } from '../../lib/destinations/destination.ts';
import { sapCustomerDataCloud } from '../../lib/destinations/sap-customer-data-cloud.ts';
import { ADDRESS, aDelivery, aReply, aRow, bothWays, following, inWords, spoken } from './deliveries.ts';

const LONG_AGO = '2026-04-01T00:00:00.000Z';
const LATER = '2026-06-01T00:00:00.000Z';

describe('sap-customer-data-cloud', () => {
  const topics = {
    'acme/newsletter': {
      email: { subscription: 'newsletter' },
      sms: { consent: 'marketing.sms.newsletter' },
    },
    'acme/offers': { email: { subscription: 'offers', consent: 'marketing.offers' } },
  };
  const base = { dataCenter: 'eu1', apiKey: '3_Site', topics };
  const settings = (more: object = {}) => sapCustomerDataCloud.settings.parse({ ...base, ...more });
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    sapCustomerDataCloud.translate(aDelivery(delivery), settings(more));
  const byUid = { identifiers: { 'sap-customer-data-cloud': 'u1' } };
  const account = (more: object = {}) => aReply(200, { errorCode: 0, UID: 'u1', ...more });
  /** What a request says, its objects read. */
  const said = (call: Call | undefined): Readonly<Record<string, unknown>> => {
    const form = new URLSearchParams(call && 'body' in call ? String(call.body) : '');
    const read = (value: string): unknown => (value.startsWith('{') ? JSON.parse(value) : value);
    return Object.fromEntries([...form].map(([name, value]) => [name, read(value)]));
  };
  const told = (delivery: Partial<Delivery>, held: object = {}, more: object = {}): readonly Call[] =>
    following(calls({ ...byUid, ...delivery }, more), 0, account(held));
  const written = (following: readonly Call[]) =>
    following.map((call) => {
      if ('outcome' in call) return inWords([call])[0];
      const { subscriptions, preferences } = said(call);
      return {
        ...(subscriptions !== undefined && { subscriptions }),
        ...(preferences !== undefined && { preferences }),
      };
    });
  const grant = (actor: 'subject' | 'system' = 'subject') => ({
    choices: [aRow('acme/newsletter', 'granted', { actor })],
  });
  const newsletter = (email: object) => ({ subscriptions: { newsletter: { email } } });
  const untagged = { tags: false };

  test('looks for an address by a search that goes in the body, then reads each account', () => {
    const [search] = calls({});
    expect(inWords(calls({}))).toEqual(['POST /accounts.search']);
    expect(said(search)).toEqual({
      ...{ apiKey: '3_Site', format: 'json', httpStatusCodes: 'true' },
      query: `SELECT UID FROM accounts WHERE profile.email = "${ADDRESS}"`,
    });
    const found = following(
      calls({}),
      0,
      aReply(200, { errorCode: 0, results: [{ UID: 'u1' }, { UID: 'u2' }] }),
    );
    expect(found.map((call) => said(call)['UID'])).toEqual(['u1', 'u2']);
    expect(said(found[0])).toMatchObject({ include: 'profile,preferences,subscriptions' });
    expect(inWords(following(calls({}), 0, aReply(200, { errorCode: 0, results: [] })))).toEqual([
      '= skipped no-such-account',
    ]);
  });

  test.each([['a"b@example.com'], ['a\\b@example.com'], ['a b@example.com']])(
    'never puts %s into a query',
    (email) => {
      expect(inWords(calls({ identifiers: { email } }))).toEqual(['= failed not-an-address']);
    },
  );

  test('goes by the site’s own id where there is one', () => {
    expect(inWords(calls({ identifiers: { 'sap-customer-data-cloud': 'u1', email: ADDRESS } }))).toEqual([
      'POST /accounts.getAccountInfo',
    ]);
  });

  test('asks nothing of what is not mapped', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
    expect(calls({ choices: [aRow('acme/offers', 'withdrawn', { channel: 'sms' })] })).toEqual([]);
  });

  test('is told withdrawals alone and before grants, with ids of several parts as objects', () => {
    expect(written(told(bothWays, {}, untagged))).toEqual([
      {
        subscriptions: { offers: { email: { isSubscribed: false } } },
        preferences: { marketing: { offers: { isConsentGranted: false } } },
      },
      { subscriptions: { newsletter: { email: { isSubscribed: true } } } },
    ]);
  });

  test('has ids that begin alike in one tree', () => {
    const both = {
      'acme/newsletter': { sms: { consent: 'marketing.news' } },
      'acme/offers': { sms: { consent: 'marketing.news.offers' } },
    };
    const choices = ['acme/newsletter', 'acme/offers'].map((topic) =>
      aRow(topic, 'withdrawn', { channel: 'sms' }),
    );
    expect(written(told({ choices }, {}, { topics: both, tags: false }))).toEqual([
      {
        preferences: {
          marketing: { news: { isConsentGranted: false, offers: { isConsentGranted: false } } },
        },
      },
    ]);
  });

  test('keeps its webhooks quiet unless it is told not to', () => {
    expect(said(told(grant())[0])).toMatchObject({ UID: 'u1', muteWebhooks: 'true' });
    expect(said(told(grant(), {}, { muteWebhooks: false })[0])).not.toHaveProperty('muteWebhooks');
  });

  test('gets the evidence as tags, beside those of others', () => {
    const held = newsletter({ isSubscribed: false, tags: ['vip', 'heed:withdrawn', 'heed:source=old'] });
    const [write] = written(told(grant(), held));
    expect(write).toEqual(
      newsletter({
        isSubscribed: true,
        tags: [
          ...[
            'vip',
            'heed:granted',
            'heed:at=2026-05-01T12:00:00.000Z',
            'heed:source=form',
            'heed:method=form',
          ],
          ...['heed:notice=marketing 3 en', 'heed:basis=consent', 'heed:version=ada:7'],
        ],
      }),
    );
  });

  test('gets time, version and language of a consent only where the settings say so', () => {
    const choices = [aRow('acme/newsletter', 'granted', { channel: 'sms' })];
    const consent = (more: object) => written(told({ choices }, {}, { tags: false, ...more }));
    const of = (more: object) => [
      { preferences: { marketing: { sms: { newsletter: { isConsentGranted: true, ...more } } } } },
    ];
    expect(consent({})).toEqual(of({}));
    expect(consent({ actionTimestamp: true })).toEqual(of({ actionTimestamp: '2026-05-01T12:00:00.000Z' }));
    expect(consent({ document: true })).toEqual(of({ docVersion: 3, language: 'en' }));
  });

  test('is not told again what it says already', () => {
    const [first] = told(grant());
    const { newsletter: kept } = Object(said(first)['subscriptions']);
    expect(written(told(grant(), { subscriptions: { newsletter: kept } }))).toEqual(['= delivered ']);
  });

  const theirs = '= needs-user-action opted-out-at-sap-customer-data-cloud';

  test.each<[string, Partial<Delivery>, object, readonly unknown[]]>([
    [
      'of Heed’s is lifted',
      grant('system'),
      { tags: ['heed:withdrawn'], lastUpdatedSubscriptionState: LATER },
      [],
    ],
    ['is lifted by the person’s later word', grant(), { lastUpdatedSubscriptionState: LONG_AGO }, []],
    ['that nobody ever chose is none', grant('system'), {}, []],
    ['is not lifted by their earlier word', grant(), { lastUpdatedSubscriptionState: LATER }, [theirs]],
    ['is never lifted by a system', grant('system'), { lastUpdatedSubscriptionState: LONG_AGO }, [theirs]],
    [
      'is not taken for Heed’s by a tag that says otherwise',
      grant(),
      { tags: ['heed:granted'], lastUpdatedSubscriptionState: LATER },
      [theirs],
    ],
  ])('an opt-out that is there %s', (_name, delivery, email, expected) => {
    const after = written(told(delivery, newsletter({ isSubscribed: false, ...email })));
    expect(after).toEqual(
      expected.length > 0 ? expected : [newsletter(expect.objectContaining({ isSubscribed: true }))],
    );
  });

  test('an opt-out that the person made there stays as they made it', () => {
    const held = newsletter({ isSubscribed: false, lastUpdatedSubscriptionState: LATER, tags: [] });
    expect(written(told({ choices: [aRow('acme/newsletter', 'withdrawn')] }, held))).toEqual([
      '= delivered ',
    ]);
  });

  test.each<[string, Reply, string | undefined]>([
    ['success is left to the status', aReply(200, { errorCode: 0 }), undefined],
    ['an error inside 200 has failed', aReply(200, { errorCode: 400006 }), 'failed gigya-400006'],
    ['a limit passes', aReply(403, { errorCode: 403048 }), 'retry gigya-403048'],
    ['a limit inside 200 passes', aReply(200, { errorCode: 403048 }), 'retry gigya-403048'],
    ['their own trouble passes', aReply(200, { errorCode: 500001 }), 'retry gigya-500001'],
    ['work that is pending is not done', aReply(200, { errorCode: 100001 }), 'retry gigya-100001'],
    ['a qualified success is none', aReply(200, { errorCode: 206001 }), 'failed gigya-206001'],
    ['another data center needs us', aReply(301, { errorCode: 301001 }), 'failed gigya-301001'],
    [
      'refused credentials need us, and never count as nobody',
      aReply(403, { errorCode: 403005 }),
      'failed gigya-403005',
    ],
    ['a 200 without a code is tried again', aReply(200, '<html>'), 'retry unreadable-reply'],
    ['a 503 without a code is left to its status', aReply(503, '<html>'), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(sapCustomerDataCloud.interpret?.(reply))).toBe(expected);
  });

  test.each<[string, object, Reply, string | undefined]>([
    ['an account that is there', {}, account(), undefined],
    ['one that is not', {}, aReply(403, { errorCode: 403047 }), 'skipped no-such-account'],
    [
      'one that another code says is not',
      { absentCodes: [403042] },
      aReply(403, { errorCode: 403042 }),
      'skipped no-such-account',
    ],
  ])('reads %s', (_name, more, reply, expected) => {
    const [look] = calls(byUid, more);
    expect(spoken(look && 'interpret' in look ? look.interpret?.(reply) : undefined)).toBe(expected);
  });

  describe('reports', () => {
    const notice = (...events: readonly object[]) => ({ events, nonce: 'n', timestamp: 1 });
    const event = (uid: string, type = 'accountUpdated') => ({ type, data: { uid, accountType: 'full' } });
    const learned = (body: object): Learned => {
      const first = sapCustomerDataCloud.receive?.changes(body, settings());
      if (!first || 'invalid' in first) throw new Error('not read');
      return first;
    };
    const choices = (held: object) =>
      learned(notice(event('u1')))
        .asks?.[0]?.learn(account(held))
        ?.choices.map(
          ({ topic, channel, state, occurredAt, identifier: { kind } }) =>
            `${topic} ${channel} ${state} ${occurredAt} ${kind}`,
        );

    test('asks for each account once, and for none that was deleted', () => {
      const { asks = [] } = learned(
        notice(event('u1'), event('u2'), event('u1'), event('u3', 'accountDeleted')),
      );
      expect(asks.map(({ path, body }) => [path, new URLSearchParams(String(body)).get('UID')])).toEqual([
        ['/accounts.getAccountInfo', 'u1'],
        ['/accounts.getAccountInfo', 'u2'],
      ]);
    });

    test.each<[string, object, readonly string[]]>([
      [
        'an unsubscribe, by the address and by the account',
        {
          profile: { email: ADDRESS },
          ...newsletter({ isSubscribed: false, lastUpdatedSubscriptionState: LONG_AGO }),
        },
        [
          `acme/newsletter email withdrawn ${LONG_AGO} email`,
          `acme/newsletter email withdrawn ${LONG_AGO} sap-customer-data-cloud`,
        ],
      ],
      [
        'a yes, by the address alone',
        {
          profile: { email: ADDRESS },
          ...newsletter({ isSubscribed: true, lastUpdatedSubscriptionState: LONG_AGO }),
        },
        [`acme/newsletter email granted ${LONG_AGO} email`],
      ],
      [
        'a consent, by the account where it has no address',
        {
          preferences: {
            marketing: { sms: { newsletter: { isConsentGranted: true, lastConsentModified: LONG_AGO } } },
          },
        },
        [`acme/newsletter sms granted ${LONG_AGO} sap-customer-data-cloud`],
      ],
      [
        'a consent whose id is not taken apart',
        { preferences: { 'marketing.offers': { isConsentGranted: false, lastConsentModified: LONG_AGO } } },
        [`acme/offers email withdrawn ${LONG_AGO} sap-customer-data-cloud`],
      ],
      ['a no that nobody chose says nothing', newsletter({ isSubscribed: false }), []],
      [
        'what awaits a confirmation says nothing',
        newsletter({
          isSubscribed: false,
          lastUpdatedSubscriptionState: LONG_AGO,
          doubleOptIn: { status: 'pending' },
        }),
        [],
      ],
      [
        'an echo says nothing',
        newsletter({ isSubscribed: false, lastUpdatedSubscriptionState: LONG_AGO, tags: ['heed:withdrawn'] }),
        [],
      ],
      [
        'a no over a tag that Heed wrote for a yes is no echo',
        newsletter({ isSubscribed: false, lastUpdatedSubscriptionState: LONG_AGO, tags: ['heed:granted'] }),
        [`acme/newsletter email withdrawn ${LONG_AGO} sap-customer-data-cloud`],
      ],
    ])('%s', (_name, held, expected) => {
      expect(choices(held)).toEqual(expected);
    });

    test('nothing of an account that went; and asks again where it cannot be read', () => {
      const [ask] = learned(notice(event('u1'))).asks ?? [];
      expect(ask?.learn(aReply(403, { errorCode: 403047 }))).toEqual({ choices: [] });
      expect(ask?.learn(aReply(403, { errorCode: 403005 }))).toBeUndefined();
      expect(sapCustomerDataCloud.receive?.changes({ event: 1 }, settings())).toHaveProperty('invalid');
    });
  });

  test.each([
    [
      'two topics on one subscription',
      {
        'acme/newsletter': { email: { subscription: 'a' } },
        'acme/offers': { email: { subscription: 'a' } },
      },
      'the same subscription',
    ],
    [
      'a subscription to messages',
      { 'acme/offers': { sms: { subscription: 'a' } } },
      'subscriptions are to e-mail',
    ],
    ['a channel that holds nothing', { 'acme/offers': { email: {} } }, 'name a subscription or a consent'],
    ['a channel that is none', { 'acme/offers': { mail: { consent: 'a' } } }, 'the channels are'],
  ])('does not start with %s', (_name, wrong, message) => {
    expect(sapCustomerDataCloud.settings.safeParse({ ...base, topics: wrong }).error?.message).toContain(
      message,
    );
  });
});
