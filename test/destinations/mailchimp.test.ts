import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mailchimp } from '../../lib/destinations/mailchimp.ts';
import { granted, withdrawn } from '../builders.ts';
import { type Mailchimp, simulateMailchimp } from '../simulators/mailchimp.ts';
import type { MailchimpOptions } from '../simulators/mailchimp-audience.ts';
import { aDelivery, aReply, aRow, carried, following, inWords, spoken } from './deliveries.ts';
import { aLane, type TestLane } from './lane.fixture.ts';
import { tables } from './mailchimp.table.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const AUDIENCE = 'a1b2c3d4e5';
const AUDIENCES = { [AUDIENCE]: { [NEWS]: '9143cf3bd1', [OFFERS]: '3a2a927344' } };
const settings = (more: object = {}) => mailchimp.settings.parse({ audiences: AUDIENCES, ...more });

const ALICE = { identifiers: { email: 'Alice@example.com' } };
const MEMBER = `/3.0/lists/${AUDIENCE}/members/c160f8cc69a4f0bf2b0362752353d060`;
const WRITE = `PATCH ${MEMBER}?skip_merge_validation=true`;
const TAGS = `POST ${MEMBER}/tags`;

const aMember = (more: object = {}) => ({
  ...{ id: 'c160f8cc', status: 'subscribed', last_changed: '2026-05-02T00:00:00+00:00', tags: [] },
  ...{ interests: { '9143cf3bd1': false, '3a2a927344': false, f9f8482517: true }, ...more },
});

/** What is said once the contact is known; without one, Mailchimp did not find it. */
const said = (delivery: Parameters<typeof aDelivery>[0], member?: object, more: object = {}) =>
  following(
    mailchimp.translate(aDelivery({ ...ALICE, ...delivery }), settings(more)),
    0,
    member ? aReply(200, member) : aReply(404, { title: 'Resource Not Found' }),
  );

const bothWays = { choices: [aRow(NEWS, 'granted'), aRow(OFFERS, 'withdrawn')] };
const news = { choices: [aRow(NEWS, 'granted')] };

