import { describe, expect, test } from 'vitest';
import { acousticCampaign } from '../../lib/destinations/acoustic-campaign.ts';
import type { Call, Reply, SingleCall } from '../../lib/destinations/destination.ts';
import { fault, result, selected } from '../simulators/acoustic-campaign-words.ts';
import { ADDRESS, aDelivery, aReply, aRow, bothWays, following, spoken } from './deliveries.ts';

const PHONE = '+4520123456';
const TOPICS = { 'acme/newsletter': { email: 'NEWS', sms: '1101' }, 'acme/offers': { email: 'OFFERS' } };

const settings = (more: object = {}) =>
  acousticCampaign.settings.parse({
    pod: 'eu-1',
    database: 45_654,
    stopColumn: 'HEED_STOP',
    topics: TOPICS,
    ...more,
  });

const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}): readonly Call[] =>
  acousticCampaign.translate(aDelivery(delivery), settings(more));

/** Operations with their columns, as `UpdateRecipient NEWS=Yes`; consents as `PUT OPTED-IN`. */
const inWords = (all: readonly Call[]): readonly string[] =>
  all.map((call) => {
    if ('outcome' in call) return `= ${spoken(call.outcome)}`;
    if ('items' in call || typeof call.body !== 'string')
      return `${call.method} ${JSON.stringify('body' in call && call.body)}`;
    const [, name = ''] = /<Body><(\w+)>/.exec(call.body) ?? [];
    const columns = [...call.body.matchAll(/<COLUMN><NAME>([^<]*)<\/NAME><VALUE>([^<]*)/g)];
    return [name, ...columns.map(([, column, value]) => `${column}=${value}`)].join(' ');
  });

const answered = (answer: { readonly status: number; readonly body?: unknown }): Reply =>
  aReply(answer.status, answer.body, { 'content-type': 'text/xml' });

const single = (call: Call | undefined): SingleCall => {
  if (!call || 'outcome' in call || 'items' in call) throw new Error('not a request');
  return call;
};

describe('what Acoustic is told', () => {
  test('columns that are spoken of and no other, withdrawals first', () => {
    expect(inWords(calls(bothWays))).toEqual(['UpdateRecipient OFFERS=No', 'SelectRecipientData']);
  });

  test('an address as text, whatever is in it', () => {
    const [update] = calls({
      choices: [aRow('acme/offers', 'withdrawn')],
      identifiers: { email: 'a<b>&@example.com' },
    });
    expect(single(update).body).toContain('<OLD_EMAIL>a&#60;b&#62;&#38;@example.com</OLD_EMAIL>');
  });

  test('an opt-out of the database where everything was stopped, and a note that it is Heed’s', () => {
    const stopped = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] };
    expect(inWords(calls(stopped))).toEqual([
      'OptOutRecipient',
      'UpdateRecipient OFFERS=No HEED_STOP=Heed ada:7',
    ]);
    expect(inWords(calls(stopped, { globalStop: false }))).toEqual(['UpdateRecipient OFFERS=No']);
  });

  test('no opt-out where every topic was withdrawn one by one, or another channel stopped', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
    expect(inWords(calls({ choices, stoppedAll: ['sms'] }))).toEqual(['UpdateRecipient NEWS=No OFFERS=No']);
  });

  test('no grant while everything is stopped', () => {
    expect(inWords(calls({ choices: bothWays.choices, stoppedAll: ['email'] })).join()).not.toContain('Yes');
    expect(inWords(calls({ choices: bothWays.choices, stoppedAll: ['email'] }))).not.toContain(
      'SelectRecipientData',
    );
  });

  test('a choice on SMS by program, with its time', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn', { channel: 'sms' })];
    const [consent] = calls({ choices, identifiers: { phone: PHONE } });
    expect(consent).toMatchObject({
      ...{ method: 'PUT', path: '/rest/databases/45654/consent/SMS-1101/4520123456' },
      body: { status: 'OPTED-OUT', consentDate: '2026-05-01T12:00:00.000Z' },
    });
  });

  test('nothing without an identifier of the channel', () => {
    expect(calls({ choices: [aRow('acme/newsletter', 'withdrawn', { channel: 'sms' })] })).toEqual([]);
  });
});

