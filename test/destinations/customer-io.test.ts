import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerIo } from '../../lib/destinations/customer-io.ts';
import type { Reply } from '../../lib/destinations/destination.ts';
import { granted, withdrawn } from '../builders.ts';
import { simulateCustomerIo } from '../simulators/customer-io.ts';
import { tables } from './customer-io.table.ts';
import { ADDRESS, aDelivery, aReply, aRow, bothWays, carried, inWords, spoken } from './deliveries.ts';
import { aLane } from './lane.fixture.ts';
import { aMailbox, takes } from './mailbox.ts';

const SETTINGS = { topics: { 'acme/newsletter': 7, 'acme/offers': { email: 8, sms: 9 } } };
const settings = (more: object = {}) => customerIo.settings.parse({ ...SETTINGS, ...more });
const TOPIC = 'cio_subscription_preferences.topics.topic_';
const NOON = Date.UTC(2026, 4, 1, 12) / 1000;

describe('customer-io', () => {
  const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
    customerIo.translate(aDelivery(delivery), settings(more));
  const told = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
    carried(calls(delivery, { evidence: false, ...more }));
  const both = { customer: 'C-1', email: ADDRESS };

  test('is told each topic by its own path, and nothing of the others', () => {
    expect(inWords(calls(bothWays))).toEqual(['POST /api/v2/batch']);
    expect(told(bothWays)).toMatchObject([
      {
        ...{ type: 'person', action: 'identify', identifiers: { email: ADDRESS } },
        attributes: { [`${TOPIC}7`]: true, [`${TOPIC}8`]: false },
      },
      { attributes: { unsubscribed: false } },
    ]);
    expect(JSON.stringify(told(bothWays))).not.toContain('topic_9');
  });

  test('is told nothing of a topic, a channel or a person it does not know by anything', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
    expect(calls({ choices: [aRow('acme/newsletter', 'withdrawn', { channel: 'sms' })] })).toEqual([]);
    expect(calls({ identifiers: { phone: '+4520123456' } })).toEqual([]);
  });

  test('never suppresses and never deletes, whatever is stopped', () => {
    const stopped = { choices: [aRow('acme/newsletter', 'withdrawn')], stoppedAll: ['email', 'sms', 'push'] };
    const text = JSON.stringify([calls(stopped), calls({ ...stopped, retired: true })]);
    expect(text).not.toMatch(/suppress|delete/);
  });

  test('gets the evidence of a choice, and no contact data in it', () => {
    const [operation] = carried(calls({}));
    const line = 'granted; consent; form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7';
    expect(operation).toMatchObject({ attributes: { heed_topic_7: line } });
  });

  test('tells each profile that may be the person’s, and creates one at most', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn')];
    expect(told({ identifiers: both, choices })).toEqual([
      {
        ...{ type: 'person', action: 'identify', identifiers: { id: 'C-1' } },
        attributes: { [`${TOPIC}7`]: false },
      },
      {
        ...{ type: 'person', action: 'identify', identifiers: { email: ADDRESS } },
        attributes: { [`${TOPIC}7`]: false, _update: true },
      },
    ]);
  });

  test('says when somebody agreed, where the setting says so, and never when they withdrew', () => {
    const later = aRow('acme/offers', 'granted', { channel: 'sms', occurredAt: '2026-05-02T12:00:00.000Z' });
    const choices = [...bothWays.choices, later];
    expect(told({ choices }, { timedGrants: true, liftGlobalStop: false })).toEqual(
      [
        { attributes: { [`${TOPIC}8`]: false } },
        { attributes: { [`${TOPIC}7`]: true }, timestamp: NOON },
        { attributes: { [`${TOPIC}9`]: true }, timestamp: NOON + 86_400 },
      ].map((one) => ({ type: 'person', action: 'identify', identifiers: { email: ADDRESS }, ...one })),
    );
  });

  test('creates nobody for an identifier that was left, or where the setting says so', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn')];
    for (const operations of [told({ choices, retired: true }), told({ choices }, { createPeople: false })])
      expect(operations).toMatchObject([{ attributes: { _update: true } }]);
  });

  describe('with everything stopped', () => {
    const stopped = { choices: [aRow('acme/newsletter', 'withdrawn')], stoppedAll: ['email', 'sms', 'push'] };

    test('unsubscribes altogether, as of then, and ends the topics that nobody mapped', () => {
      expect(told(stopped, { otherTopics: [70, 71] })).toEqual([
        {
          ...{ type: 'person', action: 'identify', identifiers: { email: ADDRESS } },
          attributes: { [`${TOPIC}70`]: false, [`${TOPIC}71`]: false, [`${TOPIC}7`]: false },
        },
        {
          ...{ type: 'person', action: 'identify', identifiers: { email: ADDRESS }, timestamp: NOON },
          attributes: { unsubscribed: true, _update: true },
        },
      ]);
    });

    test.each<[string, object, object]>([
      ['one channel is not', { stoppedAll: ['email', 'sms'] }, {}],
      ['every topic was stopped by itself', { stoppedAll: [] }, {}],
      ['the setting says never', {}, { globalStop: [] }],
    ])('does not where %s', (_name, delivery, more) => {
      expect(JSON.stringify(told({ ...stopped, ...delivery }, { otherTopics: [70], ...more }))).not.toMatch(
        /unsubscribed|topic_70/,
      );
    });

    test('does not where anything is granted on a channel that does not count', () => {
      const choices = [
        aRow('acme/newsletter', 'withdrawn'),
        aRow('acme/offers', 'granted', { channel: 'sms', occurredAt: '2026-05-02T12:00:00.000Z' }),
      ];
      const operations = told({ choices, stoppedAll: ['email'] }, { globalStop: ['email'] });
      expect(operations).toMatchObject([
        { attributes: { [`${TOPIC}7`]: false, [`${TOPIC}9`]: true } },
        { attributes: { unsubscribed: false }, timestamp: NOON + 86_400 },
      ]);
    });

    test('lets nobody in by a grant on a channel that is stopped, nor against the setting', () => {
      const shared = { choices: [aRow('acme/newsletter', 'granted')], stoppedAll: ['email'] };
      expect(told(shared)).toHaveLength(1);
      expect(told({}, { liftGlobalStop: false })).toHaveLength(1);
    });
  });

  test('is not believed to have taken what it names as refused', () => {
    const [call] = calls(bothWays);
    const split = (reply: Reply) => {
      const outcomes = call && 'items' in call ? call.split(reply, [1, 2, 3]) : [];
      return outcomes?.map(spoken);
    };
    const errors = [
      { batch_index: 1, reason: 'invalid', message: ADDRESS },
      { batch_index: 2, reason: ADDRESS },
    ];
    expect(split(aReply(207, { errors }))).toEqual(['delivered', 'failed invalid', 'failed refused']);
    expect(split(aReply(207, 'what?'))).toEqual(Array(3).fill('retry unreadable-reply'));
    expect(split(aReply(200))).toBeUndefined();
    expect(split(aReply(400, { errors }))).toBeUndefined();
  });

  test('does not start with two topics, or two channels of one, on one number', () => {
    for (const topics of [{ a: 7, b: 7 }, { a: { email: 7, sms: 7 } }, { a: 7, b: { sms: 7 } }])
      expect(customerIo.settings.safeParse({ topics }).success).toBe(false);
  });
});

