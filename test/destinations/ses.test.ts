import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call, Reply } from '../../lib/destinations/destination.ts';
import { ses } from '../../lib/destinations/ses.ts';
import { simulateSes } from '../simulators/ses.ts';
import {
  ADDRESS,
  aDelivery,
  aReply,
  aRow,
  bothWays,
  carried,
  following,
  inWords,
  spoken,
} from './deliveries.ts';
import { aMailbox, takes } from './mailbox.ts';

const SETTINGS = {
  ...{ region: 'eu-central-1', contactList: 'acme' },
  topics: { 'acme/newsletter': 'newsletter', 'acme/offers': 'offers' },
};
const settings = (more: object = {}) => ses.settings.parse({ ...SETTINGS, ...more });

type Status = Readonly<Record<string, 'OPT_IN' | 'OPT_OUT'>>;
const preferences = (statuses: Status) =>
  Object.entries(statuses).map(([TopicName, SubscriptionStatus]) => ({ TopicName, SubscriptionStatus }));
const aContact = (statuses: Status, more: object = {}): Reply =>
  aReply(200, { TopicPreferences: preferences(statuses), UnsubscribeAll: false, ...more });
const theList = (...topics: readonly string[]): Reply =>
  aReply(200, { ContactListName: 'acme', Topics: topics.map((TopicName) => ({ TopicName })) });
const problem = (status: number, code: string): Reply =>
  aReply(status, { message: `${ADDRESS} is wrong` }, { 'x-amzn-errortype': `${code}:http://a/` });
const ALL = { newsletter: 'OPT_OUT', offers: 'OPT_OUT', tips: 'OPT_IN' } as const;