describe('mailchimp', () => {
  test('is asked by the digest of the address in lower case, and never by the address', () => {
    const calls = mailchimp.translate(aDelivery({ ...ALICE, ...bothWays }), settings());
    expect(inWords(calls)).toEqual([`GET ${MEMBER}?fields=id,status,last_changed,interests,tags`]);
  });

  test('is told withdrawals before grants, and nothing of groups nobody spoke of', () => {
    const calls = said(bothWays, aMember());
    expect(inWords(calls)).toEqual([WRITE, WRITE]);
    expect(carried(calls)).toEqual([
      { interests: { '3a2a927344': false } },
      { interests: { '9143cf3bd1': true }, timestamp_opt: '2026-05-01T12:00:00.000Z' },
    ]);
  });

  test('gets the evidence in the merge fields that are named', () => {
    const [, body] = carried(said(bothWays, aMember(), { evidence: { [NEWS]: 'NEWSSRC' } }));
    expect(body).toMatchObject({
      merge_fields: {
        NEWSSRC: 'consent; form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7',
      },
    });
  });

  test('enters somebody new only for a grant', () => {
    const entered = said(bothWays);
    expect(inWords(entered)).toEqual([`PUT ${MEMBER}?skip_merge_validation=true`]);
    expect(carried(entered)).toMatchObject([
      { email_address: 'Alice@example.com', status_if_new: 'subscribed', interests: { '9143cf3bd1': true } },
    ]);
  });

  test('enters nobody for a withdrawal, and looks whether there is the audience before it passes that over', () => {
    const gone = { choices: [aRow(NEWS, 'withdrawn')], stoppedAll: ['email'], retired: true };
    const calls = said(gone);
    expect(inWords(calls)).toEqual([`GET /3.0/lists/${AUDIENCE}?fields=id`]);
    expect(inWords(following(calls, 0, aReply(200, { id: AUDIENCE })))).toEqual(['= skipped no-such-member']);
    expect(spoken(mailchimp.interpret?.(aReply(404, { title: 'Resource Not Found' })))).toBe(
      'failed resource-not-found',
    );
  });

  test('is told to unsubscribe for a stop of everything alone, with a tag first, and from all groups', () => {
    const choices = [aRow(NEWS, 'withdrawn'), aRow(OFFERS, 'withdrawn')];
    const stopped = said({ choices, stoppedAll: ['email'] }, aMember());
    expect(inWords(stopped)).toEqual([TAGS, WRITE]);
    expect(carried(stopped)).toEqual([
      { tags: [{ name: 'heed-stopped', status: 'active' }] },
      {
        interests: { '9143cf3bd1': false, '3a2a927344': false, f9f8482517: false },
        status: 'unsubscribed',
      },
    ]);
    for (const calls of [
      said({ choices }, aMember()),
      said({ choices, stoppedAll: ['sms'] }, aMember()),
      said({ choices, stoppedAll: ['email'] }, aMember(), { globalStop: false }),
    ])
      expect(JSON.stringify(carried(calls))).not.toContain('status');
  });

  test('is told to unsubscribe from an audience that stands for one topic', () => {
    const whole = { audiences: { [AUDIENCE]: NEWS } };
    const choices = [aRow(NEWS, 'withdrawn')];
    expect(carried(said({ choices }, aMember(), whole))).toContainEqual({ status: 'unsubscribed' });
    expect(inWords(said({ choices }, aMember({ status: 'unsubscribed' }), whole))).toEqual(['= delivered ']);
  });

  test.each<[string, object]>([
    ['Heed itself unsubscribed', { status: 'unsubscribed', tags: [{ name: 'heed-stopped' }] }],
    ['was unsubscribed before', { status: 'unsubscribed', last_changed: '2026-04-01T00:00:00+00:00' }],
    ['staff archived before', { status: 'archived', last_changed: '2026-04-01T00:00:00+00:00' }],
  ])('lets in again whom %s, to nothing but what is granted', (_name, more) => {
    expect(carried(said(news, aMember(more)))[0]).toMatchObject({
      ...{ status: 'subscribed', interests: { '9143cf3bd1': true, f9f8482517: false } },
    });
  });

  test.each<[string, object, string]>([
    ['was unsubscribed since', { status: 'unsubscribed' }, 'unsubscribed'],
    ['was unsubscribed nobody knows when', { status: 'unsubscribed', last_changed: '' }, 'unsubscribed'],
    ['staff archived since', { status: 'archived' }, 'archived'],
    [
      'bounces, though Heed had unsubscribed them',
      { status: 'cleaned', tags: [{ name: 'heed-stopped' }] },
      'cleaned',
    ],
    ['Mailchimp has asked and not heard of', { status: 'pending' }, 'pending'],
  ])('does not let in somebody who %s', (_name, more, reason) => {
    expect(inWords(said(news, aMember(more)))).toEqual([`= needs-user-action ${reason}`]);
  });

  test('lets nobody in to what they were granted before they left, together with what they were granted since', () => {
    const newer = aRow(NEWS, 'granted', { occurredAt: '2026-05-03T00:00:00.000Z' });
    const calls = said(
      { choices: [aRow(OFFERS, 'granted'), newer] },
      aMember({ status: 'unsubscribed', interests: { '9143cf3bd1': false, '3a2a927344': true } }),
    );
    expect(inWords(calls)).toEqual([WRITE, '= needs-user-action unsubscribed']);
    expect(carried(calls)).toMatchObject([{ interests: { '9143cf3bd1': true, '3a2a927344': false } }]);
  });

  test.each<[string, object, readonly string[]]>([
    ['as it was told', { status: 'subscribed', interests: { '9143cf3bd1': true } }, []],
    [
      'who is not in the group',
      { status: 'subscribed', interests: { '9143cf3bd1': false } },
      ['= failed no-such-group'],
    ],
    ['without the group', { status: 'subscribed', interests: {} }, ['= failed no-such-group']],
    [
      'who has to confirm',
      { status: 'pending', interests: { '9143cf3bd1': true } },
      ['= needs-user-action pending'],
    ],
    [
      'who left in between',
      { status: 'unsubscribed', interests: { '9143cf3bd1': true } },
      ['= needs-user-action unsubscribed'],
    ],
  ])('that gives back a contact %s', (_name, member, expected) => {
    expect(inWords(following(said(news), 0, aReply(200, member)))).toEqual(expected);
  });

  test.each([
    [
      'somebody who left by themselves has to act',
      400,
      { title: 'Member In Compliance State' },
      'needs-user-action member-in-compliance-state',
    ],
    [
      'somebody who was deleted for good has to act',
      400,
      { title: 'Forgotten Email Not Subscribed' },
      'needs-user-action forgotten-email-not-subscribed',
    ],
    ['a fake address needs us', 400, { title: 'Invalid Resource' }, 'failed invalid-resource'],
    ['a refusal without a title gives the status', 400, 'no', 'failed http-400'],
    ['a bare 403 is a throttle', 403, '<html>', 'retry http-403'],
    ['a 403 with its document is a refusal', 403, { title: 'Forbidden' }, 'failed forbidden'],
    ['a 200 that is no reply of Mailchimp is tried again', 200, '<html>', 'retry unreadable-reply'],
    ['429 is left to its status', 429, { title: 'Too Many Requests' }, undefined],
    ['401 is left to its status', 401, { title: 'API Key Invalid' }, undefined],
  ])('%s', (_name, status, body, expected) => {
    expect(spoken(mailchimp.interpret?.(aReply(status, body)))).toBe(expected);
  });

  test('does not start with a group that two topics share, or an id that is none', () => {
    const wrong = (audiences: object) =>
      mailchimp.settings.safeParse({ audiences }).error?.issues[0]?.message;
    expect(wrong({ [AUDIENCE]: { [NEWS]: '9143cf3bd1', [OFFERS]: '9143cf3bd1' } })).toBe(
      'two topics share a group',
    );
    expect(mailchimp.settings.safeParse({ audiences: { newsletter: NEWS } }).success).toBe(false);
  });
});

