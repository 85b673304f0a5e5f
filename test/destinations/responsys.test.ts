import { describe, expect, test } from 'vitest';
import type { Ask, Call, Learned, Reply } from '../../lib/destinations/destination.ts';
import { responsys } from '../../lib/destinations/responsys.ts';
import { ADDRESS, aDelivery, aReply, aRow, bothWays, carried, following, spoken } from './deliveries.ts';

const TOPICS = {
  'acme/newsletter': { email: 'NEWS', sms: 'NEWS_SMS' },
  'acme/offers': { email: 'OFFERS' },
};

const settings = (more: object = {}) =>
  responsys.settings.parse({
    ...{ loginUrl: 'https://login2.responsys.net', list: 'A list', extension: 'CHOICES', topics: TOPICS },
    ...more,
  });

const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}): readonly Call[] =>
  responsys.translate(aDelivery(delivery), settings(more));

/** What a call would send. */
const bodyOf = (call: Call | undefined): unknown =>
  call && 'items' in call ? call.wrap(call.items) : call && 'body' in call ? call.body : undefined;

const LIST = '/rest/api/v1.3/lists/A%20list';
const MEMBERS = `${LIST}/members`;
const CHOICES = `${LIST}/listExtensions/CHOICES/members`;
const pathsOf = (all: readonly Call[]) => all.map((call) => ('outcome' in call ? '=' : call.path));

const PHONE = '+4520123456';
const both = { email: ADDRESS, phone: PHONE };

describe('what Responsys is told', () => {
  test('a choice goes into the extension table, where no permission is', () => {
    const [withdrawal] = calls({ choices: [aRow('acme/offers', 'withdrawn')] });
    expect(bodyOf(withdrawal)).toEqual({
      recordData: {
        fieldNames: ['EMAIL_ADDRESS_', 'OFFERS'],
        records: [[ADDRESS, 'N']],
        mapTemplateName: null,
      },
      ...{ insertOnNoMatch: true, updateOnMatch: 'REPLACE_ALL', matchColumnName1: 'EMAIL_ADDRESS' },
    });
  });

  test('withdrawals come before grants, and each has columns of its own', () => {
    const [withdrawal, , grant] = calls(bothWays, { lift: 'any' });
    expect(JSON.stringify(bodyOf(withdrawal))).not.toContain('NEWS');
    expect(JSON.stringify(bodyOf(grant))).not.toContain('OFFERS');
  });

  test('a stop says the status of its own channel alone, and adds nobody', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn', { channel: 'sms' })];
    const [stop] = calls({ choices, identifiers: both, stoppedAll: ['sms'] });
    expect(bodyOf(stop)).toMatchObject({
      recordData: {
        fieldNames: ['MOBILE_NUMBER_', 'MOBILE_PERMISSION_STATUS_', 'MOBILE_PERMISSION_REASON_'],
        records: [['4520123456', 'O', expect.stringMatching(/^Heed stop: form; form; 2026-.*consent$/)]],
      },
      mergeRule: {
        insertOnNoMatch: false,
        matchColumnName1: 'MOBILE_NUMBER_',
        defaultPermissionStatus: 'OPTOUT',
      },
    });
  });

  test('every topic withdrawn one by one is no stop, nor is one where the setting says no', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
    expect(pathsOf(calls({ choices }))).toEqual([CHOICES]);
    expect(pathsOf(calls({ choices, stoppedAll: ['email'] }, { globalStop: false }))).toEqual([CHOICES]);
    expect(pathsOf(calls({ choices, stoppedAll: ['email'] }))).toEqual([MEMBERS, CHOICES]);
  });

  test('nothing is granted on a channel that is stopped, not even for somebody else at that address', () => {
    const choices = [aRow('acme/newsletter', 'granted'), aRow('acme/offers', 'withdrawn')];
    const told = calls({ choices, stoppedAll: ['email'] }, { lift: 'any' });
    expect(carried(told).flatMap((line) => JSON.stringify(line))).not.toContain('"Y"');
    expect(pathsOf(told)).toEqual([MEMBERS, CHOICES]);
  });

  test('lines of another purpose, or with other columns, never share a request', () => {
    const choices = [
      aRow('acme/newsletter', 'withdrawn'),
      aRow('acme/newsletter', 'granted', { channel: 'sms' }),
    ];
    const told = [
      ...calls({ choices, identifiers: both, stoppedAll: ['email'] }, { lift: 'any' }),
      ...calls({ choices: [aRow('acme/offers', 'withdrawn')] }),
      ...calls({ choices: [aRow('acme/offers', 'granted')] }, { lift: 'any' }),
    ];
    const marks = told.flatMap((call) => ('items' in call ? [`${call.path} ${call.group}`] : []));
    const shapes = told.map((call) => JSON.stringify(bodyOf(call)).replace(/"records":.*?\]\]/, ''));
    expect(new Set(marks.map((mark, n) => `${mark} ${shapes[n]}`)).size).toBe(new Set(marks).size);
    expect(new Set(marks).size).toBe(new Set(shapes).size);
  });

  test('a row without an identifier of its channel is left out', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn', { channel: 'sms' })];
    expect(calls({ choices })).toEqual([]);
    expect(carried(calls({ choices, identifiers: { phone: PHONE } }, { phone: 'e164' }))).toMatchObject([
      [PHONE, 'N'],
    ]);
  });
});