describe('ses', () => {
  const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
    ses.translate(aDelivery(delivery), settings(more));
  const found = (delivery: Parameters<typeof aDelivery>[0], contact: Reply, more: object = {}) =>
    following(calls(delivery, more), 0, contact);
  /** What is sent once the list is known too. */
  const listed = (asking: readonly Call[], ...topics: readonly string[]) =>
    following(asking, 0, theList(...topics));
  const LIST = '/v2/email/contact-lists/acme';
  const CONTACT = `${LIST}/contacts/${ADDRESS}`;

  test('is asked for the contact before it is told anything, by an address encoded to the last sign', () => {
    expect(inWords(calls(bothWays))).toEqual([`GET ${CONTACT}`]);
    expect(calls(bothWays)).toMatchObject([{ path: `${LIST}/contacts/o%27hara%2Bnews%40example.com` }]);
  });

  test('is told and asked nothing of a topic that is not mapped', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
  });

  test('gets the whole contact back, with what nobody spoke of as it was', () => {
    const [put, ...others] = found({}, aContact(ALL, { AttributesData: 'a=b' }));
    expect(others).toEqual([]);
    expect(inWords(put ? [put] : [])).toEqual([`PUT ${CONTACT}`]);
    expect(put).toMatchObject({
      body: {
        TopicPreferences: preferences({ ...ALL, newsletter: 'OPT_IN' }),
        UnsubscribeAll: false,
        AttributesData: 'a=b',
      },
    });
  });

  test('keeps the evidence among the attributes, beside what others keep there', () => {
    const attributes = JSON.stringify({ plan: 'pro', heed: { offers: 'before' } });
    const [body] = carried(found({}, aContact(ALL, { AttributesData: attributes })));
    const text = String(body && typeof body === 'object' && 'AttributesData' in body && body.AttributesData);
    expect(JSON.parse(text)).toEqual({
      plan: 'pro',
      heed: {
        offers: 'before',
        newsletter: 'granted; 2026-05-01T12:00:00.000Z; form; form; consent; notice marketing 3 en; ada:7',
      },
    });
    expect(text).not.toContain('hara');
  });

  test('is given attributes back as they came where they hold no evidence', () => {
    const [without] = carried(found({}, aContact(ALL, { AttributesData: '{}' }), { evidence: false }));
    expect(without).toMatchObject({ AttributesData: '{}' });
    const [bare] = carried(found({}, aContact(ALL), { evidence: false }));
    expect(bare).not.toHaveProperty('AttributesData');
  });

  const REFUSED = problem(400, 'BadRequestException');

  test('is asked for its list where it refuses a contact, and told of the topics it has', () => {
    const writing = found(bothWays, aContact({ tips: 'OPT_IN' }));
    expect(inWords(writing)).toEqual([`PUT ${CONTACT}`]);
    expect(following(writing, 0, aReply(200))).toEqual([]);
    const asking = following(writing, 0, REFUSED);
    expect(inWords(asking)).toEqual([`GET ${LIST}`]);
    expect(inWords(listed(asking, 'offers', 'tips'))).toEqual([`PUT ${CONTACT}`, '= failed no-such-topic']);
    expect(carried(listed(asking, 'offers', 'tips'))).toMatchObject([
      { TopicPreferences: preferences({ tips: 'OPT_IN', offers: 'OPT_OUT' }) },
    ]);
    expect(inWords(listed(asking, 'tips'))).toEqual(['= failed no-such-topic']);
    expect(inWords(listed(asking, 'newsletter', 'offers'))).toEqual(['= failed BadRequestException']);
    expect(inWords(following(asking, 0, aReply(200, '<html>')))).toEqual(['= failed unreadable-reply']);
  });

  describe('of somebody without a contact', () => {
    const unknown = problem(404, 'NotFoundException');

    test('is told to create one that has what was said, and no more', () => {
      const calls = found(bothWays, unknown);
      expect(inWords(calls)).toEqual([`POST ${LIST}/contacts`]);
      expect(carried(calls)).toMatchObject([
        {
          EmailAddress: ADDRESS,
          TopicPreferences: preferences({ newsletter: 'OPT_IN', offers: 'OPT_OUT' }),
        },
      ]);
      const again = listed(following(calls, 0, REFUSED), 'newsletter');
      expect(inWords(again)).toEqual([`POST ${LIST}/contacts`, '= failed no-such-topic']);
    });

    test('creates nobody for an address that was left', () => {
      const left = { choices: [aRow('acme/newsletter', 'withdrawn')], retired: true };
      expect(inWords(found(left, unknown))).toEqual(['= skipped no-such-contact']);
    });
  });

  describe('with everything stopped', () => {
    const stopped = { choices: [aRow('acme/newsletter', 'withdrawn')], stoppedAll: ['email'] };
    const out = aContact(ALL, { UnsubscribeAll: true });

    test('unsubscribes from the whole list, but not for another channel or against the setting', () => {
      expect(carried(found(stopped, aContact(ALL)))).toMatchObject([{ UnsubscribeAll: true }]);
      for (const calls of [
        found({ ...stopped, stoppedAll: ['sms'] }, aContact(ALL)),
        found({ ...stopped, stoppedAll: [] }, aContact(ALL)),
        found(stopped, aContact(ALL), { globalStop: false }),
      ])
        expect(carried(calls)).toMatchObject([{ UnsubscribeAll: false }]);
    });

    test('leaves somebody who left the whole list out of it while nothing is granted', () => {
      expect(carried(found({ ...stopped, stoppedAll: [] }, out))).toMatchObject([{ UnsubscribeAll: true }]);
    });

    const told = (state: string, at = '2026-05-01T11:00:00.000Z') => ({
      UnsubscribeAll: true,
      AttributesData: JSON.stringify({ heed: { newsletter: `${state}; ${at}; form` } }),
    });

    test.each<[string, object]>([
      ['after a withdrawal that Heed told', told('withdrawn')],
      ['after all that happened to them', { UnsubscribeAll: true, LastUpdatedTimestamp: 1_777_636_799 }],
    ])('lets somebody who subscribes anew %s in to that topic alone', (_name, more) => {
      const asking = found({}, aContact(ALL, more));
      expect(inWords(asking)).toEqual([`GET ${LIST}`]);
      expect(carried(listed(asking, 'newsletter', 'offers', 'tips', 'more'))).toMatchObject([
        {
          UnsubscribeAll: false,
          TopicPreferences: preferences({
            ...{ newsletter: 'OPT_IN', offers: 'OPT_OUT', tips: 'OPT_OUT', more: 'OPT_OUT' },
          }),
        },
      ]);
    });

    test.each<[string, object]>([
      ['that was told before', told('granted')],
      ['older than a withdrawal', told('withdrawn', '2026-05-01T12:00:00.000Z')],
      ['before something happened to them', { UnsubscribeAll: true, LastUpdatedTimestamp: 1_777_636_800 }],
    ])('lets nobody in who left by themselves, for a yes %s', (_name, more) => {
      const calls = found({}, aContact({ ...ALL, newsletter: 'OPT_IN' }, more));
      expect(inWords(calls)).toEqual([`PUT ${CONTACT}`, '= needs-user-action unsubscribed-from-list']);
      expect(carried(calls)).toMatchObject([{ UnsubscribeAll: true }]);
    });

    test('lets nobody in for a topic that the list lacks', () => {
      const writing = listed(found(bothWays, aContact(ALL, told('withdrawn'))), 'offers', 'tips');
      const again = listed(following(writing, 0, REFUSED), 'offers', 'tips');
      expect(carried(again)).toMatchObject([{ UnsubscribeAll: true }]);
    });

    test('leaves everybody out where the setting says so, and asks for the person', () => {
      const calls = found({}, aContact(ALL, told('withdrawn')), { liftGlobalStop: false });
      expect(inWords(calls)).toEqual([`PUT ${CONTACT}`, '= needs-user-action unsubscribed-from-list']);
      expect(carried(calls)).toMatchObject([{ UnsubscribeAll: true }]);
    });
  });

  test('subscribes nobody again who left a topic since, but for a newer yes', () => {
    const heed = { newsletter: 'granted; 2026-05-01T12:00:00.000Z; form' };
    const left = aContact(ALL, { AttributesData: JSON.stringify({ heed }) });
    const calls = found(bothWays, left);
    expect(inWords(calls)).toEqual([`PUT ${CONTACT}`, '= needs-user-action left-since']);
    expect(carried(calls)).toMatchObject([{ TopicPreferences: preferences(ALL) }]);
    expect(inWords(found({}, left))).toEqual(['= needs-user-action left-since']);
    const newer = [aRow('acme/newsletter', 'granted', { occurredAt: '2026-05-01T13:00:00.000Z' })];
    expect(carried(found({ choices: newer }, left))).toMatchObject([
      { TopicPreferences: preferences({ ...ALL, newsletter: 'OPT_IN' }) },
    ]);
  });

  const reading = (call: Call | undefined, reply: Reply) =>
    spoken((call && 'interpret' in call ? call.interpret?.(reply) : undefined) ?? ses.interpret?.(reply));

  test.each<[string, Reply, string | undefined]>([
    ['a success', aReply(200), undefined],
    [
      'another write at the same time',
      problem(500, 'ConcurrentModificationException'),
      'retry ConcurrentModificationException',
    ],
    ['throttling by 400', problem(400, 'ThrottlingException'), 'retry ThrottlingException'],
    ['a session that ran out', problem(403, 'ExpiredTokenException'), 'retry ExpiredTokenException'],
    ['a missing right', problem(403, 'AccessDeniedException'), 'failed AccessDeniedException'],
    [
      'a bad request',
      aReply(400, { __type: 'com.amazon#BadRequestException' }),
      'failed BadRequestException',
    ],
    ['a code that is none', problem(400, `${ADDRESS} is bad`), 'failed http-400'],
    ['a 429 without more', aReply(429), undefined],
    ['an error of AWS itself', problem(500, 'Surprise'), undefined],
    ['a gateway that gave up', problem(504, 'InternalFailure'), undefined],
  ])('reads %s', (_name, reply, expected) => {
    expect(reading(undefined, reply)).toBe(expected);
  });

  test('reads a contact that comes or goes between question and answer as something to try again', () => {
    const [put] = found({}, aContact(ALL));
    const [post] = found({}, problem(404, 'NotFoundException'));
    expect(reading(put, problem(404, 'NotFoundException'))).toBe('retry gone-meanwhile');
    expect(reading(post, problem(400, 'AlreadyExistsException'))).toBe('retry created-meanwhile');
    expect(reading(put, problem(400, 'BadRequestException'))).toBe('delivered');
  });

  test('reads a list that is not there as something to mend', () => {
    const [post] = found({}, problem(404, 'NotFoundException'));
    expect(reading(post, problem(404, 'NotFoundException'))).toBe('failed NotFoundException');
  });

  test('may do with its own list what it does, and nothing else', () => {
    expect(ses.permissions?.(settings())).toEqual([
      {
        actions: ['ses:GetContact', 'ses:GetContactList', 'ses:CreateContact', 'ses:UpdateContact'],
        resources: [`arn:\${AWS::Partition}:ses:eu-central-1:\${AWS::AccountId}:contact-list/acme`],
      },
    ]);
  });

  test('does not start with two topics on one, or half of the credentials', () => {
    expect(ses.settings.safeParse({ ...SETTINGS, topics: { a: 'x', b: 'x' } }).success).toBe(false);
    expect(ses.secret.safeParse({ accessKeyId: 'AKIA' }).success).toBe(false);
    expect(ses.secret.safeParse({}).success).toBe(true);
  });
});