describe('customer-io, before its vendor', () => {
  const [table] = tables;
  const NEWS = { topics: { 'acme/newsletter': 10 }, identifyBy: ['id'] };
  const play = async (run: (stage: Awaited<ReturnType<typeof stageOf>>) => Promise<void>) => {
    const stage = await stageOf();
    await run(stage);
    await stage.lane.close();
    await stage.simulator.stop();
  };
  const stageOf = async () => {
    const made = table?.make();
    const simulator = simulateCustomerIo();
    if (!made) throw new Error('there is no table');
    const row = { ...made, simulator, secret: simulator.secret };
    await simulator.start();
    const lane = aLane(row, { topics: ['acme/newsletter'] });
    lane.goesBy('ada', { kind: 'customer', value: 'C-1' }, { kind: 'email', value: 'ada@example.com' });
    return { simulator, lane, row };
  };
  const topic = { identifier: 'C-1', topic: 'topic_10', channel: 'email' };
  const by = { id: 'C-1' };

  test('a grant lifts no unsubscribe that came after it', async () => {
    await play(async ({ simulator, lane }) => {
      simulator.choose(by, { what: 'unsubscribed', value: true, at: Date.now() / 1000 });
      lane.record('ada', { choices: [granted('acme/newsletter', 'email')] });
      await lane.deliver(['ada']);
      expect(simulator.attribute(by, `${TOPIC}10`)).toBe(true);
      expect(simulator.permitted(topic)).toBe(false);
    });
  });

  test('a grant leaves a newer no of the vendor’s alone where it says when it was', async () => {
    await play(async ({ simulator, lane, row }) => {
      simulator.choose(by, { what: 'topic_10', value: false, at: Math.floor(Date.now() / 1000) });
      const timed = aLane(
        { ...row, settings: () => ({ ...NEWS, timedGrants: true }) },
        { topics: ['acme/newsletter'] },
      );
      for (const one of [timed, lane]) {
        one.goesBy('ada', { kind: 'customer', value: 'C-1' });
        one.record('ada', { choices: [granted('acme/newsletter', 'email')] });
        await one.deliver(['ada']);
        expect(simulator.permitted(topic)).toBe(one === lane);
      }
      await timed.close();
    });
  });

  test('a stop takes effect over a newer yes of the vendor’s', async () => {
    await play(async ({ simulator, lane }) => {
      simulator.choose(by, { what: 'topic_10', value: true, at: Math.floor(Date.now() / 1000) });
      lane.record('ada', { choices: [withdrawn('acme/newsletter', 'email')] });
      await lane.deliver(['ada']);
      expect(simulator.permitted(topic)).toBe(false);
    });
  });

  test('a stop reaches the profile that has no more than the address', async () => {
    await play(async ({ simulator, lane }) => {
      simulator.choose({ email: 'ada@example.com' }, { what: 'topic_10', value: true, at: 1 });
      lane.record('ada', { choices: [withdrawn('acme/newsletter', 'email')] });
      await lane.deliver(['ada']);
      expect(simulator.permitted({ ...topic, identifier: 'ada@example.com' })).toBe(false);
    });
  });
});