describe('a grant', () => {
  const member = (status: string | null, reason: string | null = null) =>
    aReply(200, {
      recordData: {
        fieldNames: ['RIID_', 'EMAIL_PERMISSION_STATUS_', 'EMAIL_PERMISSION_REASON_'],
        records: [['7', status, reason]],
      },
    });
  const nobody = aReply(404, { errorCode: 'RECORD_NOT_FOUND', detail: `${ADDRESS} is not in the list` });
  const taught = (reply: Reply) => following(calls({}), 0, reply);

  test('is looked up first, with the address in the body', () => {
    const [lookup] = calls({});
    expect(lookup).toMatchObject({ path: `${MEMBERS}?action=get`, lookup: true });
    expect(bodyOf(lookup)).toMatchObject({ ids: [ADDRESS], queryAttribute: 'e' });
  });

  test.each<[string, Reply, readonly string[]]>([
    ['says no status of who is in already', member('I'), [CHOICES]],
    ['opts in whom Heed opted out', member('O', 'Heed stop: form; ada:6'), [MEMBERS, CHOICES]],
    ['opts in who was never asked', member(null), [MEMBERS, CHOICES]],
    ['lifts no opt-out of which Heed knows nothing', member('O', 'Unsubscribe form'), ['=']],
    ['lifts none that Responsys left with Heed’s older reason', member('O', 'Heed grant: ada:5'), ['=']],
    ['adds who is no member', nobody, [MEMBERS, CHOICES]],
  ])('%s', (_name, reply, paths) => {
    expect(pathsOf(taught(reply))).toEqual(paths);
  });

  test('needs the person where somebody else opted them out', () => {
    expect(taught(member('O'))).toEqual([
      { outcome: { kind: 'needs-user-action', reason: 'opted-out-at-responsys' } },
    ]);
  });

  test('adds a member whose every status is said, and overwrites nobody who came in between', () => {
    const [create] = taught(nobody);
    const body = bodyOf(create);
    expect(body).toMatchObject({ mergeRule: { insertOnNoMatch: true, updateOnMatch: 'NO_UPDATE' } });
    expect(JSON.stringify(body)).toMatch(
      /MOBILE_PERMISSION_STATUS_.*POSTAL_PERMISSION_STATUS_.*"I".*"O".*"O"/,
    );
  });

  test('adds nobody by a number', () => {
    const choices = [aRow('acme/newsletter', 'granted', { channel: 'sms' })];
    const told = calls({ choices, identifiers: { phone: PHONE } });
    expect(following(told, 0, nobody)).toEqual([{ outcome: { kind: 'skipped', reason: 'no-such-member' } }]);
  });

  test('is not taken for a stranger’s because the list itself is missing', () => {
    const [lookup] = calls({});
    const read = (reply: Reply) =>
      lookup && 'interpret' in lookup ? lookup.interpret?.(reply)?.kind : undefined;
    expect(read(nobody)).toBe('delivered');
    expect(read(aReply(404, { errorCode: 'LIST_NOT_FOUND' }))).toBeUndefined();
  });
});

