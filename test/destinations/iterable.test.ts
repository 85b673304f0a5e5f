import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { iterable } from '../../lib/destinations/iterable.ts';
import { granted, withdrawn } from '../builders.ts';
import { type Iterable, type IterableOptions, simulateIterable } from '../simulators/iterable.ts';
import { ADDRESS, aDelivery, aReply, aRow, carried, following, inWords, spoken } from './deliveries.ts';
import { PROJECT, tables } from './iterable.table.ts';
import { aLane, type TestLane } from './lane.fixture.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const TYPES = { [NEWS]: { email: 101, sms: 201 }, [OFFERS]: { email: 102 } };
const settings = (more: object = {}) => iterable.settings.parse({ messageTypes: TYPES, ...more });

const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
  iterable.translate(aDelivery(delivery), settings(more));
/** What is said once the user is known. */
const said = (delivery: Parameters<typeof aDelivery>[0], dataFields: object = {}, more: object = {}) =>
  following(calls(delivery, more), 0, aReply(200, { user: { email: ADDRESS, dataFields } }));

const type = (id: number, action: string) => `PUT /api/subscriptions/messageType/${id}?action=${action}`;
const UPDATE = 'POST /api/users/update';
const news = { choices: [aRow(NEWS, 'granted')] };
const bothWays = { choices: [aRow(NEWS, 'granted'), aRow(OFFERS, 'withdrawn')] };
const told = (line: string) => ({ heed: { acme_newsletter_email: line } });
const OUT = { unsubscribedMessageTypeIds: [101] };

