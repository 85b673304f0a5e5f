import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call, Reply } from '../../lib/destinations/destination.ts';
import { sfmc } from '../../lib/destinations/sfmc.ts';
import { vendorOf } from '../../lib/http/client.ts';
import { granted, withdrawn } from '../builders.ts';
import { simulateSfmc } from '../simulators/sfmc.ts';
import { aDelivery, aReply, aRow, bothWays, carried, following, inWords, spoken } from './deliveries.ts';
import { aLane, type TestLane } from './lane.fixture.ts';
import { aMailbox, takes } from './mailbox.ts';
import { tables } from './sfmc.table.ts';

const SETTINGS = { subdomain: 'mc-1', lists: { 'acme/newsletter': 4711, 'acme/offers': 4712 } };
const settings = (more: object = {}) => sfmc.settings.parse({ ...SETTINGS, ...more });
const SOAP = 'POST https://mc-1.soap.marketingcloudapis.com/Service.asmx';

interface Found {
  readonly key: string;
  readonly email?: string;
  readonly status?: string;
}
const found = (...people: readonly Found[]): Reply =>
  aReply(
    200,
    `<E><OverallStatus>OK</OverallStatus>${people
      .map(
        ({ key, email = 'ada@example.com', status = 'Active' }) =>
          `<Results xsi:type="Subscriber"><EmailAddress>${email}</EmailAddress><SubscriberKey>${key}</SubscriberKey><Status>${status}</Status></Results>`,
      )
      .join('')}</E>`,
  );

/** An object of a request as `key list status`, `+` before one that may be entered. */
const brief = (object: unknown): string => {
  const [, key, email, list, status] =
    /<SubscriberKey>(.*?)<\/SubscriberKey>(<EmailAddress>.*?<\/EmailAddress>)?(?:<Lists><ID>(\d+)<\/ID>)?<Status>(\w+)</.exec(
      String(object),
    ) ?? [];
  return `${email ? '+' : ''}${key} ${list ?? 'all'} ${status}`;
};

