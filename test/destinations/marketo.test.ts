import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/destinations/destination.ts';
import { expired, interpret, split } from '../../lib/destinations/marketo/replies.ts';
import { marketo } from '../../lib/destinations/marketo.ts';
import { granted, withdrawn } from '../builders.ts';
import { type MarketoOptions, simulateMarketo } from '../simulators/marketo.ts';
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
import { aLane, type TestLane } from './lane.fixture.ts';
import { tables } from './marketo.table.ts';

describe('marketo', () => {
  const topics = { 'acme/newsletter': { email: 'prefNews' }, 'acme/offers': { email: 'prefOffers' } };
  const settings = (more: object = {}) =>
    marketo.settings.parse({ munchkin: '123-ABC-456', topics, ...more });
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    marketo.translate(aDelivery(delivery), settings(more));
  const found = (...result: readonly object[]) => aReply(200, { success: true, result });
  const told = (delivery: Partial<Delivery>, more: object, ...people: readonly object[]) =>
    following(calls(delivery, more), 0, found(...people));
  const stop = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] };

  test('looks by POST, so that no URL holds the address', () => {
    const [call] = calls(bothWays);
    expect(inWords(call ? [call] : [])).toEqual(['POST /rest/v1/leads.json?_method=GET']);
    const form = new URLSearchParams(String(call && 'body' in call && call.body));
    expect(form.get('filterValues')).toBe(ADDRESS);
  });

  test('asks for its token by a form, so that no URL holds the secret', () => {
    const { auth } = marketo;
    const request =
      'lifetime' in auth && auth.token({ clientId: 'c', clientSecret: 's', webhookKeys: [] }, settings());
    expect(request).toEqual({ url: '/identity/oauth/token', form: { client_id: 'c', client_secret: 's' } });
  });

  test('tells everybody who has the address by their ids, withdrawals first', () => {
    expect(carried(told(bothWays, {}, { id: 1 }, { id: 2 }))).toEqual([
      { id: 1, prefOffers: false },
      { id: 2, prefOffers: false },
      { id: 1, prefNews: true },
      { id: 2, prefNews: true },
    ]);
  });

  test('unsubscribes from everything who stopped everything, and marks that it was Heed', () => {
    expect(carried(told(stop, {}, { id: 1 }))[0]).toMatchObject({
      ...{ id: 1, prefOffers: false, unsubscribed: true },
      unsubscribedReason: expect.stringMatching(/^Heed: form; form; .*notice marketing 3 en; ada:7$/),
    });
    expect(carried(told(stop, { globalStop: false }, { id: 1 }))).toEqual([{ id: 1, prefOffers: false }]);
    expect(carried(told({ choices: stop.choices }, {}, { id: 1 }))).toEqual([{ id: 1, prefOffers: false }]);
  });

  test('stops all mail also where no topic has a field for mail, with the evidence of that stop', () => {
    const more = { topics: { 'acme/newsletter': { sms: 'prefSms' } } };
    const choices = [
      aRow('acme/newsletter', 'withdrawn', { channel: 'sms', source: 'crm' }),
      aRow('acme/offers', 'withdrawn', { source: 'shop' }),
    ];
    const stopped = { unsubscribed: true, unsubscribedReason: expect.stringMatching(/^Heed: shop;/) };
    expect(carried(told({ ...stop, choices }, more, { id: 1 }))).toEqual([
      { id: 1, prefSms: false, ...stopped },
    ]);
    const mail = choices.slice(1);
    expect(carried(told({ ...stop, choices: mail }, more, { id: 1 }))).toEqual([{ id: 1, ...stopped }]);
    expect(calls({ choices: mail }, more)).toEqual([]);
  });

  test('adds nobody whom mail could reach after they stopped all of it', () => {
    const more = { create: true, topics: { 'acme/newsletter': { email: 'prefNews', sms: 'prefSms' } } };
    const choices = [
      aRow('acme/newsletter', 'withdrawn'),
      aRow('acme/newsletter', 'granted', { channel: 'sms' }),
    ];
    expect(carried(told({ choices, stoppedAll: ['email'] }, more))).toMatchObject([
      { prefNews: false, prefSms: true, unsubscribed: true },
    ]);
  });

  test('does not make the person’s own unsubscribe look like one of Heed’s', () => {
    const own = { id: 1, unsubscribed: true, unsubscribedReason: 'Too many' };
    expect(carried(told(stop, {}, own))).toEqual([{ id: 1, prefOffers: false }]);
  });

  test('lifts with a grant what Heed stopped, and nothing that the person stopped at Marketo', () => {
    const grant = { choices: [aRow('acme/newsletter', 'granted')] };
    const lifted = told(grant, {}, { id: 1, unsubscribed: true, unsubscribedReason: 'Heed: form' });
    expect(carried(lifted)[0]).toMatchObject({ id: 1, prefNews: true, unsubscribed: false });
    const kept = told(grant, {}, { id: 1, unsubscribed: true, unsubscribedReason: null });
    expect(carried(kept)).toEqual([{ id: 1, prefNews: true }]);
    expect(inWords(kept).at(-1)).toBe('= needs-user-action unsubscribed-at-marketo');
  });

  test('lifts nothing at an address that the person left at Marketo, since that would let everybody in who has it', () => {
    const grant = { choices: [aRow('acme/newsletter', 'granted')] };
    const ours = { id: 1, unsubscribed: true, unsubscribedReason: 'Heed: form' };
    const kept = told(grant, {}, ours, { id: 2, unsubscribed: true, unsubscribedReason: 'Too many' });
    expect(carried(kept)).toEqual([
      { id: 1, prefNews: true },
      { id: 2, prefNews: true },
    ]);
    expect(inWords(kept).at(-1)).toBe('= needs-user-action unsubscribed-at-marketo');
  });

  test('lifts nothing for a grant on another channel', () => {
    const sms = { choices: [aRow('acme/newsletter', 'granted', { channel: 'sms' })] };
    const more = { topics: { 'acme/newsletter': { sms: 'prefSms' } } };
    const calls = told(sms, more, { id: 1, unsubscribed: true, unsubscribedReason: 'Heed: form' });
    expect(carried(calls)).toEqual([{ id: 1, prefSms: true }]);
  });

  test('adds people only for a grant, and nobody at a former address', () => {
    const create = { create: true };
    const added = told(bothWays, create);
    expect(carried(added)[0]).toEqual({ email: ADDRESS, prefNews: true, prefOffers: false });
    expect(inWords(added)).toEqual(['POST /rest/v1/leads.json', 'POST /rest/v1/leads.json?_method=GET']);
    for (const [delivery, more] of [
      [bothWays, {}],
      [{ choices: [aRow('acme/offers', 'withdrawn')] }, create],
      [{ ...bothWays, retired: true }, create],
    ] as const)
      expect(inWords(told(delivery, more))).toEqual(['= skipped no-such-lead']);
  });

  test.each([
    ['601', true, 'retry marketo-601'],
    ['602', true, 'retry marketo-602'],
    ['606', false, 'retry marketo-606'],
    ['615', false, 'retry marketo-615'],
    ['607', false, 'retry marketo-607'],
    ['603', false, 'failed marketo-603'],
    ['1003', false, 'failed marketo-1003'],
  ])('reads %s inside 200', (code, ended, outcome) => {
    const reply = aReply(200, { success: false, errors: [{ code, message: ADDRESS }] });
    expect(expired(reply)).toBe(ended);
    expect(spoken(interpret(reply))).toBe(outcome);
  });

  test('gives each person their own outcome, and looks again for one who is gone', () => {
    const skipped = (code: string) => ({ status: 'skipped', reasons: [{ code, message: ADDRESS }] });
    const rows = [{ id: 1, status: 'updated' }, ...['1006', '1004', '1007', '1036'].map(skipped), {}];
    expect(split(found(...rows))?.map(spoken)).toEqual([
      'delivered',
      'failed marketo-1006',
      'retry marketo-1004',
      'retry marketo-1007',
      'retry marketo-1036',
      'failed refused',
    ]);
  });

  test.each([
    ['a field of Marketo’s own for a topic', { topics: { a: { email: 'Unsubscribed' } } }],
    ['one field for two topics', { topics: { a: { email: 'x' }, b: { email: 'X' } } }],
    ['a munchkin id that is an address', { munchkin: '123-ABC-456.mktorest.com' }],
  ])('does not start with %s', (_what, more) => {
    expect(marketo.settings.safeParse({ munchkin: '123-ABC-456', topics, ...more }).success).toBe(false);
  });
});