describe('iterable', () => {
  test('is told withdrawals before grants, each by its own type, and keeps the evidence', () => {
    const both = said(bothWays);
    expect(inWords(both)).toEqual([type(102, 'unsubscribe'), type(101, 'subscribe'), UPDATE]);
    expect(carried(both)).toEqual([
      ...[{ email: ADDRESS }, { email: ADDRESS }],
      {
        ...{ email: ADDRESS, mergeNestedObjects: true, createNewFields: true },
        dataFields: {
          heed: {
            acme_newsletter_email:
              'granted; 2026-05-01T12:00:00.000Z; consent; form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7',
            acme_offers_email:
              'withdrawn; 2026-05-01T12:00:00.000Z; consent; form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7',
          },
        },
      },
    ]);
    expect(inWords(said(bothWays, {}, { evidenceField: false }))).not.toContain(UPDATE);
  });

  test('has people named by the address or by the company’s number, as the project does', () => {
    const both = { email: ADDRESS, customer: 'C-1' };
    const asked = (identifiers: Readonly<Record<string, string>>, namedBy: string) =>
      inWords(calls({ ...news, identifiers }, { namedBy }))[0];
    expect(asked(both, 'email')).toBe(`GET /api/users/getByEmail?email=${ADDRESS}`);
    expect(asked(both, 'customer')).toBe('GET /api/users/byUserId?userId=C-1');
    expect(asked({ customer: 'C-1' }, 'email')).toBe('GET /api/users/byUserId?userId=C-1');
    const [batch] = said({ ...news, identifiers: both }, {}, { namedBy: 'customer' });
    expect(batch && 'items' in batch && batch.wrap([...batch.items, { email: 'grace@example.com' }])).toEqual(
      {
        ...{ users: ['grace@example.com'], usersByUserId: ['C-1'] },
      },
    );
  });

  test('is told to end every marketing type of a channel for a stop of everything there, and transactional ones never', () => {
    const choices = [aRow(NEWS, 'withdrawn'), aRow(OFFERS, 'withdrawn')];
    const stopped = said({ choices, stoppedAll: ['email', 'post'] });
    expect(inWords(stopped).slice(0, 3)).toEqual([
      ...[type(101, 'unsubscribe'), type(102, 'unsubscribe'), 'GET /api/channels'],
    ]);
    const channels = PROJECT.channels?.map(({ id, medium, type: channelType }) => ({
      ...{ id, channelType, messageMedium: medium },
    }));
    const types = Object.entries(PROJECT.types ?? {}).map(([id, channelId]) => ({
      id: Number(id),
      channelId,
    }));
    const asked = following(stopped, 2, aReply(200, { channels }));
    expect(inWords(asked)).toEqual(['GET /api/messageTypes']);
    expect(inWords(following(asked, 0, aReply(200, { messageTypes: types })))).toEqual([
      type(199, 'unsubscribe'),
    ]);
  });

  test('is told to end no more than what was withdrawn by anything less', () => {
    const choices = [aRow(NEWS, 'withdrawn'), aRow(OFFERS, 'withdrawn')];
    for (const words of [
      said({ choices }),
      said({ choices, stoppedAll: ['phone'] }),
      said({ choices, stoppedAll: ['email'] }, {}, { globalStop: false }),
    ])
      expect(inWords(words)).toEqual([type(101, 'unsubscribe'), type(102, 'unsubscribe'), UPDATE]);
  });

  test('creates somebody only for a grant, and only where that is wanted', () => {
    const stranger = (
      delivery: Parameters<typeof aDelivery>[0],
      more: object = {},
      reply = aReply(200, {}),
    ) => following(calls(delivery, more), 0, reply);
    const nobody = ['= skipped no-such-user'];
    expect(inWords(stranger({ choices: [aRow(NEWS, 'withdrawn')], retired: true }))).toEqual(nobody);
    expect(inWords(stranger(news, { createUsers: false }))).toEqual(nobody);
    expect(inWords(stranger(news, {}, aReply(404, { code: 'NotFound' })))).toEqual([
      UPDATE,
      type(101, 'subscribe'),
    ]);
    const [created, subscribed] = stranger({ ...bothWays, identifiers: { customer: 'C-1' } });
    expect(created).toMatchObject({ body: { userId: 'C-1', preferUserId: true } });
    const own = (call: typeof created, reply: ReturnType<typeof aReply>) =>
      call && 'interpret' in call ? call.interpret?.(reply) : undefined;
    expect(own(created, aReply(200, { code: 'Success' }))).toEqual({ kind: 'delivered', appliedLater: true });
    expect(own(subscribed, aReply(400, { code: 'UnknownUserIdError' }))).toEqual({
      ...{ kind: 'delivered', appliedLater: true },
    });
    expect(own(subscribed, aReply(400, { code: 'BadParams' }))).toBeUndefined();
  });

  test.each<[string, object, readonly string[]]>([
    [
      'who was told of this grant before and is out',
      { ...OUT, ...told('granted; 2026-05-01T12:00:00.000Z; x') },
      ['= needs-user-action unsubscribed'],
    ],
    [
      'who was told of a newer grant and is out',
      { ...OUT, ...told('granted; 2026-05-02T12:00:00.000Z; x') },
      ['= needs-user-action unsubscribed'],
    ],
    [
      'who was told of an older grant and is out',
      { ...OUT, ...told('granted; 2026-04-01T12:00:00.000Z; x') },
      [type(101, 'subscribe'), UPDATE],
    ],
    [
      'whom Heed withdrew',
      { ...OUT, ...told('withdrawn; 2026-04-01T12:00:00.000Z; x') },
      [type(101, 'subscribe'), UPDATE],
    ],
    ['of whom nothing was told', OUT, [type(101, 'subscribe'), UPDATE]],
    [
      'who was told of this grant and is in',
      told('granted; 2026-05-01T12:00:00.000Z; x'),
      [type(101, 'subscribe'), UPDATE],
    ],
  ])('subscribes somebody %s only if they did not leave since', (_name, dataFields, expected) => {
    expect(inWords(said(news, dataFields))).toEqual(expected);
  });

  test('has to be told by the person where they left the channel as a whole', () => {
    const gone = said(news, { unsubscribedChannelIds: [1] });
    expect(inWords(gone)).toEqual(['GET /api/messageTypes']);
    const types = (channelId: number) => aReply(200, { messageTypes: [{ id: 101, channelId }] });
    expect(inWords(following(gone, 0, types(1)))).toEqual(['= needs-user-action channel-unsubscribed']);
    expect(inWords(following(gone, 0, types(2)))).toEqual([type(101, 'subscribe'), UPDATE]);
  });

  test('keeps what it was told, and no more, before it is said that the person must act', () => {
    const choices = [aRow(NEWS, 'granted'), aRow(OFFERS, 'granted')];
    const calls = said({ choices }, { ...OUT, ...told('granted; 2026-05-01T12:00:00.000Z; x') });
    expect(inWords(calls)).toEqual([type(102, 'subscribe'), UPDATE, '= needs-user-action unsubscribed']);
    expect(JSON.stringify(carried(calls)[1])).toMatch(/acme_offers_email(?!.*acme_newsletter)/);
  });

  test.each([
    [{ user: [] }],
    [{ user: { dataFields: 'x' } }],
    [{ user: { dataFields: { unsubscribedMessageTypeIds: '101' } } }],
    [{ user: { dataFields: { unsubscribedChannelIds: {} } } }],
  ])('is told nothing where nobody can read who %j is', (body) => {
    expect(inWords(following(calls(bothWays), 0, aReply(200, body)))).toEqual(['= failed unreadable-reply']);
  });

  test.each([
    ['success is left to its status', 200, { code: 'Success', msg: '' }, undefined],
    ['another code in a 200 is a failure', 200, { code: 'BadParams' }, 'failed BadParams'],
    ['what is accepted for later is left to its status', 202, '', undefined],
    ['a 200 that is no reply of Iterable is tried again', 200, '<html>', 'retry unreadable-reply'],
    [
      'a refusal gives its code',
      400,
      { code: 'InvalidEmailAddressError' },
      'failed InvalidEmailAddressError',
    ],
    [
      'somebody who was forgotten is nobody',
      409,
      { code: 'ForgottenUserError' },
      'skipped ForgottenUserError',
    ],
    ['a body without a code gives the status', 400, 'no', 'failed http-400'],
    ['429 is left to its status', 429, { code: 'RateLimitExceeded' }, undefined],
  ])('%s', (_name, status, body, expected) => {
    expect(spoken(iterable.interpret?.(aReply(status, body)))).toBe(expected);
  });

  test('does not start with a message type that stands for two topics', () => {
    const wrong = (messageTypes: object) =>
      iterable.settings.safeParse({ messageTypes }).error?.issues[0]?.message;
    expect(wrong({ [NEWS]: 7, [OFFERS]: 7 })).toBe('two topics, or two channels, share a message type');
    expect(wrong({ [NEWS]: { email: 7, sms: 7 } })).toBe('two topics, or two channels, share a message type');
  });
});