describe('sfmc', () => {
  const both = { customer: 'C-1', email: 'ada@example.com' };
  const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
    sfmc.translate(aDelivery({ identifiers: both, ...delivery }), settings(more));
  const told = (delivery: Parameters<typeof aDelivery>[0], reply: Reply, more: object = {}) =>
    following(calls(delivery, more), 0, reply);
  const objects = (all: readonly Call[]) => carried(all).map(brief);
  const withdrawal = { choices: [aRow('acme/newsletter', 'withdrawn')] };

  test('is asked for the person by key or by address, with every value escaped', () => {
    const odd = { customer: '<C&1>', email: '"a\'@example.com' };
    const all = calls({ identifiers: odd });
    expect(inWords(all)).toEqual([SOAP]);
    expect(all).toMatchObject([{ lookup: true, headers: { soapaction: 'Retrieve' } }]);
    const [body] = carried(all);
    expect(body).toContain('<Value>&#60;C&#38;1&#62;</Value>');
    expect(body).toContain('<Value>&#34;a&#39;@example.com</Value>');
  });

  test('is asked and told nothing of a topic that is not mapped, or of somebody without a key it knows', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
    expect(calls({ identifiers: { customer: 'C-1' } }, { subscriberKey: 'email' })).toEqual([]);
  });

  test('is told withdrawals before grants, each list by itself', () => {
    const all = told(bothWays, found({ key: 'C-1' }));
    expect(inWords(all)).toEqual([SOAP]);
    expect(objects(all)).toEqual(['C-1 4712 Unsubscribed', 'C-1 4711 Active']);
  });

  test('withdraws for everybody of the address, and grants for the own key alone', () => {
    const all = told(bothWays, found({ key: 'c-1' }, { key: 'C-2' }));
    expect(objects(all)).toEqual(['C-2 4712 Unsubscribed', 'c-1 4712 Unsubscribed', 'c-1 4711 Active']);
    const address = told({ ...bothWays, identifiers: { email: 'ada@example.com' } }, found({ key: 'C-2' }));
    expect(objects(address)).toEqual(['C-2 4712 Unsubscribed', 'C-2 4711 Active']);
  });

  test('enters somebody of whom key and address are known, and nobody else', () => {
    expect(objects(told(withdrawal, found()))).toEqual(['+C-1 4711 Unsubscribed']);
    for (const all of [
      told(withdrawal, found(), { createSubscribers: false }),
      told({ ...withdrawal, retired: true }, found()),
      told({ ...withdrawal, identifiers: { customer: 'C-1' } }, found()),
      told({ ...withdrawal, identifiers: { email: 'ada@example.com' } }, found()),
    ])
      expect(inWords(all)).toEqual(['= skipped no-such-subscriber']);
  });

  test('says that a grant found nobody, though a withdrawal found somebody of the address', () => {
    const all = told(bothWays, found({ key: 'C-2' }), { createSubscribers: false });
    expect(inWords(all)).toEqual([SOAP, '= skipped no-such-subscriber']);
    expect(objects(all)).toEqual(['C-2 4712 Unsubscribed']);
  });

  describe('with everything stopped', () => {
    const stopped = { ...withdrawal, stoppedAll: ['email'] };

    test('leaves all subscribers and the lists that nobody mapped', () => {
      const all = told(stopped, found({ key: 'C-1' }, { key: 'C-2' }), { otherLists: [4799] });
      expect(objects(all)).toEqual([
        ...['C-1 all Unsubscribed', 'C-1 4799 Unsubscribed'],
        ...['C-2 4711 Unsubscribed', 'C-1 4711 Unsubscribed'],
      ]);
    });

    test('does not where each topic, or another channel, was stopped, or against the setting', () => {
      const others = { otherLists: [4799] };
      for (const all of [
        told(withdrawal, found({ key: 'C-1' }), others),
        told({ ...stopped, stoppedAll: ['sms'] }, found({ key: 'C-1' }), others),
        told(stopped, found({ key: 'C-1' }), { ...others, globalStop: false }),
      ])
        expect(objects(all)).toEqual(['C-1 4711 Unsubscribed']);
    });

    const out = found({ key: 'C-1', status: 'Unsubscribed' });
    /** What a person is on each of their lists. */
    const lists = (...all: readonly (readonly [string, number, string])[]) =>
      aReply(
        200,
        `<E><OverallStatus>OK</OverallStatus>${all
          .map(
            ([key, list, status]) =>
              `<Results><Status>${status}</Status><ListID>${list}</ListID><SubscriberKey>${key}</SubscriberKey></Results>`,
          )
          .join('')}</E>`,
      );
    const STAYS = '= needs-user-action unsubscribed-from-all';

    test('lets somebody back in who subscribes anew, after everything that was withdrawn', () => {
      const asking = told(bothWays, out);
      expect(asking).toMatchObject([{ lookup: true, headers: { soapaction: 'Retrieve' } }]);
      expect(carried(asking)[0]).toContain('<ObjectType>ListSubscriber</ObjectType>');
      const left = lists(['c-1', 4711, 'Unsubscribed'], ['C-1', 4712, 'Active']);
      expect(objects(following(asking, 0, left))).toEqual([
        ...['C-1 4712 Unsubscribed', 'C-1 all Active', 'C-1 4711 Active'],
      ]);
    });

    test.each<[string, readonly (readonly [string, number, string])[]]>([
      ['on the list', [['C-1', 4711, 'Active']]],
      ['off another list', [['C-1', 4712, 'Unsubscribed']]],
      ['not the one who is off it', [['C-2', 4711, 'Unsubscribed']]],
      ['of no list', []],
    ])('lets nobody back in who is %s: they left by themselves', (_name, all) => {
      const calls = following(told(bothWays, out), 0, lists(...all));
      expect(inWords(calls)).toEqual([SOAP, STAYS]);
      expect(objects(calls)).toEqual(['C-1 4712 Unsubscribed']);
      expect(inWords(following(told({}, out), 0, lists(...all)))).toEqual([STAYS]);
    });

    test('lets only those back in who subscribe anew', () => {
      expect(objects(told(withdrawal, out))).toEqual(['C-1 4711 Unsubscribed']);
      expect(objects(told({}, found({ key: 'C-1', status: 'Held' })))).toEqual(['C-1 4711 Active']);
      const stays = { choices: [aRow('acme/newsletter', 'granted')], stoppedAll: ['email'] };
      expect(objects(told(stays, out))).toEqual(['C-1 all Unsubscribed', 'C-1 4711 Active']);
    });

    test('asks for the lists of several subscribers at once', () => {
      const address = { identifiers: { email: 'ada@example.com' } };
      const both = found({ key: 'C-1', status: 'Unsubscribed' }, { key: 'C-2', status: 'Unsubscribed' });
      const asking = told(address, both);
      expect(carried(asking)[0]).toContain(
        '<SimpleOperator>IN</SimpleOperator><Value>C-1</Value><Value>C-2</Value>',
      );
      const calls = following(asking, 0, lists(['C-2', 4711, 'Unsubscribed']));
      expect(objects(calls)).toEqual(['C-2 all Active', 'C-2 4711 Active']);
      expect(inWords(calls)).toEqual([SOAP, STAYS]);
    });

    test('lets nobody back in against the setting', () => {
      expect(inWords(told({}, out, { liftGlobalStop: false }))).toEqual([STAYS]);
    });
  });

  test('keeps the evidence in a row for each topic, and no contact data in it', () => {
    const all = told({}, found({ key: 'C-1' }), { evidence: { dataExtension: 'consents' } });
    expect(inWords(all)).toEqual([SOAP, 'POST /hub/v1/dataevents/key:consents/rowset']);
    const [, row] = carried(all);
    expect(row).toEqual({
      keys: { SubscriberKey: 'C-1', Channel: 'email', Topic: 'acme/newsletter' },
      values: {
        ...{ Status: 'granted', CapturedAt: '2026-05-01T12:00:00.000Z', Source: 'form', Method: 'form' },
        ...{ LegalBasis: 'consent', Notice: 'marketing 3 en', Version: 'ada:7' },
      },
    });
  });

  const fault = (text: string, code = 'soap:Server', status = 500) =>
    aReply(status, `<f:Fault><faultcode>${code}</faultcode><faultstring>${text}</faultstring></f:Fault>`);

  test.each<[string, Reply, string | undefined]>([
    ['a token that ran out twice', fault('Token Expired'), 'retry token-expired'],
    ['credentials that are none', fault('Login Failed'), 'failed login-failed'],
    ['a request that cannot be read', fault('Bad', 'soap:Client'), 'failed soap-client-fault'],
    ['a fault of its own', fault('Deadlock'), undefined],
    ['a fault inside a success', fault('Deadlock', 'soap:Server', 200), 'retry soap-fault'],
    [
      'rows that could not be saved',
      aReply(400, { errorcode: 10006, message: 'a@b.c' }),
      'retry error-10006',
    ],
    ['rows that cannot be', aReply(400, { errorcode: 10001 }), 'failed error-10001'],
    ['a 400 without a code', aReply(400, { message: 'a@b.c' }), undefined],
    ['a success', aReply(200, found().body), undefined],
  ])('reads %s', (_name, reply, expected) => {
    const outcome = sfmc.interpret?.(reply);
    expect(spoken(outcome)).toBe(expected);
  });

  test('knows a session that is over by its fault', () => {
    expect(
      [fault('Token Expired'), fault('Login Failed', 'x', 200)].map((reply) => sfmc.expired?.(reply)),
    ).toEqual([...[true, true]]);
    expect(sfmc.expired?.(fault('Deadlock'))).toBe(false);
    expect(sfmc.expired?.(aReply(200, { message: 'Token Expired' }))).toBe(false);
  });

  test('believes each object by its own result', () => {
    const [call] = told(bothWays, found({ key: 'C-1' }));
    const result = (code: string, error = '') =>
      `<Results><StatusCode>${code}</StatusCode><StatusMessage>a@b.c</StatusMessage>${error}</Results>`;
    const split = (body: string) => {
      const outcomes = call && 'items' in call ? call.split(aReply(200, body), call.items) : [];
      return outcomes?.map(spoken);
    };
    const refused = result('Error', '<ErrorCode>13005</ErrorCode>');
    expect(split(`<a>${result('OK')}${refused}</a>`)).toEqual(['delivered', 'failed error-13005']);
    expect(split(`<a>${result('Error', '<ErrorCode>a@b.c</ErrorCode>')}${result('')}</a>`)).toEqual([
      ...['failed refused', 'failed refused'],
    ]);
    expect(split(`<a>${result('OK')}</a>`)).toEqual(['retry unreadable-reply', 'retry unreadable-reply']);
  });

  test('takes nobody for unknown when the search went wrong', () => {
    const [call] = calls({});
    const read = (body: string) =>
      spoken(call && 'interpret' in call ? call.interpret?.(aReply(200, body)) : undefined);
    expect(read('<OverallStatus>Error: try again</OverallStatus>')).toBe('retry search-failed');
    expect(read('<html/>')).toBe('retry search-failed');
    expect(read('<OverallStatus>OK</OverallStatus>')).toBeUndefined();
  });

  test.each([
    [{ ...SETTINGS, subdomain: 'evil.example/?' }],
    [{ ...SETTINGS, lists: { a: 7, b: 7 } }],
    [{ ...SETTINGS, evidence: { dataExtension: 'a/b' } }],
  ])('does not start with %j', (given) => {
    expect(sfmc.settings.safeParse(given).success).toBe(false);
  });
});

