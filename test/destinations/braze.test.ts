import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { braze } from '../../lib/destinations/braze.ts';
import { granted, withdrawn } from '../builders.ts';
import { type Braze, simulateBraze } from '../simulators/braze.ts';
import { tables } from './braze.table.ts';
import { ADDRESS, aDelivery, aReply, aRow, carried, following, inWords, spoken } from './deliveries.ts';
import { aLane, type TestLane } from './lane.fixture.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const id = (n: number): string => `4d1e6a0e-0000-4000-8000-00000000000${n}`;
const GROUPS = { [NEWS]: { email: id(1), sms: id(2) }, [OFFERS]: { email: id(3) } };
const settings = (more: object = {}) =>
  braze.settings.parse({ host: 'rest.fra-01.braze.eu', groups: GROUPS, ...more });

const found = (...users: readonly object[]) => aReply(201, { message: 'success', users });
const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
  braze.translate(aDelivery(delivery), settings(more));
/** What is said once the user is known. */
const said = (delivery: Parameters<typeof aDelivery>[0], user: object = {}, more: object = {}) =>
  following(calls(delivery, more), 0, found({ external_id: 'C-1', ...user }));

const SET = 'POST /v2/subscription/status/set';
const TRACK = 'POST /users/track';
const STATUS = 'POST /email/status';
const news = { choices: [aRow(NEWS, 'granted')] };
const bothWays = { choices: [aRow(NEWS, 'granted'), aRow(OFFERS, 'withdrawn')] };
const OUT = { email_subscribe: 'unsubscribed' };
const marked = (value: string) => ({ custom_attributes: { heed_email_stopped: value } });

