import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Call, Delivery, Reply } from '../../lib/destinations/destination.ts';
import { wsseHeaders } from '../../lib/destinations/sap-emarsys/wsse.ts';
import { sapEmarsys } from '../../lib/destinations/sap-emarsys.ts';
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

describe('sap-emarsys', () => {
  const topics = { 'acme/newsletter': { email: '10001', sms: '10002' }, 'acme/offers': { email: '10003' } };
  const settings = (more: object = {}) => sapEmarsys.settings.parse({ topics, ...more });
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    sapEmarsys.translate(aDelivery(delivery), settings(more));
  const keeping = { stopField: '10999', optInWithGrant: true };
  const found = (contact: object) => aReply(200, { replyCode: 0, data: { errors: [], result: [contact] } });
  const nobodyFound = aReply(200, {
    replyCode: 0,
    data: { errors: [{ key: ADDRESS, errorCode: 2008 }], result: false },
  });

  test('is told withdrawals alone and before grants', () => {
    expect(carried(calls(bothWays))).toEqual([
      { '3': ADDRESS, '10003': '2' },
      { '3': ADDRESS, '10001': '1' },
    ]);
  });

  test.each<[string, Partial<Delivery>, object, string]>([
    ['a grant', {}, {}, 'PUT /contact?create_if_not_exists=1'],
    ['a grant, where nobody is to be made', {}, { create: false }, 'PUT /contact?create_if_not_exists=0'],
    [
      'a withdrawal',
      { choices: [aRow('acme/offers', 'withdrawn')] },
      {},
      'PUT /contact?create_if_not_exists=0',
    ],
    ['what the people at a former address say', { retired: true }, {}, 'PUT /contact?create_if_not_exists=0'],
  ])('makes contacts only for grants: %s', (_name, delivery, more, expected) => {
    expect(inWords(calls(delivery, more))).toEqual([expected]);
  });

  test('makes a new contact already for the withdrawals that come with a grant, or the grant would never follow', () => {
    expect(inWords(calls(bothWays))[0]).toBe('PUT /contact?create_if_not_exists=1');
  });

  test('is told nothing of a topic or a channel that is not mapped', () => {
    const choices = [aRow('acme/surveys', 'granted'), aRow('acme/offers', 'granted', { channel: 'sms' })];
    expect(calls({ choices })).toEqual([]);
    expect(calls({ choices, identifiers: {} }, keeping)).toEqual([]);
  });

  describe('keeping the opt-in to everything', () => {
    const wrote = (
      delivery: Partial<Delivery>,
      contact: object,
      more: object = keeping,
    ): readonly unknown[] => {
      const next = following(calls(delivery, more), 0, found(contact));
      return [...carried(next), ...inWords(next).filter((words) => words.startsWith('='))];
    };

    test('says no for a stop of everything, and notes that Heed did', () => {
      const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
      const [contact] = carried(calls({ choices, stoppedAll: ['email'] }, keeping));
      expect(contact).toMatchObject({
        '31': '2',
        '10001': '2',
        '10003': '2',
        '10999': '2026-05-01T12:01:00.000Z',
      });
    });

    test.each<[string, Partial<Delivery>, object]>([
      ['every topic is withdrawn one by one', {}, keeping],
      ['another channel is stopped', { stoppedAll: ['sms'] }, keeping],
      ['nobody could tell later who opted out', { stoppedAll: ['email'] }, { optInWithGrant: true }],
    ])('says nothing where %s', (_name, delivery, more) => {
      const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
      const [contact] = carried(calls({ choices, ...delivery }, more));
      expect(contact).toEqual({ '3': ADDRESS, '10001': '2', '10003': '2' });
    });

    test('looks first, by the body and not by the address of the request', () => {
      const [look] = calls({}, keeping);
      expect(look).toMatchObject({
        ...{ method: 'POST', path: '/contact/getdata', lookup: true },
        body: { keyId: '3', keyValues: [ADDRESS], fields: ['31', '10999'] },
      });
    });

    test('lifts a stop of its own with a grant', () => {
      expect(wrote({}, { '31': '2', '10999': '2026-05-01T12:01:00.000Z' })).toEqual([
        { '3': ADDRESS, '10001': '1', '31': '1', '10999': '' },
      ]);
    });

    test('never lifts an unsubscribe that the person made at Emarsys, and says that they have to act', () => {
      expect(wrote({}, { '31': '2', '10999': null })).toEqual([
        { '3': ADDRESS, '10001': '1' },
        '= needs-user-action opted-out-at-emarsys',
      ]);
    });

    test.each([
      ['opts in somebody whose opt-in is empty', { '31': null }, keeping, { '31': '1' }],
      ['leaves one that is there', { '31': '1' }, keeping, {}],
      ['leaves an empty one where topics do not stand for it', { '31': '' }, { stopField: '10999' }, {}],
    ])('%s', (_name, contact, more, expected) => {
      expect(wrote({}, contact, more)).toEqual([{ '3': ADDRESS, '10001': '1', ...expected }]);
    });

    test('opts in somebody new', () => {
      expect(carried(following(calls({}, keeping), 0, nobodyFound))).toEqual([
        { '3': ADDRESS, '10001': '1', '31': '1' },
      ]);
    });

    test('neither looks nor opts in for a grant on another channel, or at a former address', () => {
      const sms = { choices: [aRow('acme/newsletter', 'granted', { channel: 'sms' })] };
      expect(carried(calls(sms, keeping))).toEqual([{ '3': ADDRESS, '10002': '1' }]);
      expect(carried(calls({ retired: true }, keeping))).toEqual([{ '3': ADDRESS, '10001': '1' }]);
    });

    test('writes nothing after a look that it cannot read', () => {
      expect(inWords(following(calls({}, keeping), 0, aReply(200, '<html>')))).toEqual([
        '= failed unreadable-reply',
      ]);
    });
  });

  describe('answers contact by contact', () => {
    const two = [{ '3': 'ada@example.com' }, { '3': 'Grace@example.com' }];
    const read = (reply: Reply, items: readonly unknown[] = two) => {
      const [call]: readonly Call[] = calls({});
      return call && 'items' in call ? call.split(reply, items)?.map(spoken) : 'no batch';
    };
    const said = (data: unknown, replyCode = 0, replyText = 'OK') => ({ replyCode, replyText, data });
    const errors = (code: string, text = '') => ({ 'grace@example.com': { [code]: text } });

    test.each<[string, Reply, unknown]>([
      ['both are written', aReply(200, said({ ids: ['1', 2] })), ['delivered', 'delivered']],
      [
        'errors are an empty list',
        aReply(200, said({ ids: ['1', 2], errors: [] })),
        ['delivered', 'delivered'],
      ],
      [
        'one is not there',
        aReply(200, said({ ids: ['1'], errors: errors('2008') })),
        ['delivered', 'skipped no-such-contact'],
      ],
      [
        'two contacts have one address',
        aReply(200, said({ ids: ['1'], errors: errors('2010') })),
        ['delivered', 'failed emarsys-2010'],
      ],
      [
        'one is being made by somebody else',
        aReply(
          200,
          said({ ids: ['1'], errors: errors('2006', 'Contact with the external id already exists: 3') }),
        ),
        ['delivered', 'retry emarsys-2006'],
      ],
      [
        'one is missing without a word',
        aReply(200, said({ ids: ['1'] })),
        ['retry unconfirmed', 'retry unconfirmed'],
      ],
      [
        'the fault is nobody’s in particular',
        aReply(200, said({ ids: [], errors: { '<NO_KEY_ID>': { 2005: 'ada@example.com' } } })),
        ['failed emarsys-2005', 'failed emarsys-2005'],
      ],
      ['the request is refused', aReply(400, said('', 2006)), undefined],
      ['the request is refused because one of them is not there', aReply(400, said('', 2008)), undefined],
    ])('when %s', (_name, reply, expected) => {
      expect(read(reply)).toEqual(expected);
    });

    test('a contact that went alone is told that it is not there by the request', () => {
      expect(read(aReply(400, said('', 2008)), two.slice(0, 1))).toEqual(['skipped no-such-contact']);
    });
  });

  test.each<[string, Reply, string | undefined]>([
    ['a reply code of 0 is left to the status', aReply(200, { replyCode: 0, data: {} }), undefined],
    [
      'a 200 that refuses has failed',
      aReply(200, { replyCode: 2004, replyText: 'x' }),
      'failed emarsys-2004',
    ],
    ['a 200 that is no reply of Emarsys is tried again', aReply(200, '<html>'), 'retry unreadable-reply'],
    [
      'fields that cannot be loaded pass',
      aReply(400, { replyCode: 2001, replyText: 'x' }),
      'retry emarsys-2001',
    ],
    ['a 400 without a code is left to its status', aReply(400, '<html>'), undefined],
    ['too many requests are left to their status', aReply(429, { replyCode: 1 }), undefined],
    ['a refused user is left to its status', aReply(401, { replyCode: 1 }), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(sapEmarsys.interpret?.(reply))).toBe(expected);
  });

  test('signs as WSSE wants it: the base64 of the hexadecimal digest', () => {
    const nonce = '0123456789abcdef0123456789abcdef';
    const header = wsseHeaders({ nonce, timestamp: 1_777_629_600 }, { user: 'acme001', secret: 'hush' })[
      'x-wsse'
    ];
    const hex = createHash('sha1').update(`${nonce}2026-05-01T10:00:00.000Zhush`).digest('hex');
    expect(header).toContain(`PasswordDigest="${Buffer.from(hex).toString('base64')}"`);
    expect(header).toContain('Created="2026-05-01T10:00:00.000Z"');
  });

  test.each([
    [
      'two topics on one field',
      { topics: { ...topics, 'acme/offers': { email: '10001' } } },
      'the same Emarsys field',
    ],
    [
      'a topic on the opt-in to everything',
      { topics: { 'acme/offers': { email: '31' } } },
      'the opt-in to everything',
    ],
    ['a stop noted in a topic’s field', { topics, stopField: '10001' }, 'the same Emarsys field'],
    ['a channel that is none', { topics: { 'acme/offers': { mail: '10001' } } }, 'the channels are'],
    [
      'one value for yes and no',
      { topics, values: { granted: '1', withdrawn: '1' } },
      'must not be the same',
    ],
  ])('does not start with %s', (_name, input, message) => {
    expect(sapEmarsys.settings.safeParse(input).error?.message).toContain(message);
  });
});