describe('sfmc, before its vendor', () => {
  const simulator = simulateSfmc({ lists: [4711], dataExtension: 'heed-consents' });
  let lane: TestLane;
  beforeAll(async () => {
    await simulator.start();
    const row = tables[0]?.make();
    if (!row) throw new Error('there is no table');
    lane = aLane({ ...row, simulator, secret: simulator.secret }, { topics: ['acme/newsletter'] });
    lane.goesBy('ada', { kind: 'customer', value: '<C&1>' }, { kind: 'email', value: "o'ada@example.com" });
    lane.record('ada', { choices: [granted('acme/newsletter', 'email')] });
  });
  afterAll(async () => {
    await lane.close();
    await simulator.stop();
  });
  const topic = { identifier: '<C&1>', topic: '4711', channel: 'email' };

  test('logs in anew when a fault says that its token has run out, with the token where SOAP reads it', async () => {
    await lane.deliver(['ada']);
    simulator.expireTokens(1);
    const before = simulator.requests().total;
    const [result] = await lane.deliver(['ada'], { force: true });
    expect(result?.words).toBe('delivered');
    expect(simulator.requests().total - before).toBe(5);
    expect(simulator.permitted(topic)).toBe(true);
  });

  test('knows a person whose key and address need escaping again', async () => {
    lane.record('ada', { choices: [withdrawn('acme/newsletter', 'email')], at: 1 });
    expect((await lane.deliver(['ada']))[0]?.words).toBe('delivered');
    expect(simulator.permitted(topic)).toBe(false);
    expect(simulator.facts()).toHaveLength(1);
    expect(simulator.rows()).toMatchObject([{ keys: { SubscriberKey: '<C&1>' } }]);
  });
});