describe('a grant', () => {
  const [lookup] = calls(bothWays).slice(1);
  const upon = (reply: Reply, more: object = {}) => inWords(following(calls(bothWays, more), 1, reply));
  const contact = (optedOut: boolean, noted = '') =>
    answered(
      selected({
        id: '1',
        email: ADDRESS,
        optedOut,
        columns: new Map([
          ['OTHER', 'x'],
          ['HEED_STOP', noted],
        ]),
      }),
    );
  const nobody = answered(fault(128, `${ADDRESS} is not a member of the list.`));

  test.each<[string, Reply, readonly string[]]>([
    ['sets its column where the contact is in', contact(false), ['UpdateRecipient NEWS=Yes']],
    [
      'lifts an opt-out that Heed has noted',
      contact(true, 'Heed ada:6'),
      ['UpdateRecipient NEWS=Yes OPT_OUT=false HEED_STOP='],
    ],
    ['lifts no other', contact(true), ['= needs-user-action opted-out-of-database']],
    [
      'adds who is not there, and says what was withdrawn',
      nobody,
      [`AddRecipient EMAIL=${ADDRESS.replace("'", '&#39;')} OFFERS=No NEWS=Yes`],
    ],
  ])('%s', (_name, reply, expected) => {
    expect(upon(reply)).toEqual(expected);
  });

  test('adds nobody where the setting says so', () => {
    expect(upon(nobody, { create: false })).toEqual(['= skipped no-such-contact']);
  });

  test('goes on from a look-up that found nobody, and from no other fault', () => {
    const read = (reply: Reply) =>
      spoken(single(lookup).interpret?.(reply) ?? acousticCampaign.interpret?.(reply));
    expect(read(nobody)).toBe('delivered');
    expect(read(answered(fault(150, 'no')))).toBe('failed fault-150');
  });
});

describe('what Acoustic answers', () => {
  test.each<[string, Reply, string | undefined]>([
    ['TRUE', answered(result('TRUE')), undefined],
    ['true', answered(result('true')), undefined],
    ['SUCCESS', answered(result('SUCCESS')), undefined],
    ['a fault that passes', answered(fault(1003, 'internal')), 'retry fault-1003'],
    ['a contact somebody else has added in between', answered(fault(122, 'exists')), 'retry fault-122'],
    ['a fault that lasts', answered(fault(314, `Column for ${ADDRESS}`)), 'failed fault-314'],
    ['a contact that is not there', answered(fault(128, ADDRESS)), 'skipped no-such-contact'],
    ['one that has opted out already', answered(fault(129, ADDRESS)), 'delivered'],
    ['a fault without a number', answered({ status: 200, body: '<SUCCESS>false</SUCCESS>' }), 'failed fault'],
    [
      'a page of a gateway',
      aReply(200, '<html>busy</html>', { 'content-type': 'text/html' }),
      'retry unreadable-reply',
    ],
    [
      'no such contact by REST',
      aReply(404, { errors: [{ message: `No contact found for ${PHONE}` }] }),
      'skipped no-such-contact',
    ],
    ['no such database', aReply(404, { errors: [{ message: 'Database not found' }] }), undefined],
    ['success by REST', aReply(200, {}), undefined],
    ['429', aReply(429, ''), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(acousticCampaign.interpret?.(reply))).toBe(expected);
  });

  test('a session that ended inside a 200', () => {
    expect(acousticCampaign.expired?.(answered(fault(145, 'Session')))).toBe(true);
    expect(acousticCampaign.expired?.(answered(fault(150, 'Organization')))).toBe(false);
  });

  test('an opt-out is accepted, and looked after when it must have had effect', () => {
    const [optOut] = calls({ choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] });
    expect(single(optOut).interpret?.(answered(result('SUCCESS')))).toEqual({
      kind: 'delivered',
      appliedLater: true,
    });
    expect(single(optOut).interpret?.(answered(fault(315, 'internal')))).toBeUndefined();
  });

  test('who is not found by address is still told by number, and the other way round', () => {
    const choices = [
      ...[aRow('acme/offers', 'withdrawn'), aRow('acme/newsletter', 'withdrawn', { channel: 'sms' })],
      aRow('acme/newsletter', 'granted'),
    ];
    const told = calls({ choices, identifiers: { email: ADDRESS, phone: PHONE } });
    expect(told.slice(0, 2).map((call) => single(call).goesOn)).toEqual([true, true]);
    const nobody = [answered(fault(128, ADDRESS)), aReply(404, 'No contact found')];
    expect(nobody.map((reply) => spoken(acousticCampaign.interpret?.(reply)))).toEqual([
      'skipped no-such-contact',
      'skipped no-such-contact',
    ]);
  });

  test('a withdrawal that finds nobody, with nothing after it, is skipped', () => {
    const [update] = calls({ choices: [aRow('acme/offers', 'withdrawn')] });
    expect(single(update).goesOn).toBe(false);
  });
});

test.each([
  ['a global stop and nowhere to note it', { stopColumn: undefined }],
  ['two topics in one column', { topics: { a: { email: 'X' }, b: { email: 'x' } } }],
  ['two topics on one program', { topics: { a: { sms: '1' }, b: { sms: '1' } } }],
  ['a pod that is none', { pod: 'eu-1.example.com/' }],
])('Acoustic is not started with %s', (_name, more) => {
  expect(() => settings(more)).toThrow();
});