describe('braze', () => {
  test('is told withdrawals before grants, by the address', () => {
    const both = said(bothWays);
    expect(inWords(both)).toEqual([SET, SET]);
    expect(carried(both)).toEqual([
      {
        subscription_groups: [
          { subscription_group_id: id(3), subscription_state: 'unsubscribed', emails: [ADDRESS] },
        ],
      },
      {
        subscription_groups: [
          { subscription_group_id: id(1), subscription_state: 'subscribed', emails: [ADDRESS] },
        ],
      },
    ]);
  });

  test('is told of each channel by its own address, or by the company’s number, and never by both at once', () => {
    const choices = [aRow(NEWS, 'withdrawn'), aRow(NEWS, 'withdrawn', { channel: 'sms' })];
    const asked = (identifiers: Readonly<Record<string, string>>) => {
      const first = calls({ choices, identifiers });
      const [mail] = carried(first);
      const [text] = carried(following(first, 0, found({})));
      return [mail, text];
    };
    const email = ADDRESS;
    const phone = '+4520123456';
    expect(asked({ email, phone, customer: 'C-1' })).toMatchObject([{ email_address: email }, { phone }]);
    expect(asked({ email, customer: 'C-1' })).toMatchObject([
      { email_address: email },
      { external_ids: ['C-1'] },
    ]);
    expect(calls({ choices, identifiers: { phone } })).toHaveLength(1);
  });

  test('is told all withdrawals, whatever the channel, before the first grant', () => {
    const choices = [aRow(NEWS, 'granted'), aRow(NEWS, 'withdrawn', { channel: 'sms' })];
    const first = calls({ choices, identifiers: { email: ADDRESS, phone: '+4520123456' } });
    const all = following(following(first, 0, found({})), 0, found({}));
    expect(carried(all)).toMatchObject([
      { subscription_groups: [{ subscription_state: 'unsubscribed', phones: ['+4520123456'] }] },
      { subscription_groups: [{ subscription_state: 'subscribed', emails: [ADDRESS] }] },
    ]);
  });

  test('gets the evidence only in attributes that are named, of users there are', () => {
    expect(inWords(said(news))).toEqual([SET]);
    expect(carried(said(news, {}, { evidence: { [NEWS]: 'pref_news' } }))[1]).toEqual({
      attributes: [
        {
          email: ADDRESS,
          pref_news_email: 'form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7; consent',
          _update_existing_only: true,
        },
      ],
    });
  });

  test('has an unsubscribe from all mail marked before it is made, and asks which groups are left', () => {
    const stopped = said({
      choices: [aRow(NEWS, 'withdrawn'), aRow(OFFERS, 'withdrawn')],
      stoppedAll: ['email'],
    });
    expect(inWords(stopped)).toEqual([
      ...[SET, TRACK, STATUS],
      'GET /subscription/user/status?external_id=C-1&limit=100',
    ]);
    const others = aReply(200, {
      users: [
        {
          subscription_groups: [
            { id: id(1), channel: 'email', status: 'Subscribed' },
            { id: id(9), channel: 'email', status: 'Subscribed' },
            { id: id(8), channel: 'sms', status: 'Subscribed' },
            { id: id(7), channel: 'email', status: 'Unsubscribed' },
          ],
        },
      ],
    });
    expect(carried(following(stopped, 3, others))).toMatchObject([
      { subscription_groups: [{ subscription_group_id: id(9), subscription_state: 'unsubscribed' }] },
    ]);
  });

  test('is not told to unsubscribe from all mail by anything less', () => {
    const choices = [aRow(NEWS, 'withdrawn'), aRow(OFFERS, 'withdrawn')];
    expect(inWords(said({ choices }))).toEqual([SET]);
    expect(inWords(said({ choices, stoppedAll: ['sms'] }))).toEqual([SET]);
    expect(inWords(said({ choices, stoppedAll: ['email'] }, {}, { globalStop: false }))).toEqual([SET]);
  });

  test('is told nothing of people it does not know, unless they subscribe and may be entered', () => {
    const unknown = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
      following(calls(delivery, more), 0, found());
    const gone = { choices: [aRow(NEWS, 'withdrawn')], stoppedAll: ['email'] };
    expect(inWords(unknown(gone, { createUsers: true }))).toEqual(['= skipped no-such-user']);
    expect(inWords(unknown(news))).toEqual(['= skipped no-such-user']);
    expect(carried(unknown(bothWays, { createUsers: true }))).toEqual([
      {
        attributes: [
          {
            ...{ email: ADDRESS, _update_existing_only: false },
            subscription_groups: [{ subscription_group_id: id(1), subscription_state: 'subscribed' }],
          },
        ],
      },
    ]);
  });

  test('lifts an unsubscribe from all mail that Heed made, and no other', () => {
    expect(inWords(said(news, { ...OUT, ...marked('stopped; ada:6') }))).toEqual([STATUS, SET]);
    expect(inWords(said(bothWays, OUT))).toEqual([SET, '= needs-user-action unsubscribed']);
    const evidence = { [NEWS]: 'pref_news', [OFFERS]: 'pref_offers' };
    const [, kept] = carried(said(bothWays, OUT, { evidence }));
    expect(JSON.stringify(kept)).toMatch(/pref_offers_email(?!.*pref_news)/);
    const byNumber = { ...news, identifiers: { customer: 'C-1' } };
    expect(carried(said(byNumber, { ...OUT, ...marked('stopped; ada:6') }))[0]).toMatchObject({
      attributes: [{ external_id: 'C-1', email_subscribe: 'subscribed', _update_existing_only: true }],
    });
  });

  test('ends its mark when it says the same version again, and mail is not unsubscribed then', () => {
    const marks = (value: string) =>
      carried(said(news, { email_subscribe: 'subscribed', ...marked(value) }))[1];
    expect(marks('stopped; ada:6')).toMatchObject({ attributes: [{ heed_email_stopped: 'lifted; ada:7' }] });
    expect(marks('lifted; ada:7')).toMatchObject({ attributes: [{ heed_email_stopped: null }] });
  });

  test.each([
    ['success is said once more later', 201, { message: 'success' }, 'delivered'],
    ['so is what was queued', 202, { message: 'queued' }, 'delivered'],
    [
      'success with errors has left something out',
      201,
      { message: 'success', errors: [{ type: 'x' }] },
      'failed partial',
    ],
    ['success without items left out is one', 201, { message: 'success', errors: [] }, 'delivered'],
    ['another message is a refusal', 200, { message: 'invalid' }, 'failed refused'],
    ['what is no reply of Braze is tried again', 200, '<html>', 'retry unreadable-reply'],
    ['400 is left to its status', 400, { message: 'ada@example.com' }, undefined],
    ['429 without an end is left to its status', 429, { message: 'x' }, undefined],
  ])('%s', (_name, status, body, expected) => {
    expect(spoken(braze.interpret?.(aReply(status, body)))).toBe(expected);
  });

  test('a limit is waited for until the second it ends', () => {
    const headers = { 'x-ratelimit-reset': '1777629630', date: 'Fri, 01 May 2026 10:00:00 GMT' };
    expect(braze.interpret?.(aReply(429, {}, headers))).toEqual({
      kind: 'retry',
      reason: 'http-429',
      after: 30,
    });
  });

  test('does not start with a group that stands for two topics, or a host that is none', () => {
    const wrong = (more: object) =>
      braze.settings.safeParse({ host: 'rest.fra-01.braze.eu', groups: {}, ...more }).error;
    expect(wrong({ groups: { [NEWS]: id(1), [OFFERS]: { sms: id(1) } } })?.issues[0]?.message).toBe(
      'two topics, or two channels, share a group',
    );
    expect(wrong({ host: 'https://rest.fra-01.braze.eu' })?.issues[0]?.message).toBe(
      'such as rest.fra-01.braze.eu',
    );
  });
});

