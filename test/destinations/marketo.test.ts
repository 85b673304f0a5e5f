import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/destinations/destination.ts';
import { expired, interpret, split } from '../../lib/destinations/marketo/replies.ts';
import { marketo } from '../../lib/destinations/marketo.ts';
import { granted, withdrawn } from '../builders.ts';
import { simulateMarketo } from '../simulators/marketo.ts';
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
    expect(String(call && 'body' in call && call.body)).toContain(
      encodeURIComponent(ADDRESS).replace("'", '%27'),
    );
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
    const outcomes = split(found({ id: 1, status: 'updated' }, skipped('1006'), skipped('1004'), {}));
    expect(outcomes?.map(spoken)).toEqual([
      'delivered',
      'failed marketo-1006',
      'retry marketo-1004',
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

test('somebody new whose address was unsubscribed once has to act', async () => {
  const simulator = simulateMarketo({ left: ['ada@example.com'] });
  await simulator.start();
  const added = tables.find(({ title }) => title.endsWith('where people are added'));
  if (!added) throw new Error('no table');
  const lane = aLane(
    { ...added.make(), simulator, secret: simulator.secret },
    { topics: ['acme/newsletter'] },
  );
  lane.goesBy('ada', { kind: 'email', value: 'ada@example.com' });
  lane.record('ada', { choices: [granted('acme/newsletter', 'email')], at: 1 });
  const [result] = await lane.deliver(['ada']);
  expect(result?.words).toBe('needs-user-action unsubscribed-at-marketo');
  await lane.close();
  await simulator.stop();
});
