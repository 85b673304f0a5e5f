import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendgrid } from '../../lib/destinations/sendgrid.ts';
import { simulateSendgrid } from '../simulators/sendgrid.ts';
import { ADDRESS, aDelivery, aReply, aRow, bothWays, carried, following, inWords } from './deliveries.ts';
import { aMailbox, takes } from './mailbox.ts';

describe('sendgrid', () => {
  const settings = (more: object = {}) =>
    sendgrid.settings.parse({ groups: { 'acme/newsletter': 101, 'acme/offers': 102 }, ...more });
  const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
    sendgrid.translate(aDelivery(delivery), settings(more));
  const ASK = 'GET /v3/asm/groups';
  const GLOBAL = '/v3/asm/suppressions/global';
  const groups = (...ids: readonly number[]) =>
    aReply(
      200,
      ids.map((id) => ({ id, name: `Group ${id}` })),
    );
  /** What is sent once the groups are known. */
  const told = (delivery: Parameters<typeof aDelivery>[0], ids = [101, 102, 199], more: object = {}) => {
    const first = calls(delivery, more);
    return following(first, first.length - 1, groups(...ids));
  };

  test('is asked for its groups before anything is told', () => {
    expect(inWords(calls(bothWays))).toEqual([ASK]);
  });

  test('is told and asked nothing of a topic that is not mapped', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
  });

  test('is told withdrawals before grants', () => {
    expect(inWords(told(bothWays))).toEqual([
      'POST /v3/asm/groups/102/suppressions',
      `GET ${GLOBAL}/${ADDRESS}`,
    ]);
  });

  test('is told nothing of a group it does not have, so that nobody lands on the global list', () => {
    const rows = [aRow('acme/offers', 'withdrawn'), aRow('acme/newsletter', 'withdrawn')];
    expect(inWords(told({ choices: rows }, [101]))).toEqual([
      '= failed no-such-group',
      'POST /v3/asm/groups/101/suppressions',
    ]);
    expect(inWords(told({ choices: rows }, []))).toEqual([
      '= failed no-such-group',
      '= failed no-such-group',
    ]);
  });

  test.each([['<html>'], [{}], [[{ id: 'x' }]]])('is told nothing when %j is said of its groups', (body) => {
    expect(inWords(following(calls(bothWays), 0, aReply(200, body)))).toEqual(['= failed unreadable-reply']);
  });

  test('hears of a stop of everything before its groups are asked for', () => {
    const stopped = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] };
    expect(inWords(calls(stopped))).toEqual([`POST ${GLOBAL}`, ASK]);
    expect(carried(calls(stopped))).toEqual([ADDRESS]);
    expect(inWords(calls(stopped, { globalStop: false }))).toEqual([ASK]);
  });

  test('puts nobody on the global list who withdrew topic by topic, or stopped another channel', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
    expect(inWords(calls({ choices }))).toEqual([ASK]);
    expect(inWords(calls({ choices, stoppedAll: ['sms'] }))).toEqual([ASK]);
  });

  test('lifts nothing for somebody who stopped everything, whatever else is said of their address', () => {
    const shared = { choices: [aRow('acme/newsletter', 'granted')], stoppedAll: ['email'] };
    expect(told(shared)).toEqual([]);
  });

  describe('of somebody who subscribes anew', () => {
    const asked = (body: unknown, more: object = {}) =>
      following(told({}, [101, 102, 199], more), 0, aReply(200, body));
    const onIt = { recipient_email: ADDRESS };
    const left = (...ids: readonly number[]) =>
      aReply(200, { suppressions: [101, 102, 199].map((id) => ({ id, suppressed: ids.includes(id) })) });
    const REFUSED = '= needs-user-action on-global-list';

    const OUT = `DELETE /v3/asm/groups/101/suppressions/${ADDRESS}`;

    test('leaves the global list alone where they are not on it', () => {
      expect(inWords(asked({}))).toEqual([OUT]);
    });

    test('is told every other group before they leave the global list', () => {
      const asking = asked(onIt);
      expect(inWords(asking)).toEqual([`GET /v3/asm/suppressions/${ADDRESS}`]);
      expect(inWords(following(asking, 0, left(101, 102)))).toEqual([
        'POST /v3/asm/groups/102/suppressions',
        'POST /v3/asm/groups/199/suppressions',
        ...[`DELETE ${GLOBAL}/${ADDRESS}`, OUT],
      ]);
    });

    test('leaves them on the global list where they got there by themselves', () => {
      const asking = asked(onIt);
      for (const reply of [left(), left(102), aReply(200, '<html>')])
        expect(inWords(following(asking, 0, reply))).toEqual([REFUSED]);
    });

    test('leaves them on the global list where the setting says so', () => {
      expect(inWords(asked(onIt, { liftGlobalStop: false }))).toEqual([REFUSED]);
    });
  });

  test('speaks for a subuser in every request', () => {
    const first = calls(bothWays, { subuser: 'acme' });
    const second = following(first, 0, groups(101, 102));
    const third = following(second, 1, aReply(200, { recipient_email: ADDRESS }));
    const suppressions = [{ id: 101, suppressed: true }];
    const all = [...first, ...second, ...third, ...following(third, 0, aReply(200, { suppressions }))];
    expect(all).toHaveLength(7);
    for (const call of all) expect(call).toMatchObject({ headers: { 'on-behalf-of': 'acme' } });
  });

  test('does not start with two topics on one group', () => {
    const twice = { groups: { 'acme/newsletter': 7, 'acme/offers': 7 } };
    expect(sendgrid.settings.safeParse(twice).success).toBe(false);
  });
});