describe('what Responsys answers', () => {
  const [told] = calls({ choices: [aRow('acme/offers', 'withdrawn')] });
  const line = (text: string | null): string | undefined => {
    const reply = aReply(200, { recordData: { fieldNames: ['RIID_'], records: [[text]] } });
    const outcomes = told && 'items' in told ? told.split(reply, [[]]) : undefined;
    return spoken(outcomes?.[0]);
  };

  test.each([
    ['4094326', 'delivered'],
    [`MERGEFAILED: Record 0 = INVALID_PARAMETER: ${ADDRESS} is no address`, 'failed INVALID_PARAMETER'],
    ['MERGEFAILED: Record 0 = API_LIMIT_EXCEEDED: slow down', 'retry API_LIMIT_EXCEEDED'],
    ['MERGEFAILED: Record 0 = RECORD_NOT_FOUND: who', 'skipped no-such-member'],
    ['MERGEFAILED: Record 0: no matching member', 'skipped no-such-member'],
    ['MERGEFAILED: Record 0 = INVALID_FIELD_NAME: column not found', 'failed INVALID_FIELD_NAME'],
    ['MERGEFAILED: the record not in a state to be merged', 'failed MERGEFAILED'],
    [null, 'skipped no-such-member'],
  ])('%s', (text, expected) => {
    expect(line(text)).toBe(expected);
  });

  test('only the last of a person’s withdrawals ends their calls', () => {
    const choices = [
      aRow('acme/offers', 'withdrawn'),
      aRow('acme/newsletter', 'withdrawn', { channel: 'sms' }),
    ];
    const goesOn = (delivery: Parameters<typeof aDelivery>[0]) =>
      calls(delivery).map((call) => 'goesOn' in call && call.goesOn);
    const stops = goesOn({ choices, identifiers: both, stoppedAll: ['email', 'sms'] });
    expect(stops).toEqual([true, true, true, false]);
    expect(goesOn(bothWays)).toContain(true);
  });

  test.each<[string, Reply, string | undefined]>([
    ['a limit waits a minute', aReply(403, { errorCode: 'API_LIMIT_EXCEEDED' }), 'retry API_LIMIT_EXCEEDED'],
    ['a block needs us', aReply(403, { errorCode: 'API_BLOCKED' }), 'failed API_BLOCKED'],
    ['a refusal without a code gives the status', aReply(400, 'no'), 'failed http-400'],
    ['a 200 of somebody else is tried again', aReply(200, '<html>'), 'retry unreadable-reply'],
    ['500 is left to its status', aReply(500, { errorCode: 'UNEXPECTED_EXCEPTION' }), undefined],
    ['429 is left to its status', aReply(429), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(responsys.interpret?.(reply))).toBe(expected);
  });

  test.each<[number, object, boolean]>([
    [500, { errorCode: 'UNEXPECTED_EXCEPTION', detail: 'Not a valid authentication token' }, true],
    [401, { errorCode: 'TOKEN_EXPIRED' }, true],
    [500, { errorCode: 'UNEXPECTED_EXCEPTION', detail: 'Something else' }, false],
    [200, { detail: 'authentication token' }, false],
  ])('a session has ended by %i %o: %s', (status, body, expected) => {
    expect(responsys.expired?.(aReply(status, body))).toBe(expected);
  });
});