describe('marketo, where no API lifts an unsubscribe', () => {
  const simulator = simulateMarketo({ unsubscribe: 'durable' });
  let lane: TestLane;

  beforeEach(async () => {
    await simulator.start();
    const [first] = tables;
    if (!first) throw new Error('no table');
    lane = aLane({ ...first.make(), simulator, secret: simulator.secret }, { topics: ['acme/newsletter'] });
  });
  afterEach(async () => {
    await lane.close();
    await simulator.stop();
  });

  test('says that the person has to act', async () => {
    simulator.add('ada@example.com');
    lane.goesBy('ada', { kind: 'email', value: 'ada@example.com' });
    lane.record('ada', { choices: [withdrawn('*', '*')], at: 1 });
    await lane.deliver(['ada']);
    lane.record('ada', { choices: [granted('acme/newsletter', 'email')], at: 2 });
    const [result] = await lane.deliver(['ada']);
    expect(result?.words).toBe('needs-user-action unsubscribed-at-marketo');
  });
});

describe('marketo reports', () => {
  const topics = {
    'acme/newsletter': { email: 'prefNews', sms: 'prefNewsSms' },
    'acme/offers': { email: 'prefOffers' },
  };
  const learned = (body: unknown, more: object = {}) =>
    marketo.receive?.changes(body, marketo.settings.parse({ munchkin: '123-ABC-456', topics, ...more }));
  const asked = (body: unknown, person: object, more: object = {}) => {
    const result = learned(body, more);
    const [ask] = result && 'asks' in result ? (result.asks ?? []) : [];
    const known = { id: 7, email: 'ada@example.com', updatedAt: '2026-05-01T10:00:00Z', ...person };
    return { ask, choices: ask?.learn(aReply(200, { success: true, result: [known] }))?.choices };
  };
  const end = {
    ...{ identifier: { kind: 'email', value: 'ada@example.com' }, state: 'withdrawn' },
    ...{ occurredAt: '2026-05-01T10:00:00.000Z', method: 'marketo-unsubscribe' },
  };

  test('a field that turned false, once Marketo itself says that it is', () => {
    const { ask, choices } = asked({ id: '7', field: 'prefNewsSms' }, { prefNewsSms: false });
    expect(choices).toEqual([{ ...end, topic: 'acme/newsletter', channel: 'sms' }]);
    expect(new URLSearchParams(String(ask?.body)).get('fields')).toBe('id,email,updatedAt,prefNewsSms');
    expect(asked({ id: 7, field: 'prefNewsSms' }, { prefNewsSms: true }).choices).toEqual([]);
    expect(asked({ id: 7, field: 'prefNewsSms' }, { prefNewsSms: null }).choices).toEqual([]);
  });

  test('an unsubscribe from all mail as one from every topic by e-mail', () => {
    const all = { id: 7, field: 'unsubscribed' };
    expect(asked(all, { unsubscribed: true }).choices).toEqual([
      { ...end, topic: 'acme/newsletter', channel: 'email' },
      { ...end, topic: 'acme/offers', channel: 'email' },
    ]);
    expect(asked(all, { unsubscribed: false }).choices).toEqual([]);
    const reason = { unsubscribedReason: 'Heed: form' };
    expect(asked(all, { unsubscribed: true, ...reason }).choices, 'what Heed did').toEqual([]);
    expect(asked(all, { unsubscribed: true }, { optOutTopics: ['*'] }).choices).toMatchObject([
      { topic: '*', channel: 'email' },
    ]);
  });

  test('nothing of fields that stand for no topic, and asks again where it could not read', () => {
    expect(learned({ id: 7, field: 'score' })).toEqual({ choices: [], asks: [] });
    const { ask } = asked({ id: 7, field: 'prefNews' }, {});
    expect(ask?.learn(aReply(200, { success: false, errors: [{ code: '606' }] }))).toBeUndefined();
  });

  test.each([[undefined], [{}], [{ id: 'x', field: 'prefNews' }], [{ id: 7, field: 'a,unsubscribed' }]])(
    'that %j is not what the webhook has to send',
    (body) => expect(learned(body)).toEqual({ invalid: 'not what the webhook has to send' }),
  );
});