describe('ses reports', () => {
  type Told = Readonly<Record<string, 'OptIn' | 'OptOut'>>;
  const told = (topics: Told, { all = false, defaults = {} }: { all?: boolean; defaults?: Told } = {}) => {
    const statuses = (given: Told) =>
      Object.entries(given).map(([topicName, subscriptionStatus]) => ({ topicName, subscriptionStatus }));
    return {
      ...{ unsubscribeAll: all, topicSubscriptionStatus: statuses(topics) },
      topicDefaultSubscriptionStatus: statuses(defaults),
    };
  };
  const subscription = (now: object, before: object | undefined, more: object = {}) => ({
    ...{ eventType: 'Subscription', mail: { destination: ['Ada <ada@example.com>'] }, ...more },
    subscription: {
      ...{ contactList: 'acme', source: 'UnsubscribeHeader', timestamp: '2026-05-01T10:00:00.000Z' },
      ...{ newTopicPreferences: now, oldTopicPreferences: before },
    },
  });
  const reported = (event: unknown, more: object = {}) => {
    const body = { Type: 'Notification', Message: JSON.stringify(event) };
    const said = ses.receive?.changes(body, settings(more));
    return said && 'choices' in said ? said.choices : said;
  };
  const brief = (event: unknown, more: object = {}) => {
    const choices = reported(event, more);
    return Array.isArray(choices) ? choices.map(({ topic, state }) => `${topic} ${state}`) : choices;
  };

  test('what somebody left, and not what was so before', () => {
    const event = subscription(
      told({ newsletter: 'OptOut', offers: 'OptOut', tips: 'OptOut' }),
      told({ newsletter: 'OptOut', offers: 'OptIn' }),
    );
    expect(reported(event)).toEqual([
      {
        identifier: { kind: 'email', value: 'ada@example.com' },
        ...{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' },
        ...{ occurredAt: '2026-05-01T10:00:00.000Z', method: 'ses-subscription' },
      },
    ]);
  });

  test('an end of everything, whatever was said before, as the end of what the setting says', () => {
    const event = subscription(told({ newsletter: 'OptIn' }, { all: true }), told({ offers: 'OptOut' }));
    expect(brief(event)).toEqual(['acme/newsletter withdrawn', 'acme/offers withdrawn']);
    expect(brief(event, { optOutTopics: ['*'] })).toEqual(['* withdrawn']);
  });

  test.each<[string, object, object | undefined, readonly string[]]>([
    ['who chose it', told({ offers: 'OptIn' }), told({ offers: 'OptOut' }), ['acme/offers granted']],
    [
      'who comes back to the list',
      told({ offers: 'OptIn' }),
      told({ offers: 'OptIn' }, { all: true }),
      ['acme/offers granted'],
    ],
    [
      'for whom it was the default',
      told({ offers: 'OptIn' }),
      told({}, { defaults: { offers: 'OptIn' } }),
      [],
    ],
    ['of whom nothing earlier is said', told({ offers: 'OptIn' }), undefined, []],
    ['who only left another topic', told({ offers: 'OptIn', tips: 'OptOut' }), told({ offers: 'OptIn' }), []],
  ])('a grant of somebody %s', (_name, now, before, expected) => {
    expect(brief(subscription(now, before))).toEqual(expected);
  });

  test('a withdrawal of what was only left out by default', () => {
    const event = subscription(told({ offers: 'OptOut' }), told({}, { defaults: { offers: 'OptOut' } }));
    expect(brief(event)).toEqual(['acme/offers withdrawn']);
  });

  test('no grant where one mail went to several people, but each withdrawal', () => {
    const several = { mail: { destination: ['ada@example.com', 'grace@example.com'] } };
    const now = told({ newsletter: 'OptOut', offers: 'OptIn' });
    expect(brief(subscription(now, told({ newsletter: 'OptIn', offers: 'OptOut' }), several))).toEqual([
      'acme/newsletter withdrawn',
      'acme/newsletter withdrawn',
    ]);
  });

  test('a complaint as the end of everything mapped, where complaints count', () => {
    const complaint = {
      timestamp: '2026-05-01T10:00:00.000Z',
      complainedRecipients: [{ emailAddress: 'ada@example.com' }],
    };
    expect(reported({ notificationType: 'Complaint', complaint })).toMatchObject([
      { topic: 'acme/newsletter', method: 'ses-complaint' },
      { topic: 'acme/offers', state: 'withdrawn' },
    ]);
    expect(reported({ eventType: 'Complaint', complaint }, { complaints: false })).toEqual([]);
  });

  test('nothing of other lists, other events, or messages that are none of SES', () => {
    const other = subscription(told({ offers: 'OptOut' }), undefined);
    expect(reported({ ...other, subscription: { ...other.subscription, contactList: 'orbit' } })).toEqual([]);
    expect(reported({ eventType: 'Delivery', delivery: {} })).toEqual([]);
    expect(reported('hello')).toEqual([]);
  });

  test('that an unsubscribe in other words than SES uses cannot be read', () => {
    expect(reported({ eventType: 'Subscription', mail: {} })).toEqual({
      invalid: 'an event of SES that cannot be read',
    });
  });

  test('that it will listen, to Amazon alone', () => {
    const asked = (SubscribeURL: string) =>
      ses.receive?.changes({ Type: 'SubscriptionConfirmation', Message: '', SubscribeURL }, settings());
    const url = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=1';
    expect(asked(url)).toMatchObject({ choices: [], asks: [{ method: 'GET', path: url, anonymous: true }] });
    expect(asked('https://sns.eu-central-1.amazonaws.com.example.com/')).toHaveProperty('invalid');
  });
});

describe('a notice of ses', () => {
  const simulator = simulateSes();
  const mailbox = aMailbox('ses');
  beforeAll(async () => {
    await simulator.start();
    await mailbox.open();
  });
  afterAll(async () => {
    await simulator.stop();
    await mailbox.close();
  });
  const taken = async (spoilt?: 'signature' | 'body' | 'age', snsTopics = [simulator.topicArn]) => {
    await simulator.publish(mailbox.url, { eventType: 'Delivery' }, spoilt);
    return takes(ses, mailbox.newest(), {
      settings: { ...SETTINGS, snsTopics },
      account: simulator.secret(),
    });
  };

  test('is known by its signature', async () => {
    expect(await taken()).toBe(true);
  });

  test.each(['signature', 'body', 'age'] as const)('is not taken with another %s', async (spoilt) => {
    expect(await taken(spoilt)).toBe(false);
  });

  test('is not taken from a topic that is not named', async () => {
    expect(await taken(undefined, [])).toBe(false);
  });

  test('leads to the address that confirms the subscription', async () => {
    await simulator.subscribe(mailbox.url);
    const said = ses.receive?.changes(JSON.parse(mailbox.newest().body), settings());
    const [ask] = said && 'asks' in said ? (said.asks ?? []) : [];
    const path = new URL(ask?.path ?? '');
    const { status } = await fetch(`${simulator.url}${path.pathname}${path.search}`);
    expect(ask?.learn(aReply(status))).toEqual({ choices: [] });
    expect(ask?.learn(aReply(403))).toBeUndefined();
    expect(simulator.isConfirmed()).toBe(true);
  });
});