describe('before Iterable', () => {
  let simulator: Iterable;
  let lane: TestLane;
  const ADA = { email: 'ada@example.com', userId: 'C-1' };
  const asks = (id: number) =>
    simulator.permitted({ identifier: ADA.email, topic: String(id), channel: 'email' });

  const open = async (options: IterableOptions = {}): Promise<void> => {
    simulator = simulateIterable({ ...PROJECT, ...options });
    await simulator.start();
    const [table] = tables;
    if (!table) throw new Error('there is no table');
    lane = aLane({ ...table.make(), simulator, secret: simulator.secret }, { topics: [NEWS, OFFERS] });
    lane.goesBy('ada', { kind: 'email', value: ADA.email });
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

  test('somebody new is created, and subscribed at the latest when it is said once more', async () => {
    await says(granted(NEWS, 'email'));
    await lane.deliver(['ada'], { force: true });
    expect(asks(101)).toBe(true);
  });

  test('a stop of everything ends types that no topic maps, and a later grant brings none of them back', async () => {
    simulator.enter(ADA).types.set(199, true).set(901, true);
    expect(await says(withdrawn('*', '*'))).toBe('delivered');
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect([asks(101), asks(199), asks(901)]).toEqual([true, false, true]);
  });

  test('who left a type at Iterable itself is not subscribed by a delivery about something else', async () => {
    const user = simulator.enter(ADA);
    await says(granted(NEWS, 'email'));
    user.types.set(101, false);
    expect(await says(granted(OFFERS, 'email'))).toBe('needs-user-action unsubscribed');
    expect([asks(101), asks(102)]).toEqual([false, true]);
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect(asks(101)).toBe(true);
  });

  test('who left a channel at Iterable itself stays out of it', async () => {
    simulator.enter(ADA).left.add(1);
    expect(await says(granted(NEWS, 'email'))).toBe('needs-user-action channel-unsubscribed');
    expect(asks(101)).toBe(false);
  });

  test('fields that nobody named stay as they are, those beside the evidence too', async () => {
    const user = simulator.enter(ADA);
    user.dataFields = { plan: 'gold', heed: { own: 'kept' } };
    await says(granted(NEWS, 'email'));
    expect(user.dataFields).toMatchObject({ plan: 'gold', heed: { own: 'kept' } });
  });
});

describe('iterable reports', () => {
  const event = (dataFields: object, more: object = {}) => ({
    ...{ eventName: 'emailUnSubscribe', email: 'ada@example.com' },
    dataFields: { createdAt: '2026-05-01 10:00:00 +00:00', unsubSource: 'EmailLink', ...dataFields },
    ...more,
  });
  const learned = (body: unknown, more: object = {}) => iterable.receive?.changes(body, settings(more));
  const end = {
    ...{ identifier: { kind: 'email', value: 'ada@example.com' }, state: 'withdrawn' },
    occurredAt: '2026-05-01T10:00:00.000Z',
  };

  test('an unsubscribe from message types as withdrawals on their channels', () => {
    expect(learned(event({ messageTypeIds: [101, 201, 199] }))).toMatchObject({
      choices: [
        { ...end, topic: NEWS, channel: 'email', method: 'iterable-unsubscribe' },
        { ...end, topic: NEWS, channel: 'sms' },
      ],
      asks: [],
    });
    expect(learned(event({ messageTypeId: 102 }, { eventName: 'emailComplaint' }))).toMatchObject({
      choices: [{ topic: OFFERS, method: 'iterable-complaint' }],
    });
  });

  test('an unsubscribe from a channel by its types, which it asks for', () => {
    const result = learned(event({ channelIds: [1] }));
    const [ask] = result && 'asks' in result ? (result.asks ?? []) : [];
    expect(ask?.path).toBe('/api/messageTypes');
    const types = [101, 102, 199].map((id) => ({ id, channelId: 1 }));
    const reply = aReply(200, { messageTypes: [...types, { id: 201, channelId: 2 }] });
    expect(ask?.learn(reply)).toMatchObject({
      choices: [{ topic: NEWS, channel: 'email' }, { topic: OFFERS }],
    });
    expect(ask?.learn(aReply(200, '<html>'))).toBeUndefined();
  });

  test('people by all that they go by, and by no address that nobody reads', () => {
    const named = (more: object) => learned(event({ messageTypeIds: [101] }, { userId: 'C-1', ...more }));
    const customer = { identifier: { kind: 'customer', value: 'C-1' } };
    expect(named({})).toMatchObject({ choices: [end, customer] });
    expect(named({ email: null })).toMatchObject({ choices: [customer] });
    expect(named({ email: 'C-1@placeholder.email' })).toMatchObject({ choices: [customer] });
    expect(named({ email: null, userId: null })).toEqual({ invalid: 'names nobody, or no time' });
  });

  test.each([
    ['a bounce', event({ messageTypeIds: [101], unsubSource: 'HardBounce' })],
    ['Heed’s own request', event({ messageTypeIds: [101], unsubSource: 'API' })],
    ['a subscription', event({ messageTypeIds: [101] }, { eventName: 'emailSubscribe' })],
    ['a message', { eventName: 'emailOpen', email: 'ada@example.com' }],
  ])('nothing of %s', (_name, body) => {
    expect(learned(body)).toEqual({ choices: [] });
  });

  test('requests of other systems, where it is told that there are any', () => {
    const own = event({ messageTypeIds: [101], unsubSource: 'API' });
    expect(learned(own, { apiUnsubscribes: true })).toMatchObject({ choices: [{ topic: NEWS }] });
  });

  test('nothing of lists, which hold no consent', () => {
    expect(learned(event({ emailListIds: [7] }))).toEqual({ choices: [], asks: [] });
  });

  test.each([[undefined], [{}], ['[]']])('that %j is no notice', (body) => {
    expect(learned(body)).toEqual({ invalid: 'not a notice of Iterable' });
  });
});