describe('marketo, where people are added', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** People who go by an address of their own name. */
  async function aStage(options: MarketoOptions, ...people: readonly string[]) {
    const simulator = simulateMarketo(options);
    await simulator.start();
    const added = tables.find(({ title }) => title.endsWith('where people are added'));
    if (!added) throw new Error('no table');
    const row = { ...added.make(), simulator, secret: simulator.secret };
    const lane = aLane(row, { topics: ['acme/newsletter'] });
    closing.push(lane.close, simulator.stop);
    for (const name of people) lane.goesBy(name, { kind: 'email', value: `${name}@example.com` });
    return { simulator, lane };
  }
  const field = 'pref_acme_newsletter_email';

  test('somebody new whose address was unsubscribed once has to act', async () => {
    const { lane } = await aStage({ left: ['ada@example.com'] }, 'ada');
    lane.record('ada', { choices: [granted('acme/newsletter', 'email')], at: 1 });
    const [result] = await lane.deliver(['ada']);
    expect(result?.words).toBe('needs-user-action unsubscribed-at-marketo');
  });

  test('who is known and who is new are told apart in one batch', async () => {
    const { simulator, lane } = await aStage({}, 'ada', 'grace');
    simulator.add('ada@example.com', { [field]: true });
    lane.record('ada', { choices: [withdrawn('acme/newsletter', 'email')], at: 1 });
    lane.record('grace', { choices: [granted('acme/newsletter', 'email')], at: 1 });
    for (const order of [
      ['ada', 'grace'],
      ['grace', 'ada'],
    ])
      expect(await lane.deliver(order, { force: true })).toMatchObject([
        { words: 'delivered' },
        { words: 'delivered' },
      ]);
    expect(simulator.people('ada@example.com')).toMatchObject([{ [field]: false }]);
    expect(simulator.people('grace@example.com')).toMatchObject([{ [field]: true }]);
  });

  test('everybody who has the address is told, on however many pages Marketo names them', async () => {
    const { simulator, lane } = await aStage({ page: 2 }, 'ada');
    for (let n = 0; n < 5; n++) simulator.add('ada@example.com', { [field]: true });
    lane.record('ada', { choices: [withdrawn('acme/newsletter', 'email')], at: 1 });
    expect(await lane.deliver(['ada'])).toMatchObject([{ words: 'delivered' }]);
    expect(simulator.people('ada@example.com').map((person) => person[field])).toEqual(
      Array.from({ length: 5 }, () => false),
    );
  });
});