describe('sfmc reports', () => {
  const event = (listId: string | undefined, more: object = {}) => ({
    ...{ eventCategoryType: 'EngagementEvents.EmailUnsubscribe', timestampUTC: 1_777_640_000_000 },
    composite: { jobId: '1', batchId: '2', listId, subscriberId: '3' },
    info: { to: 'ada@example.com', domain: 'example.com', unsubscribeDate: 1_777_629_600_000, ...more },
  });
  const reported = (body: unknown, more: object = {}) => {
    const said = sfmc.receive?.changes(body, settings(more));
    return said && 'choices' in said ? said.choices : said;
  };
  const topics = (body: unknown, more: object = {}) => {
    const choices = reported(body, more);
    return Array.isArray(choices) ? choices.map(({ topic }) => topic) : choices;
  };

  test('an unsubscribe from a list as a withdrawal of its topic', () => {
    expect(reported([event('4712')])).toEqual([
      {
        identifier: { kind: 'email', value: 'ada@example.com' },
        ...{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' },
        ...{ occurredAt: '2026-05-01T10:00:00.000Z', method: 'sfmc-unsubscribe' },
      },
    ]);
  });

  test('an unsubscribe from a list that nobody mapped as the end of everything, or as the setting says', () => {
    for (const list of ['69238', undefined])
      expect(topics([event(list)])).toEqual(['acme/newsletter', 'acme/offers']);
    expect(topics([event('69238')], { optOutTopics: ['*'] })).toEqual(['*']);
    expect(topics([event('69238')], { globalLists: [1] })).toEqual([]);
    expect(topics([event('1')], { globalLists: [1] })).toEqual(['acme/newsletter', 'acme/offers']);
  });

  test('a stop for each of the identifiers it names', () => {
    const named = event('4711', { subscriberKey: 'C-1' });
    expect(reported([named])).toMatchObject([
      { identifier: { kind: 'email' } },
      { identifier: { kind: 'customer' } },
    ]);
    expect(reported([named], { subscriberKey: 'email' })).toHaveLength(1);
    const byKey = event('4711', { to: undefined, subscriberKey: 'ada@example.com' });
    expect(reported([byKey], { subscriberKey: 'email' })).toMatchObject([
      { identifier: { kind: 'email', value: 'ada@example.com' } },
    ]);
  });

  test('nothing of other events', () => {
    const open = { ...event('4711'), eventCategoryType: 'EngagementEvents.EmailOpen', timestampUTC: 'now' };
    expect(sfmc.receive?.changes([open, event('4711')], settings())).not.toHaveProperty('unread');
    expect(topics([open, event('4711')])).toEqual(['acme/newsletter']);
  });

  test.each([
    ['cannot be read', { ...event('4711'), timestampUTC: 'now' }],
    ['names nobody', event('4711', { to: undefined })],
  ])('one that counts, and that another beside it %s', (_, other) => {
    expect(sfmc.receive?.changes([other, event('4711')], settings())).toMatchObject({
      choices: [{ topic: 'acme/newsletter' }],
      unread: 'an unsubscribe that cannot be read, or names nobody',
    });
  });

  test.each([[undefined], [{}], [[{ info: {} }]]])('that %j is no list of events', (body) => {
    expect(reported(body)).toEqual({ invalid: 'not a list of Marketing Cloud events' });
  });
});

describe('a notice of sfmc', () => {
  const simulator = simulateSfmc();
  const mailbox = aMailbox('sfmc');
  beforeAll(async () => {
    await simulator.start();
    await mailbox.open();
  });
  afterAll(async () => {
    await simulator.stop();
    await mailbox.close();
  });
  const taken = async (spoilt?: 'signature' | 'body', signatureKeys?: readonly string[]) => {
    await simulator.notify(mailbox.url, [{ eventCategoryType: 'EngagementEvents.EmailOpen' }], spoilt);
    const account = { ...simulator.secret(), ...(signatureKeys && { signatureKeys }) };
    return takes(sfmc, mailbox.newest(), { settings: SETTINGS, account });
  };

  test('is known by its signature, also by an older key', async () => {
    expect(await taken()).toBe(true);
    expect(await taken(undefined, ['newer', ...simulator.secret().signatureKeys])).toBe(true);
  });

  test.each(['signature', 'body'] as const)('is not taken with another %s', async (spoilt) => {
    expect(await taken(spoilt)).toBe(false);
  });

  test('brings the code of a new callback back, and no other', async () => {
    await simulator.register(mailbox.url);
    const handshake = (body: unknown) => sfmc.receive?.handshake?.(body, settings());
    const [ask] = handshake(JSON.parse(mailbox.newest().body)) ?? [];
    expect(ask).toMatchObject({ method: 'POST', path: '/platform/v1/ens-verify' });
    expect(ask?.body).toEqual(JSON.parse(mailbox.newest().body));
    expect(ask?.learn(aReply(400))).toEqual({ choices: [] });
    const clock = { now: Date.now, sleep: async () => undefined, chance: () => 0 };
    const secret = async () => simulator.secret();
    const vendor = vendorOf({ destination: sfmc, settings: settings(), secret, perSecond: 1000, clock });
    if (ask) await vendor.send({ method: ask.method, path: ask.path, body: ask.body }, 'ask 1');
    await vendor.close();
    expect(simulator.isVerified()).toBe(true);
    for (const body of [undefined, [], { callbackId: 'x' }, { ...Object(ask?.body), more: 1 }])
      expect(handshake(body)).toBeUndefined();
  });
});