describe('sendgrid reports', () => {
  const settings = (more: object = {}) =>
    sendgrid.settings.parse({ groups: { 'acme/newsletter': 101, 'acme/offers': 102 }, ...more });
  const event = (name: string, more: object = {}) => ({
    ...{ event: name, email: 'ada@example.com', timestamp: 1_777_629_600, sg_event_id: 'x', ...more },
  });
  const reported = (body: unknown, more: object = {}) => {
    const said = sendgrid.receive?.changes(body, settings(more));
    return said && 'choices' in said ? said.choices : said;
  };

  test('an unsubscribe from a group as a withdrawal of its topic', () => {
    expect(reported([event('group_unsubscribe', { asm_group_id: 102 })])).toEqual([
      {
        identifier: { kind: 'email', value: 'ada@example.com' },
        ...{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' },
        ...{ occurredAt: '2026-05-01T10:00:00.000Z', method: 'sendgrid-group-unsubscribe' },
      },
    ]);
  });

  test('a resubscribe that the person made as a grant', () => {
    expect(reported([event('group_resubscribe', { asm_group_id: 101 })])).toMatchObject([
      { topic: 'acme/newsletter', state: 'granted' },
    ]);
  });

  test.each([['unsubscribe'], ['spamreport']])(
    '%s as a withdrawal of everything mapped, or of the setting',
    (name) => {
      expect(reported([event(name)])).toMatchObject([
        { topic: 'acme/newsletter', state: 'withdrawn' },
        { topic: 'acme/offers', state: 'withdrawn' },
      ]);
      expect(reported([event(name)], { optOutTopics: ['*'] })).toMatchObject([
        { topic: '*', state: 'withdrawn' },
      ]);
    },
  );

  test('no complaint where complaints are none', () => {
    expect(reported([event('spamreport'), event('unsubscribe')], { complaints: false })).toHaveLength(2);
  });

  test('nothing of messages and of groups nobody mapped, beside one that counts', () => {
    const events = [
      event('processed', { asm_group_id: 101, timestamp: 'soon' }),
      event('group_unsubscribe', { asm_group_id: 7 }),
      event('group_unsubscribe', { asm_group_id: 101 }),
    ];
    expect(reported(events)).toMatchObject([{ topic: 'acme/newsletter' }]);
    expect(sendgrid.receive?.changes(events, settings())).not.toHaveProperty('unread');
  });

  test('one that counts, and that another beside it cannot be read', () => {
    const events = [
      event('unsubscribe', { timestamp: 'soon' }),
      event('group_unsubscribe', { asm_group_id: 101 }),
    ];
    expect(sendgrid.receive?.changes(events, settings())).toMatchObject({
      choices: [{ topic: 'acme/newsletter' }],
      unread: 'an unsubscribe that cannot be read',
    });
  });

  test.each([[undefined], [{}], [[{ email: 'ada@example.com' }]]])('that %j is no list of events', (body) => {
    expect(reported(body)).toEqual({ invalid: 'not a list of SendGrid events' });
  });
});

describe('a notice of sendgrid', () => {
  const simulator = simulateSendgrid();
  const mailbox = aMailbox('sendgrid');
  beforeAll(async () => {
    await simulator.start();
    await mailbox.open();
  });
  afterAll(async () => {
    await simulator.stop();
    await mailbox.close();
  });

  const taken = async (spoilt?: 'signature' | 'body' | 'age', verificationKeys?: readonly string[]) => {
    const events = [{ event: 'unsubscribe', email: 'ada@example.com', occurredAt: Date.now() }];
    await simulator.notify({ url: mailbox.url, events, spoilt });
    const account = { ...simulator.secret(), ...(verificationKeys && { verificationKeys }) };
    return takes(sendgrid, mailbox.newest(), { settings: { groups: {} }, account });
  };

  test('is known by its signature', async () => {
    expect(await taken()).toBe(true);
  });

  test('is known by an older key while they rotate', async () => {
    const [key = ''] = simulator.secret().verificationKeys;
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const newer = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(await taken(undefined, [newer, key])).toBe(true);
  });

  test.each(['signature', 'body', 'age'] as const)('is not taken with another %s', async (spoilt) => {
    expect(await taken(spoilt)).toBe(false);
  });

  test('is not taken where no key is known', async () => {
    expect(await taken(undefined, [])).toBe(false);
  });
});