describe('what Responsys reports', () => {
  const learned = (body: unknown, more: object = {}): Learned => {
    const said = responsys.receive?.changes(body, settings(more));
    if (!said || 'invalid' in said) throw new Error('not understood');
    return said;
  };
  const event = (failureType: string, riid = '7') => ({ riid, failureType, channelType: 'Email' });
  const DATE = 'Fri, 01 May 2026 10:00:00 GMT';
  const answer = (cells: Readonly<Record<string, string | null>>, status = 200) =>
    aReply(
      status,
      { recordData: { fieldNames: Object.keys(cells), records: [Object.values(cells)] } },
      { date: DATE },
    );
  const out = (reason: string | null, status = 'O') => ({
    ...{ RIID_: '7', EMAIL_ADDRESS_: ADDRESS, MOBILE_NUMBER_: '4520123456' },
    ...{ EMAIL_PERMISSION_STATUS_: status, EMAIL_PERMISSION_REASON_: reason },
    ...{ MOBILE_PERMISSION_STATUS_: status, MOBILE_PERMISSION_REASON_: reason },
  });
  const taught = (failureType: string, reply: Reply, more: object = {}) => {
    const [ask]: readonly (Ask | undefined)[] = learned([event(failureType)], more).asks ?? [];
    return ask?.learn(reply);
  };

  test('an opt-out asks who that member is, many at once', () => {
    const { choices, asks = [] } = learned([
      event('EMAIL_OPTOUT'),
      event('EMAIL_OPTOUT', '8'),
      event('EMAIL_CLICKED'),
    ]);
    expect(choices).toEqual([]);
    expect(asks).toMatchObject([
      { path: `${MEMBERS}?action=get`, body: { ids: ['7', '8'], queryAttribute: 'r' } },
    ]);
    expect(learned(event('SMS_OPT_OUT')).asks).toHaveLength(1);
  });

  test('an opt-out that names nobody is not passed over, and keeps no other back', () => {
    const { asks, unread } = learned([{ failureType: 'EMAIL_OPTOUT' }, event('EMAIL_OPTOUT', '8')]);
    expect(asks).toMatchObject([{ body: { ids: ['8'] } }]);
    expect(unread).toBe('an opt-out that names nobody');
  });

  test('an opt-in names no topic, and is no grant', () => {
    expect(learned([event('EMAIL_OPTIN')])).toEqual({ choices: [], asks: [] });
  });

  test('who is opted out withdraws every topic of the channel, at the time Responsys says so', () => {
    const said = { state: 'withdrawn', occurredAt: '2026-05-01T10:00:00.000Z' };
    expect(taught('EMAIL_OPTOUT', answer(out(null)))?.choices).toEqual([
      {
        identifier: { kind: 'email', value: ADDRESS },
        topic: 'acme/newsletter',
        channel: 'email',
        method: 'responsys-email-optout',
        ...said,
      },
      {
        identifier: { kind: 'email', value: ADDRESS },
        topic: 'acme/offers',
        channel: 'email',
        method: 'responsys-email-optout',
        ...said,
      },
    ]);
    expect(taught('SMS_OPT_OUT', answer(out(null)))?.choices).toMatchObject([
      { identifier: { kind: 'phone', value: PHONE }, topic: 'acme/newsletter', channel: 'sms' },
    ]);
    expect(
      taught('EMAIL_COMPLAINT', answer(out(null)), { optOutTopics: ['acme/offers'] })?.choices,
    ).toMatchObject([{ topic: 'acme/offers' }]);
  });

  test('Heed’s own stop is no news, nor is who is opted in', () => {
    expect(taught('EMAIL_OPTOUT', answer(out('Heed stop: ada:3')))?.choices).toEqual([]);
    expect(taught('EMAIL_OPTOUT', answer(out('Heed grant: ada:3', 'I')))?.choices).toEqual([]);
  });

  test('an opt-out that a grant on its way has overwritten counts all the same', () => {
    const overtaken = answer(out('Heed grant: ada:3', 'I'));
    expect(taught('EMAIL_OPTOUT', overtaken, { lift: 'any' })?.choices).toHaveLength(2);
  });

  test('a member who is gone teaches nothing, an answer that cannot be read is asked for again', () => {
    expect(taught('EMAIL_OPTOUT', aReply(404, { errorCode: 'RECORD_NOT_FOUND' }))).toEqual({ choices: [] });
    expect(taught('EMAIL_OPTOUT', aReply(403, { errorCode: 'API_BLOCKED' }))).toBeUndefined();
    expect(taught('EMAIL_OPTOUT', aReply(200, out(null)))).toBeUndefined();
  });

  test.each<[string, Readonly<Record<string, string>>, string | undefined, string | undefined]>([
    [
      'the password of Basic authentication',
      { authorization: `Basic ${btoa('heed:a:b')}` },
      undefined,
      'a:b',
    ],
    ['the end of the path', {}, 'in-the-path', 'in-the-path'],
    ['nothing', {}, undefined, undefined],
  ])('the secret it repeats is %s', (_name, headers, key, expected) => {
    const { signature } = responsys.receive ?? {};
    const notice = { method: 'POST', url: '', headers, body: '', ...(key && { key }) };
    expect(signature?.kind === 'shared-secret' && signature.given(notice)).toBe(expected);
  });

  test('a body that is no event is refused', () => {
    expect(responsys.receive?.changes('hello', settings())).toHaveProperty('invalid');
  });
});

test.each([
  ['two topics in one column', { topics: { a: { email: 'X' }, b: { email: 'x' } } }],
  ['a topic without a column', { topics: { a: {} } }],
  ['a yes that is a no', { values: { granted: 'Y', withdrawn: 'Y' } }],
])('Responsys is not started with %s', (_name, more) => {
  expect(() => settings(more)).toThrow();
});
