import { describe, expect, test } from 'vitest';
import type { Call, Reply } from '../../lib/destinations/destination.ts';
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
  /** What the questions of one request were answered; all in the first. */
  const answers = (...records: readonly object[]) =>
    aReply(200, { compositeResponse: [answerOf('Contact', 200, found(...records).body)] });
  const answerOf = (referenceId: string, httpStatusCode: number, body: unknown) => ({
    ...{ referenceId, httpStatusCode, body },
  });
  const grace = { Id: '003000000000001AAA', IndividualId: '0PK000000000001AAA' };
  const asked = (delivery: Parameters<typeof aDelivery>[0], more: object, ...records: readonly object[]) =>
    following(calls(delivery, { people: ['Contact'], ...more }), 0, answers(...records));
  /** Queries that the look-up of people asks in one request. */
  const questions = (all: readonly Call[]): readonly string[] =>
    carried(all).flatMap((body) =>
      (Object(body).compositeRequest ?? []).map(({ url }: { url: string }) => decodeURIComponent(url)),
    );
  const QUERY = '/services/data/v62.0/query?q=SELECT Id, IndividualId FROM';
  /** The same, where Salesforce has these rows that say no. */
  const after = (all: readonly Call[], ...rows: readonly object[]): readonly Call[] =>
    all.flatMap((call, n) =>
      'method' in call && call.method === 'GET' ? following(all, n, found(...rows)) : [call],
    );
  const told = (...given: Parameters<typeof asked>) => after(asked(...given));
  const HEED = '005000000000001AAA';
  const FLAGS = {
    ...{ flags: 'contact', flagTopics: ['acme/newsletter', 'acme/offers'], consents: false, user: HEED },
  };
  const flagsWritten = (choices: Parameters<typeof aDelivery>[0]): unknown =>
    Object(carried(told(choices, FLAGS, grace))[0]).records;
  const written = (flags: object) => [{ attributes: { type: 'Contact' }, id: grace.Id, ...flags }];

  test('looks for an address among Contacts and Leads, escaped for a query, and not in the request’s address', () => {
    const all = calls({});
    expect(inWords(all)).toEqual(['POST /services/data/v62.0/composite']);
    expect(questions(all)).toEqual([
      `${QUERY} Contact WHERE Email = 'o\\'hara+news@example.com'`,
      `${QUERY} Lead WHERE Email = 'o\\'hara+news@example.com'`,
    ]);
  });

  test('looks for a record id, and for all that carry the same address', () => {
    const identifiers = { salesforce: '00Q000000000001AAA', email: ADDRESS };
    expect(questions(calls({ identifiers }))).toEqual([
      `${QUERY} Lead WHERE Id = '00Q000000000001AAA' OR Email = 'o\\'hara+news@example.com'`,
      `${QUERY} Contact WHERE Email = 'o\\'hara+news@example.com'`,
    ]);
  });

  test('goes by a record id alone where there is no address, as when it is no longer the person’s', () => {
    const identifiers = { salesforce: '00Q000000000001AAA' };
    expect(questions(calls({ identifiers, retired: true }))).toEqual([
      `${QUERY} Lead WHERE Id = '00Q000000000001AAA'`,
    ]);
  });

  test('is not asked for Individuals where there are no consent rows, and for flags where they are kept', () => {
    expect(questions(calls({}, { ...FLAGS, flags: 'lead' }))).toMatchObject([
      expect.stringContaining('SELECT Id FROM Contact'),
      expect.stringContaining(
        'SELECT Id, LastModifiedById, LastModifiedDate, HasOptedOutOfEmail, DoNotCall, IsConverted FROM Lead',
      ),
    ]);
  });

  test.each<[string, readonly object[], string]>([
    [
      'a question is refused',
      [answerOf('Contact', 400, [{ errorCode: 'INVALID_FIELD' }])],
      'failed INVALID_FIELD',
    ],
    [
      'one passes by itself',
      [answerOf('Contact', 403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }])],
      'retry REQUEST_LIMIT_EXCEEDED',
    ],
    [
      'one meets a fault of theirs',
      [answerOf('Contact', 500, [{ errorCode: 'UNKNOWN_EXCEPTION' }])],
      'retry UNKNOWN_EXCEPTION',
    ],
  ])('reads it inside a 200 when %s', (_name, compositeResponse, expected) => {
    const [look] = calls({}, { people: ['Contact'] });
    const outcome =
      look && 'interpret' in look ? look.interpret?.(aReply(200, { compositeResponse })) : undefined;
    expect(spoken(outcome)).toBe(expected);
  });

  test.each<[string, unknown]>([
    ['is none', []],
    ['lacks a question', { compositeResponse: [] }],
    [
      'does not hold all records',
      { compositeResponse: [answerOf('Contact', 200, { done: false, records: [] })] },
    ],
    ['is about something else', { compositeResponse: [answerOf('Account', 200, { records: [grace] })] }],
  ])('does not go on with a reply that %s', (_name, body) => {
    const all = calls({}, { people: ['Contact'] });
    expect(inWords(following(all, 0, aReply(200, body)))).toEqual(['= failed unreadable-reply']);
  });

  test('grants calls to nobody whom only a shared address points to, and stops all of them', () => {
    const spouse = { Id: '003000000000002AAA', IndividualId: '0PK000000000002AAA' };
    const said = (state: 'granted' | 'withdrawn') =>
      inWords(told({ choices: [aRow('acme/newsletter', state, { channel: 'phone' })] }, {}, grace, spouse));
    expect(said('granted')).toEqual(['= failed several-people']);
    expect(said('withdrawn')).toHaveLength(1);
    const twin = { ...grace, Id: '003000000000003AAA' };
    const choices = [aRow('acme/newsletter', 'granted', { channel: 'phone' })];
    expect(inWords(told({ choices }, {}, grace, twin))).toHaveLength(1);
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
      { PrivacyConsentStatus: 'OptOut', Name: 'Offers', ...evidence, EffectiveTo: null },
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
    const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
    expect(inWords(told({ choices }, { ...FLAGS, consents: true }, lone))).toEqual([
      'PATCH /services/data/v62.0/composite/sobjects',
      '= failed no-individual',
    ]);
  });

  test.each<[string, Parameters<typeof aDelivery>[0], unknown]>([
    [
      'true when every topic it stands for is withdrawn',
      { choices: [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')] },
      written({ HasOptedOutOfEmail: true }),
    ],
    ['false when one of them is granted', bothWays, written({ HasOptedOutOfEmail: false })],
    [
      'left alone when one is withdrawn and nobody has spoken of the other',
      { choices: [aRow('acme/offers', 'withdrawn')] },
      undefined,
    ],
    [
      'true when everything is stopped, whatever was said of its topics',
      { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] },
      written({ HasOptedOutOfEmail: true }),
    ],
    [
      'kept apart by channel',
      { choices: [aRow('acme/newsletter', 'granted', { channel: 'phone' })] },
      written({ DoNotCall: false }),
    ],
  ])('has a flag that is %s', (_name, delivery, expected) => {
    expect(flagsWritten(delivery)).toEqual(expected);
  });

  test('keeps its flags to the kinds of record that are configured', () => {
    expect(told({}, { ...FLAGS, flags: 'lead' }, grace)).toEqual([]);
  });

  describe('what was opted out of there since', () => {
    const since = '2026-05-01T12:00:00.000+0000';
    const before = '2026-05-01T11:59:59.000+0000';
    const key = '0PK000000000001AAA|acme/newsletter|email';
    const row = (CaptureSource: string | null, LastModifiedDate: string) => ({
      ...{ PrefKey__c: key, CaptureSource, LastModifiedDate },
    });

    test('is asked of the Individuals it is about, after what stops was said', () => {
      expect(inWords(asked(bothWays, {}, grace))).toEqual([
        'PATCH /services/data/v62.0/composite/sobjects/ContactPointTypeConsent/PrefKey__c',
        "GET /services/data/v62.0/query?q=SELECT PrefKey__c, CaptureSource, LastModifiedDate FROM ContactPointTypeConsent WHERE PartyId IN ('0PK000000000001AAA') AND PrivacyConsentStatus = 'OptOut'",
      ]);
    });

    test.each<[string, object, readonly string[]]>([
      ['keeps an older grant out', row('Heed granted; x', since), ['= needs-user-action']],
      ['keeps it out whoever wrote the row', row(null, since), ['= needs-user-action']],
      ['stands back for a newer grant', row('Heed granted; x', before), ['PATCH']],
      ['is nothing where Heed wrote it', row('Heed withdrawn; x', since), ['PATCH']],
      ['is nothing on a row of the org’s own', { ...row('Form', since), PrefKey__c: 'x' }, ['PATCH']],
    ])('%s', (_name, left, expected) => {
      const words = inWords(after(asked({}, {}, grace), left));
      expect(words.map((text) => text.replace(/(PATCH|= \S+) .*/, '$1'))).toEqual(expected);
    });

    test.each([
      [
        'somebody else set after the grant',
        '005000000000002AAA',
        since,
        '= needs-user-action opted-out-at-salesforce',
      ],
      [
        'somebody else set before the grant',
        '005000000000002AAA',
        before,
        'PATCH /services/data/v62.0/composite/sobjects',
      ],
      ['Heed set', HEED, since, 'PATCH /services/data/v62.0/composite/sobjects'],
    ])('a flag that %s', (_name, LastModifiedById, LastModifiedDate, expected) => {
      const record = { ...grace, HasOptedOutOfEmail: true, LastModifiedById, LastModifiedDate };
      expect(inWords(told({}, FLAGS, record))).toEqual([expected]);
    });
  });

  describe('answers row by row', () => {
    const stops = { choices: bothWays.choices.map((row) => ({ ...row, state: 'withdrawn' as const })) };
    const [upsert] = told(stops, {}, grace);
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
    ['429 passes by itself', aReply(429, [{ errorCode: 'TOO_MANY' }]), undefined],
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
    const { error } = salesforce.settings.safeParse({ ...base, flags: 'both', user: HEED });
    expect(error?.issues).toMatchObject([
      { path: ['flagTopics'], message: 'say which topics the flags stand for' },
    ]);
  });

  test('does not start with flags of which nobody could say who set them', () => {
    const { error } = salesforce.settings.safeParse({ ...base, ...FLAGS, user: undefined });
    expect(error?.issues).toMatchObject([{ path: ['user'] }]);
  });

  test.each<[string, object, string]>([
    [
      'one word for yes and no',
      { status: { granted: 'X', withdrawn: 'X' } },
      'a yes and a no must not be the same',
    ],
    [
      'one flag for two channels',
      { flagFields: { phone: 'DoNotCall', sms: 'donotcall' } },
      'two channels share a flag',
    ],
    [
      'a channel that Salesforce has not',
      { channels: { push: { type: 'Web' } } },
      'the channels are email, sms, phone, post',
    ],
    [
      'a field that is none',
      { externalIdField: 'Pref Key' },
      'must be the API name of a field, such as PrefKey__c',
    ],
    ['a user that is none', { user: 'heed' }, 'must be the id of a record, of 15 or 18 letters and digits'],
  ])('does not start with %s, and says so in words', (_name, wrong, message) => {
    const { error } = salesforce.settings.safeParse({ ...base, ...wrong });
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  test('does not start when two channels are one to Salesforce', () => {
    const channels = { phone: { type: 'Phone' }, sms: { type: 'Phone' } };
    expect(salesforce.settings.safeParse({ ...base, channels }).success).toBe(false);
  });
});
