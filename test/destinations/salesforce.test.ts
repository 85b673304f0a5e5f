import { describe, expect, test } from 'vitest';
import type { Reply } from '../../lib/destinations/destination.ts';
import { salesforce } from '../../lib/destinations/salesforce.ts';
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

describe('salesforce', () => {
  const base = {
    instanceUrl: 'https://acme.my.salesforce.com',
    topics: {
      'acme/newsletter': { name: 'Newsletter', dataUsePurposeId: '0ZW000000000001AAA' },
      'acme/offers': 'Offers',
    },
  };
  const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
    salesforce.translate(aDelivery(delivery), salesforce.settings.parse({ ...base, ...more }));
  const found = (...records: readonly object[]) =>
    aReply(200, { totalSize: records.length, done: true, records });
  const grace = { Id: '003000000000001AAA', IndividualId: '0PK000000000001AAA' };
  const told = (delivery: Parameters<typeof aDelivery>[0], more: object, ...records: readonly object[]) =>
    following(calls(delivery, { people: ['Contact'], ...more }), 0, found(...records));
  const FLAGS = { flags: 'contact', flagTopics: ['acme/newsletter', 'acme/offers'], consents: false };
  const flagsWritten = (choices: Parameters<typeof aDelivery>[0], more: object = {}): unknown =>
    carried(told(choices, { ...FLAGS, ...more }, grace))[0];

  test('looks for an address among Contacts, then Leads, escaped for a query', () => {
    const first = calls({});
    expect(inWords(first)).toEqual([
      "GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Contact WHERE Email = 'o\\'hara+news@example.com'",
    ]);
    expect(inWords(following(first, 0, found()))).toEqual([
      "GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Lead WHERE Email = 'o\\'hara+news@example.com'",
    ]);
  });

  test('looks for a record id, and for all that carry the same address', () => {
    const identifiers = { salesforce: '00Q000000000001AAA', email: ADDRESS };
    const first = calls({ identifiers });
    expect(inWords(first)).toEqual([
      `GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Lead WHERE Id = '00Q000000000001AAA' OR Email = 'o\\'hara+news@example.com'`,
    ]);
    expect(inWords(following(first, 0, found()))).toEqual([
      `GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Contact WHERE Email = 'o\\'hara+news@example.com'`,
    ]);
  });

  test('goes by a record id alone where there is no address, as when it is no longer the person’s', () => {
    expect(inWords(calls({ identifiers: { salesforce: '00Q000000000001AAA' }, retired: true }))).toEqual([
      "GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Lead WHERE Id = '00Q000000000001AAA'",
    ]);
  });

  test('tells mail to every record with the address, and other channels only to the person’s own', () => {
    const spouse = { Id: '003000000000002AAA', IndividualId: '0PK000000000002AAA' };
    const identifiers = { salesforce: '003000000000001', email: ADDRESS };
    const choices = [
      aRow('acme/newsletter', 'granted'),
      aRow('acme/newsletter', 'granted', { channel: 'phone' }),
    ];
    expect(carried(told({ identifiers, choices }, {}, grace, spouse))).toMatchObject([
      { PartyId: '0PK000000000001AAA', ContactPointType: 'Email' },
      { PartyId: '0PK000000000002AAA', ContactPointType: 'Email' },
      { PartyId: '0PK000000000001AAA', ContactPointType: 'Phone' },
    ]);
  });

  test('says that a row has nowhere to go even where a neighbour’s has', () => {
    const lone = { Id: '003000000000001AAA', IndividualId: null };
    const spouse = { Id: '003000000000002AAA', IndividualId: '0PK000000000002AAA' };
    const identifiers = { salesforce: '003000000000001AAA', email: ADDRESS };
    const choices = [
      aRow('acme/newsletter', 'withdrawn'),
      aRow('acme/newsletter', 'withdrawn', { channel: 'phone' }),
    ];
    expect(inWords(told({ identifiers, choices }, {}, lone, spouse))).toEqual([
      'PATCH /services/data/v62.0/composite/sobjects/ContactPointTypeConsent/PrefKey__c',
      '= failed no-individual',
    ]);
  });

  test.each([
    ['not-an-address', { email: "a'b\\ OR Name != '@example.com" }],
    ['not-an-address', { email: 'ada@example.com\n' }],
    ['not-a-record-id', { salesforce: "003' OR Id != '" }],
    ['not-a-record-id', { salesforce: '001000000000001AAA' }],
  ])('asks nothing and says %s of %j', (reason, identifiers) => {
    expect(inWords(calls({ identifiers: { ...identifiers } }))).toEqual([`= failed ${reason}`]);
  });

  test('skips a person it has no record of', () => {
    expect(inWords(told({}, {}))).toEqual(['= skipped no-such-record']);
  });

  test('skips what is on no channel that Salesforce has a contact point for', () => {
    expect(inWords(calls({ choices: [aRow('acme/newsletter', 'granted', { channel: 'sms' })] }))).toEqual([
      '= skipped nothing-mapped',
    ]);
  });

  test('gets one row per topic and channel with its evidence', () => {
    const expiresAt = '2027-05-01T12:00:00.000Z';
    const choices = [
      aRow('acme/newsletter', 'granted', { expiresAt }),
      aRow('acme/offers', 'withdrawn', { expiresAt }),
    ];
    const evidence = { CaptureDate: '2026-05-01T12:00:00.000Z', CaptureContactPointType: 'Web' };
    expect(carried(told({ choices }, {}, grace))).toMatchObject([
      {
        PrefKey__c: '0PK000000000001AAA|acme/newsletter|email',
        ...{
          PrivacyConsentStatus: 'OptIn',
          DataUsePurposeId: '0ZW000000000001AAA',
          ContactPointType: 'Email',
        },
        ...{
          ...evidence,
          CaptureSource: 'Heed granted; form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7',
        },
        EffectiveTo: expiresAt,
      },
      { PrivacyConsentStatus: 'OptOut', Name: 'Offers', ...evidence, EffectiveTo: null },
    ]);
  });

  test('is told of every Individual behind an address, and of each once', () => {
    const other = { Id: '003000000000002AAA', IndividualId: '0PK000000000002AAA' };
    const twin = { Id: '003000000000003AAA', IndividualId: '0PK000000000001AAA' };
    expect(carried(told({}, {}, grace, other, twin))).toMatchObject([
      { PartyId: '0PK000000000001AAA' },
      { PartyId: '0PK000000000002AAA' },
    ]);
  });

  test('sets the flags of a person without an Individual, and says that the rows have nowhere to go', () => {
    const lone = { Id: '003000000000001AAA', IndividualId: null };
    expect(inWords(told({}, { flags: 'contact', flagTopics: ['acme/newsletter'] }, lone))).toEqual([
      'PATCH /services/data/v62.0/sobjects/Contact/003000000000001AAA',
      '= failed no-individual',
    ]);
  });

  test.each<[string, Parameters<typeof aDelivery>[0], unknown]>([
    [
      'true when every topic it stands for is withdrawn',
      { choices: [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')] },
      { HasOptedOutOfEmail: true },
    ],
    ['false when one of them is granted', bothWays, { HasOptedOutOfEmail: false }],
    [
      'left alone when one is withdrawn and nobody has spoken of the other',
      { choices: [aRow('acme/offers', 'withdrawn')] },
      undefined,
    ],
    [
      'true when everything is stopped, whatever was said of its topics',
      { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] },
      { HasOptedOutOfEmail: true },
    ],
    [
      'kept apart by channel',
      { choices: [aRow('acme/newsletter', 'granted', { channel: 'phone' })] },
      { DoNotCall: false },
    ],
  ])('has a flag that is %s', (_name, delivery, expected) => {
    expect(flagsWritten(delivery)).toEqual(expected);
  });

  test('keeps its flags to the kinds of record that are configured', () => {
    expect(told({}, { ...FLAGS, flags: 'lead' }, grace)).toEqual([]);
  });

  describe('answers row by row', () => {
    const [upsert] = told(bothWays, {}, grace);
    const split = (reply: Reply) =>
      upsert && 'items' in upsert ? upsert.split(reply, upsert.items) : undefined;
    const good = { id: '0ct000000000001AAA', success: true, errors: [] };
    const bad = (statusCode: string, message = '') => ({
      success: false,
      errors: [{ statusCode, message, fields: [] }],
    });

    test.each<[string, Reply, unknown]>([
      ['both are saved', aReply(200, [good, good]), ['delivered', 'delivered']],
      [
        'one is refused',
        aReply(200, [bad('REQUIRED_FIELD_MISSING'), good]),
        ['failed REQUIRED_FIELD_MISSING', 'delivered'],
      ],
      [
        'one meets a lock',
        aReply(200, [good, bad('UNABLE_TO_LOCK_ROW')]),
        ['delivered', 'retry UNABLE_TO_LOCK_ROW'],
      ],
      [
        'a trigger meets a lock',
        aReply(200, [good, bad('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'x: UNABLE_TO_LOCK_ROW, y')]),
        ['delivered', 'retry CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'],
      ],
      [
        'a trigger fails',
        aReply(200, [good, bad('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'x')]),
        ['delivered', 'failed CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'],
      ],
      ['a row has no answer', aReply(200, [good]), ['retry unreadable-reply', 'retry unreadable-reply']],
      ['the request was refused', aReply(403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }]), undefined],
    ])('when %s', (_name, reply, expected) => {
      expect(split(reply)?.map(spoken)).toEqual(expected);
    });
  });

  test.each<[string, Reply, string | undefined]>([
    [
      'a daily limit passes by itself',
      aReply(403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: '' }]),
      'retry REQUEST_LIMIT_EXCEEDED',
    ],
    [
      'a locked row passes by itself',
      aReply(400, [{ errorCode: 'UNABLE_TO_LOCK_ROW', message: '' }]),
      'retry UNABLE_TO_LOCK_ROW',
    ],
    ['a key that is not unique needs us', aReply(300, ['/services/…']), 'failed duplicate-external-id'],
    [
      'missing access needs us',
      aReply(403, [{ errorCode: 'INSUFFICIENT_ACCESS' }]),
      'failed INSUFFICIENT_ACCESS',
    ],
    ['a 4xx without a list is left to its status', aReply(400, '<html>'), undefined],
    [
      'an unknown fault of theirs is left to its status',
      aReply(500, [{ errorCode: 'UNKNOWN_EXCEPTION' }]),
      undefined,
    ],
    [
      'an expired session is left to its status',
      aReply(401, [{ errorCode: 'INVALID_SESSION_ID' }]),
      undefined,
    ],
  ])('%s', (_name, reply, expected) => {
    const outcome = salesforce.interpret?.(reply);
    expect(spoken(outcome)).toBe(expected);
  });

  test('does not start with flags of which nobody says what they stand for', () => {
    const { error } = salesforce.settings.safeParse({ ...base, flags: 'both' });
    expect(error?.issues).toMatchObject([
      { path: ['flagTopics'], message: 'say which topics the flags stand for' },
    ]);
  });

  test('does not start when two channels are one to Salesforce', () => {
    const channels = { phone: { type: 'Phone' }, sms: { type: 'Phone' } };
    expect(salesforce.settings.safeParse({ ...base, channels }).success).toBe(false);
  });
});