describe('customer-io reports', () => {
  const data = {
    ...{ customer_id: 'C-1', email_address: 'ada@example.com' },
    identifiers: { id: 'C-1', email: 'ada@example.com', cio_id: 'd9' },
  };
  const event = (metric: string, more: object = {}) => ({
    metric,
    timestamp: NOON,
    data: { ...data, ...more },
  });
  const changed = (topics: object, more: object = {}) =>
    event('cio_subscription_preferences_changed', { content: JSON.stringify({ topics }), ...more });
  const reported = (body: unknown, more: object = {}) => {
    const said = customerIo.receive?.changes(body, settings(more));
    return said && 'choices' in said ? said.choices : said;
  };
  const brief = (body: unknown, more: object = {}) => {
    const choices = reported(body, more);
    return Array.isArray(choices)
      ? choices.map(
          ({ identifier, topic, channel, state }) => `${identifier.kind} ${topic} ${channel} ${state}`,
        )
      : choices;
  };

  test('what somebody left, for whatever they go by', () => {
    expect(reported(changed({ topic_9: false, topic_70: false }))).toEqual(
      [
        { kind: 'customer', value: 'C-1' },
        { kind: 'email', value: 'ada@example.com' },
      ].map((identifier) => ({
        ...{ identifier, topic: 'acme/offers', channel: 'sms', state: 'withdrawn' },
        ...{ occurredAt: '2026-05-01T12:00:00.000Z', method: 'customer-io-preferences' },
      })),
    );
  });

  test('a topic that somebody chose as a grant, for one identifier alone', () => {
    expect(brief(changed({ topic_7: true }))).toEqual(['customer acme/newsletter email granted']);
    expect(brief(changed({ topic_7: true }), { identifyBy: ['email'] })).toEqual([
      'email acme/newsletter email granted',
    ]);
  });

  test.each([['unsubscribed'], ['spammed']])(
    '%s as the end of everything mapped, on each channel',
    (metric) => {
      const email = { identifiers: { id: null, email: null }, customer_id: null, email_address: null };
      expect(brief(event(metric, { ...email, recipient: 'ada@example.com' }))).toEqual([
        'email acme/newsletter email withdrawn',
        'email acme/offers email withdrawn',
        'email acme/offers sms withdrawn',
      ]);
      expect(brief(event(metric), { optOutTopics: ['*'], identifyBy: ['email'] })).toEqual([
        ...['email * email withdrawn', 'email * sms withdrawn', 'email * push withdrawn'],
      ]);
    },
  );

  test('no complaint where complaints are none, no grant by an end of an unsubscribe, nothing of messages', () => {
    expect(reported(event('spammed'), { complaints: false })).toEqual([]);
    expect(reported(event('subscribed'))).toEqual([]);
    expect(reported({ metric: 'opened', data: {} })).toEqual([]);
  });

  test('that it must say what was changed', () => {
    expect(reported(event('cio_subscription_preferences_changed'))).toHaveProperty('invalid');
    expect(reported(event('unsubscribed', { identifiers: 'C-1' }))).toHaveProperty('invalid');
    expect(reported([])).toEqual({ invalid: 'not an event of Customer.io' });
    const nobody = { identifiers: { id: 'C-1', email: null }, email_address: null };
    expect(reported(event('unsubscribed', nobody), { identifyBy: ['email'] })).toHaveProperty('invalid');
  });
});

describe('a notice of customer-io', () => {
  const simulator = simulateCustomerIo();
  const mailbox = aMailbox('customer-io');
  beforeAll(async () => {
    await simulator.start();
    await mailbox.open();
  });
  afterAll(async () => {
    await simulator.stop();
    await mailbox.close();
  });
  const taken = async (spoilt?: 'signature' | 'body' | 'age', signingKeys?: readonly string[]) => {
    await simulator.notify(mailbox.url, { metric: 'opened' }, spoilt);
    const account = { ...simulator.secret(), ...(signingKeys && { signingKeys }) };
    return takes(customerIo, mailbox.newest(), { settings: SETTINGS, account });
  };

  test('is known by its signature, also by an older key', async () => {
    expect(await taken()).toBe(true);
    expect(await taken(undefined, ['newer', ...simulator.secret().signingKeys])).toBe(true);
  });

  test.each(['signature', 'body', 'age'] as const)('is not taken with another %s', async (spoilt) => {
    expect(await taken(spoilt)).toBe(false);
  });

  test('is not taken where no key is known', async () => {
    expect(await taken(undefined, [])).toBe(false);
  });
});
