import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { Call, Reply } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { salesforce } from '../../lib/destinations/salesforce.ts';
import { webhook } from '../../lib/destinations/webhook.ts';
import { newSigningKey } from '../simulators/webhook.ts';
import { ADDRESS, aDelivery, aReply, aRow, carried, following, inWords } from './deliveries.ts';

const bothWays = { choices: [aRow('acme/newsletter', 'granted'), aRow('acme/offers', 'withdrawn')] };

describe('every destination', () => {
  test.each(Object.entries(destinations))('%s goes by the name it is registered under', (id, destination) => {
    expect(destination.id).toBe(id);
  });

  test('keeps what is not plainly a code out of reasons', () => {
    const quoting = `${ADDRESS} is not valid`;
    const outcomes = [
      hubspot.interpret?.(aReply(400, { category: quoting })),
      salesforce.interpret?.(aReply(400, [{ errorCode: quoting, message: quoting }])),
    ];
    expect(JSON.stringify(outcomes)).not.toContain('hara');
  });
});

describe('hubspot', () => {
  const settings = (more: object = {}) =>
    hubspot.settings.parse({ subscriptions: { 'acme/newsletter': 1001, 'acme/offers': 1002 }, ...more });
  const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}) =>
    hubspot.translate(aDelivery(delivery), settings(more));
  const PATH = `/communication-preferences/2026-03/statuses/${ADDRESS}`;
  const done = (results: readonly object[], more: object = {}) =>
    aReply(200, { status: 'COMPLETE', results, ...more });
  const result = (subscriptionId: number, status: string, reason = 'REQUESTED_CHANGE_OCCURRED') => ({
    ...{ subscriberIdString: ADDRESS, subscriptionId, status, setStatusSuccessReason: reason },
  });

  test('is told withdrawals before grants', () => {
    expect(carried(calls(bothWays))).toMatchObject([
      { subscriptionId: 1002, statusState: 'UNSUBSCRIBED', channel: 'EMAIL' },
      { subscriptionId: 1001, statusState: 'SUBSCRIBED', channel: 'EMAIL' },
    ]);
  });

  test('is told nothing of a topic that is not mapped', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] }, { batch: true })).toEqual([]);
  });

  test('gets the evidence of a grant, and never contact data in its text', () => {
    const [body] = carried(calls({}));
    expect(body).toMatchObject({
      legalBasis: 'CONSENT_WITH_NOTICE',
      legalBasisExplanation: 'form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7',
    });
    expect(JSON.stringify(body)).not.toContain('hara');
  });

  test('gets no legal basis that nobody mapped', () => {
    const [body] = carried(calls({ choices: [aRow('acme/newsletter', 'granted', { legalBasis: 'whim' })] }));
    expect(JSON.stringify(body)).not.toContain('"legalBasis"');
  });

  test('unsubscribes from all when a person stopped everything, and says each topic too', () => {
    const stopped = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] };
    expect(inWords(calls(stopped))).toEqual([`POST ${PATH}/unsubscribe-all?channel=EMAIL`, `POST ${PATH}`]);
  });

  test('does not unsubscribe from all when every topic was withdrawn one by one', () => {
    const each = { choices: [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')] };
    expect(inWords(calls(each))).toEqual([`POST ${PATH}`, `POST ${PATH}`]);
  });

  test('does not unsubscribe from all for a stop on another channel, or where the setting says no', () => {
    const choices = [aRow('acme/offers', 'withdrawn')];
    expect(inWords(calls({ choices, stoppedAll: ['sms'] }))).toEqual([`POST ${PATH}`]);
    expect(inWords(calls({ choices, stoppedAll: ['email'] }, { globalStop: false }))).toEqual([
      `POST ${PATH}`,
    ]);
  });

  test('is told the withdrawals again after a grant that lifted an unsubscribe from all', () => {
    const first = calls(bothWays);
    const lifted = done([result(1001, 'SUBSCRIBED', 'RESUBSCRIBE_OCCURRED')]);
    expect(carried(following(first, 1, lifted))).toMatchObject([{ statusState: 'UNSUBSCRIBED' }]);
    expect(following(first, 1, done([result(1001, 'SUBSCRIBED')]))).toEqual([]);
  });

  describe('in batches', () => {
    const [batch] = calls(bothWays, { batch: true });
    const split = (reply: Reply) =>
      batch && 'items' in batch ? batch.split(reply, batch.items) : 'no batch';
    const out = result(1002, 'UNSUBSCRIBED');

    test('names the person in every item', () => {
      expect(inWords(calls(bothWays, { batch: true }))).toEqual([
        'POST /communication-preferences/2026-03/statuses/batch/write',
      ]);
      expect(carried(calls(bothWays, { batch: true }))).toMatchObject([
        { subscriberIdString: ADDRESS, subscriptionId: 1002 },
        { subscriberIdString: ADDRESS, subscriptionId: 1001 },
      ]);
    });

    test.each<[string, Reply, unknown]>([
      ['both are done', done([result(1001, 'SUBSCRIBED'), out]), ['delivered', 'delivered']],
      ['one is missing without a word', done([out]), ['delivered', 'failed unanswered']],
      [
        'one has another status than asked for',
        done([out, result(1001, 'NOT_SPECIFIED')]),
        ['delivered', 'failed unanswered'],
      ],
      [
        'one is refused',
        done([out], { numErrors: 1, errors: [{ category: 'VALIDATION_ERROR' }] }),
        ['delivered', 'failed VALIDATION_ERROR'],
      ],
      [
        'one came too early',
        done([out], { numErrors: 1, errors: [{ category: 'RATE_LIMITS' }] }),
        ['delivered', 'retry RATE_LIMITS'],
      ],
      [
        'a grant lifted an unsubscribe from all',
        done([result(1001, 'SUBSCRIBED', 'RESUBSCRIBE_OCCURRED'), out]),
        ['retry resubscribed', 'retry resubscribed'],
      ],
      ['the request was refused', aReply(400, { category: 'VALIDATION_ERROR' }), undefined],
      ['the work is not finished', aReply(200, { status: 'PENDING', results: [] }), undefined],
    ])('when %s', (_name, reply, expected) => {
      const outcomes = split(reply);
      const words = Array.isArray(outcomes) ? outcomes.map(spoken) : outcomes;
      expect(words).toEqual(expected);
    });
  });

  test.each<[string, Reply, string | undefined]>([
    ['a complete reply is left to its status', done([]), undefined],
    [
      'a 200 that is not complete is tried again',
      aReply(200, { status: 'CANCELED', results: [] }),
      'retry not-complete',
    ],
    ['a 200 that is no reply of HubSpot is tried again', aReply(200, '<html>'), 'retry not-complete'],
    [
      'a 200 that counts errors has failed',
      aReply(200, { status: 'COMPLETE', numErrors: 1 }),
      'failed partial',
    ],
    ['a missing scope needs us', aReply(403, { category: 'MISSING_SCOPES' }), 'failed MISSING_SCOPES'],
    ['a validation error needs us', aReply(400, { category: 'VALIDATION_ERROR' }), 'failed VALIDATION_ERROR'],
    ['a body without a category gives the status', aReply(400, 'no'), 'failed http-400'],
    ['429 is left to its status', aReply(429, { category: 'RATE_LIMITS' }), undefined],
    ['502 is left to its status', aReply(502, '<html>'), undefined],
    ['401 is left to its status', aReply(401, { category: 'INVALID_AUTHENTICATION' }), undefined],
  ])('%s', (_name, reply, expected) => {
    const outcome = hubspot.interpret?.(reply);
    expect(outcome && spoken(outcome)).toBe(expected);
  });

  describe('reports', () => {
    const notice = (propertyName: string, propertyValue: unknown, more: object = {}) => ({
      ...{ subscriptionType: 'contact.propertyChange', objectId: 51, occurredAt: 1_777_629_600_000 },
      ...{ propertyName, propertyValue, ...more },
    });
    const reported = (body: unknown, more: object = {}) => hubspot.receive?.changes(body, settings(more));

    test('an unsubscribe from one type as a withdrawal of its topic', () => {
      expect(reported([notice('hs_email_optout_1002', 'true')])).toEqual([
        {
          identifier: { kind: 'hubspot', value: '51' },
          ...{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' },
          ...{ occurredAt: '2026-05-01T10:00:00.000Z', method: 'hubspot-opt-out' },
        },
      ]);
    });

    test('an unsubscribe from all as a withdrawal of what HubSpot is mapped to, or of what the setting says', () => {
      const all = [notice('hs_email_optout', true)];
      expect(reported(all)).toMatchObject([{ topic: 'acme/newsletter' }, { topic: 'acme/offers' }]);
      expect(reported(all, { optOutTopics: ['*'] })).toMatchObject([{ topic: '*', state: 'withdrawn' }]);
    });

    test('an unsubscribe that comes in the form of newer apps', () => {
      const object = { subscriptionType: 'object.propertyChange', objectTypeId: '0-1' };
      expect(reported([notice('hs_email_optout_1001', 'true', object)])).toHaveLength(1);
      expect(reported([notice('hs_email_optout_1001', 'true', { ...object, objectTypeId: '0-2' })])).toEqual(
        [],
      );
    });

    test('no grant, ever', () => {
      expect(reported([notice('hs_email_optout', 'false'), notice('hs_email_optout_1001', '')])).toEqual([]);
    });

    test('nothing of facts that mean nothing here', () => {
      const creation = { subscriptionType: 'contact.creation', objectId: 51, occurredAt: 1 };
      expect(reported([creation, notice('firstname', 'true'), notice('hs_email_optout_9', 'true')])).toEqual(
        [],
      );
    });

    test.each([[undefined], [{}], [[{ subscriptionType: 'contact.propertyChange' }]], ['[]']])(
      'that %j is no list of events',
      (body) => {
        expect(reported(body)).toEqual({ invalid: 'not a list of HubSpot events' });
      },
    );

    test('under a signature over the decoded address', () => {
      const url = 'https://heed.example/v1/destinations/hubspot/notices?a=%40b%20c';
      const headers = { 'x-hubspot-request-timestamp': '17' };
      expect(hubspot.receive?.signature.signed({ method: 'POST', url, headers, body: '[]' })).toBe(
        'POSThttps://heed.example/v1/destinations/hubspot/notices?a=@b%20c[]17',
      );
    });
  });

  test('does not start with two topics on one subscription id', () => {
    const twice = { subscriptions: { 'acme/newsletter': 7, 'acme/offers': 7 } };
    expect(hubspot.settings.safeParse(twice).success).toBe(false);
  });
});

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
  const flagsWritten = (choices: Parameters<typeof aDelivery>[0], more: object = {}): unknown =>
    carried(told(choices, { flags: 'contact', consents: false, ...more }, grace))[0];

  test('looks for an address among Contacts, then Leads, escaped for a query', () => {
    const first = calls({});
    expect(inWords(first)).toEqual([
      "GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Contact WHERE Email = 'o\\'hara+news@example.com'",
    ]);
    expect(inWords(following(first, 0, found()))).toEqual([
      "GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Lead WHERE Email = 'o\\'hara+news@example.com'",
    ]);
  });

  test('goes by a record id where there is one', () => {
    const identifiers = { salesforce: '00Q000000000001AAA', email: ADDRESS };
    expect(inWords(calls({ identifiers }))).toEqual([
      "GET /services/data/v62.0/query?q=SELECT Id, IndividualId FROM Lead WHERE Id = '00Q000000000001AAA'",
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
        PrefKey__c: 'ada|acme/newsletter|email|0PK000000000001AAA',
        ...{
          PrivacyConsentStatus: 'OptIn',
          DataUsePurposeId: '0ZW000000000001AAA',
          ContactPointType: 'Email',
        },
        ...{
          ...evidence,
          CaptureSource: 'form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7',
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
      'kept apart by channel',
      { choices: [aRow('acme/newsletter', 'granted', { channel: 'phone' })] },
      { DoNotCall: false },
    ],
  ])('has a flag that is %s', (_name, delivery, expected) => {
    expect(flagsWritten(delivery)).toEqual(expected);
  });

  test('keeps its flags to the kinds of record that are configured', () => {
    expect(told({}, { flags: 'lead', consents: false }, grace)).toEqual([]);
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
    expect(outcome && spoken(outcome)).toBe(expected);
  });

  test('does not start when two channels are one to Salesforce', () => {
    const channels = { phone: { type: 'Phone' }, sms: { type: 'Phone' } };
    expect(salesforce.settings.safeParse({ ...base, channels }).success).toBe(false);
  });
});

describe('webhook', () => {
  const settings = webhook.settings.parse({ url: 'https://hooks.example/in/7?tenant=a' });
  const key = newSigningKey();
  const older = newSigningKey();
  const request = (id: string) => ({
    method: 'POST',
    url: 'https://hooks.example/in/7',
    body: '{"a":1}',
    id,
    timestamp: Math.floor(Date.now() / 1000),
  });
  const sign = (id: string, keys: readonly string[]) => {
    const secret = webhook.secret.parse({ keys });
    return webhook.auth.kind === 'signed' ? webhook.auth.sign(request(id), secret) : {};
  };

  test('is sent the event itself, as a CloudEvent in structured mode', () => {
    const delivery = aDelivery();
    const [call] = webhook.translate(delivery, settings);
    expect(call).toMatchObject({
      ...{ method: 'POST', path: '/in/7?tenant=a' },
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    });
    expect(carried(call ? [call] : [])).toEqual([JSON.stringify(delivery.event)]);
  });

  test.each([['the newer'], ['the older']])('is signed for a receiver that knows only %s key', (which) => {
    const headers = sign('ada:7', [key, older]);
    const receiver = new Webhook(which === 'the newer' ? key : older);
    expect(receiver.verify('{"a":1}', { ...headers })).toEqual({ a: 1 });
  });

  test('is signed so that another body is refused', () => {
    expect(() => new Webhook(key).verify('{"a":2}', { ...sign('ada:7', [key]) })).toThrow();
  });

  test('has ids without the sign that separates what is signed', () => {
    expect(sign('ada.b:7', [key])['webhook-id']).toBe('ada%2Eb:7');
    expect(new Webhook(key).verify('{"a":1}', { ...sign('ada.b:7', [key]) })).toEqual({ a: 1 });
  });

  test.each([
    [newSigningKey().slice(0, 30)],
    [newSigningKey().slice('whsec_'.length)],
    ['whsec_not base64 at all, not at all'],
  ])('does not start with a key that is too short, or not one', (bad) => {
    expect(webhook.secret.safeParse({ keys: [bad] }).success).toBe(false);
  });

  test.each<[number, string | undefined]>([
    [204, undefined],
    [302, 'failed redirected'],
    [408, 'retry http-408'],
    [410, 'failed endpoint-gone'],
    [429, undefined],
    [503, undefined],
  ])('reads %i as %s', (status, expected) => {
    const outcome = webhook.interpret?.(aReply(status));
    expect(outcome && spoken(outcome)).toBe(expected);
  });
});

/** An outcome as `kind reason`. */
const spoken = (
  outcome: Extract<Call, { outcome: unknown }>['outcome'] | { kind: 'retry'; reason: string },
) => ('reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind);