describe('before Braze', () => {
  let simulator: Braze;
  let lane: TestLane;
  const ADA = { email: 'ada@example.com', externalId: 'C-1' };
  const asks = (n: number) => simulator.permitted({ identifier: ADA.email, topic: id(n), channel: 'email' });

  beforeEach(async () => {
    simulator = simulateBraze({
      groups: { [id(1)]: 'email', [id(2)]: 'sms', [id(3)]: 'email', [id(9)]: 'email' },
    });
    await simulator.start();
    const [table] = tables;
    if (!table) throw new Error('there is no table');
    lane = aLane({ ...table.make(), simulator, secret: simulator.secret }, { topics: [NEWS, OFFERS] });
    lane.goesBy('ada', { kind: 'email', value: ADA.email });
    simulator.enter(ADA);
  });
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

  test('a stop of everything ends groups that no topic maps, and a later grant brings none of them back', async () => {
    simulator.join(ADA, id(9));
    expect(await says(withdrawn('*', '*'))).toBe('delivered');
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect([asks(1), asks(9)]).toEqual([true, false]);
  });

  test('who left all mail at Braze itself is not subscribed by a delivery about something else', async () => {
    await says(granted(NEWS, 'email'));
    simulator.leave(ADA.email);
    expect(await says(granted(OFFERS, 'email'))).toBe('needs-user-action unsubscribed');
    expect(asks(1)).toBe(false);
  });

  test('who left after a stop of Heed’s was lifted is known not to have been stopped by Heed', async () => {
    await says(withdrawn('*', '*'));
    await says(granted(NEWS, 'email'));
    for (let n = 0; n < 2; n++) await lane.deliver(['ada'], { force: true });
    simulator.leave(ADA.email);
    expect(await says(granted(OFFERS, 'email'))).toBe('needs-user-action unsubscribed');
  });
});

describe('braze reports', () => {
  const at = '2026-05-01T10:00:00Z';
  const learned = (body: unknown) => braze.receive?.changes(body, settings());

  test('an unsubscribe from a group, by all that the person goes by on the channel', () => {
    const end = { topic: NEWS, state: 'withdrawn', occurredAt: '2026-05-01T10:00:00.000Z' };
    const who = { email: 'ada@example.com', phone: '+4520123451', external_id: 'C-1' };
    const customer = { ...end, identifier: { kind: 'customer', value: 'C-1' } };
    expect(learned({ channel: 'email', group: id(1), at, ...who })).toMatchObject({
      choices: [{ ...end, channel: 'email', identifier: { kind: 'email', value: who.email } }, customer],
    });
    expect(learned({ channel: 'sms', group: id(2), at, ...who })).toMatchObject({
      choices: [{ ...end, channel: 'sms', identifier: { kind: 'phone', value: who.phone } }, customer],
    });
    expect(learned({ channel: 'sms', group: id(2), at, external_id: 'C-1', phone: '' })).toMatchObject({
      choices: [customer],
    });
  });

  test('an unsubscribe from all mail as one from every group, and nothing of groups that no topic maps', () => {
    const who = { channel: 'email', email: 'ada@example.com', at };
    expect(learned({ ...who, group: '' })).toMatchObject({ choices: [{ topic: NEWS }, { topic: OFFERS }] });
    expect(learned({ ...who, group: id(9) })).toEqual({ choices: [] });
  });

  test.each([
    [undefined],
    [{}],
    [{ channel: 'push', at }],
    [{ channel: 'email', email: 'a@b.c', at: 'now' }],
  ])('that %j is not what the campaign has to send', (body) =>
    expect(learned(body)).toEqual({ invalid: 'not what the webhook campaign has to send' }),
  );

  test('that a campaign which names nobody says nothing', () => {
    expect(learned({ channel: 'email', at })).toEqual({ invalid: 'the webhook campaign names nobody' });
  });
});