describe('before Mailchimp', () => {
  let simulator: Mailchimp;
  let lane: TestLane;
  const ada = 'ada@example.com';
  const asks = (group: string) =>
    simulator.permitted({ identifier: ada, topic: `${AUDIENCE}/${group}`, channel: 'email' });

  const open = async (options: MailchimpOptions = {}, more: object = {}): Promise<void> => {
    simulator = simulateMailchimp(options);
    await simulator.start();
    const [table] = tables;
    if (!table) throw new Error('there is no table');
    const row = { ...table.make(), simulator, secret: simulator.secret };
    lane = aLane({ ...row, settings: () => ({ audiences: AUDIENCES, ...more }) }, { topics: [] });
    lane.goesBy('ada', { kind: 'email', value: ada });
    simulator.enter(AUDIENCE, ada, 'subscribed');
  };
  const again = async (...how: Parameters<typeof open>): Promise<void> => {
    await lane.close();
    await simulator.stop();
    await open(...how);
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

  test('a stop of everything ends groups that no topic maps, and a later grant brings none of them back', async () => {
    simulator.join(`${AUDIENCE}/f9f8482517`, ada);
    expect(await says(withdrawn('*', '*'))).toBe('delivered');
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect([asks('9143cf3bd1'), asks('f9f8482517')]).toEqual([true, false]);
  });

  test('whom staff unsubscribed is not subscribed by a delivery about something else', async () => {
    await says(granted(NEWS, 'email'));
    simulator.leave(AUDIENCE, ada, 'staff');
    expect(await says(granted(OFFERS, 'email'))).toBe('needs-user-action unsubscribed');
    expect(asks('9143cf3bd1')).toBe(false);
  });

  test('who left by themselves is asked by mail where that is wanted, and only once', async () => {
    await again({ leftByApi: 'may-not-return' }, { askAgain: true });
    await says(withdrawn('*', '*'));
    expect(await says(granted(NEWS, 'email'))).toBe('needs-user-action pending');
    expect(simulator.memberOf(AUDIENCE, ada)?.status).toBe('pending');
    const { total } = simulator.requests();
    await lane.deliver(['ada'], { force: true });
    /** It was looked up, and told the withdrawal of the other topic. */
    expect(simulator.requests().total).toBe(total + 2);
  });

  test('where Mailchimp takes nobody back, the person has to act, and stays out', async () => {
    await again({ leftByApi: 'may-not-return' });
    await says(withdrawn('*', '*'));
    expect(await says(granted(NEWS, 'email'))).toBe('needs-user-action member-in-compliance-state');
    expect(asks('9143cf3bd1')).toBe(false);
  });

  test('a grant that one audience refuses keeps no withdrawal from another', async () => {
    const audiences = { b1b2c3d4e5: OFFERS, [AUDIENCE]: { [NEWS]: '9143cf3bd1' } };
    await again({ audiences: { [AUDIENCE]: ['9143cf3bd1'] } }, { audiences });
    expect(await says(granted(OFFERS, 'email'), withdrawn(NEWS, 'email'))).toBe('failed resource-not-found');
    expect(asks('9143cf3bd1')).toBe(false);
  });

  test('a mistyped audience fails aloud instead of skipping every stop', async () => {
    await again({ audiences: { b1b2c3d4e5: [] } });
    expect(await says(withdrawn(NEWS, 'email'))).toBe('failed resource-not-found');
  });
});

describe('mailchimp reports', () => {
  const form = (type: string, more: object = {}) => ({
    ...{ type, fired_at: '2026-05-01 10:00:00' },
    ...{ 'data[email]': 'ada@example.com', 'data[list_id]': AUDIENCE, 'data[action]': 'unsub', ...more },
  });
  const learned = (body: unknown, more: object = {}) => mailchimp.receive?.changes(body, settings(more));
  const end = {
    ...{ identifier: { kind: 'email', value: 'ada@example.com' }, channel: 'email', state: 'withdrawn' },
    occurredAt: '2026-05-01T10:00:00.000Z',
  };

  test('an unsubscribe and a complaint as withdrawals of the topics of the audience', () => {
    expect(learned(form('unsubscribe'))).toMatchObject({
      choices: [
        { ...end, topic: NEWS, method: 'mailchimp-unsubscribe' },
        { ...end, topic: OFFERS },
      ],
    });
    expect(learned(form('cleaned', { 'data[reason]': 'abuse' }))).toMatchObject({ choices: { length: 2 } });
    expect(learned(form('unsubscribe'), { optOutTopics: ['*'] })).toMatchObject({
      choices: [{ topic: '*' }],
    });
    expect(learned(form('unsubscribe'), { noticeOffset: '+02:00' })).toMatchObject({
      choices: [{ occurredAt: '2026-05-01T08:00:00.000Z' }, {}],
    });
  });

  test.each([
    ['a contact that staff deleted', form('unsubscribe', { 'data[action]': 'delete' })],
    ['an address that bounces', form('cleaned', { 'data[reason]': 'hard' })],
    ['a subscription', form('subscribe')],
    ['another audience', form('unsubscribe', { 'data[list_id]': 'ffffffffff' })],
    ['a campaign that was sent', { type: 'campaign', fired_at: '2026-05-01 10:00:00' }],
  ])('nothing of %s', (_name, body) => {
    expect(learned(body)).toEqual({ choices: [] });
  });

  test('groups that are not ticked after a change of the profile, as the contact then is', () => {
    const result = learned(form('profile'));
    const [ask] = result && 'asks' in result ? (result.asks ?? []) : [];
    expect(ask?.path).toMatch(/^\/3\.0\/lists\/a1b2c3d4e5\/members\/[0-9a-f]{32}\?/);
    const member = aMember({ interests: { '9143cf3bd1': true, '3a2a927344': false } });
    expect(ask?.learn(aReply(200, member))).toMatchObject({
      choices: [{ ...end, topic: OFFERS, implied: true }],
    });
    expect(ask?.learn(aReply(404, {}))).toEqual({ choices: [] });
    expect(ask?.learn(aReply(200, '<html>'))).toBeUndefined();
    expect(learned(form('profile'), { groupChanges: false })).toEqual({ choices: [] });
  });

  test.each([[undefined], [{}], ['type=unsubscribe'], [{ type: 'unsubscribe' }]])(
    'that %j is no notice',
    (body) => {
      expect(learned(body)).toEqual({ invalid: 'not a notice of Mailchimp' });
    },
  );
});
