import { describe, expect, test } from 'vitest';
import type { Call, Delivery, Reply } from '../../lib/destinations/destination.ts';
import { sapMarketingCloud } from '../../lib/destinations/sap-marketing-cloud.ts';
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

const QUOTED = ADDRESS.replace("'", "''");
const at = (iso: string): string => `/Date(${Date.parse(iso)}+0000)/`;

describe('sap-marketing-cloud', () => {
  const base = {
    host: 'https://my300000-api.s4hana.ondemand.com',
    topics: { 'acme/newsletter': 'NEWS', 'acme/offers': 'OFFERS' },
  };
  const settings = (more: object = {}) => sapMarketingCloud.settings.parse({ ...base, ...more });
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    sapMarketingCloud.translate(aDelivery(delivery), settings(more));
  const session = { 'x-csrf-token': 'T1', 'set-cookie': 'SAP_SESSIONID=s1; path=/' };
  const found = (...results: readonly object[]) => aReply(200, { d: { results } }, session);
  const row = (area: string, value: 'Y' | 'N', more: object = {}) => ({
    ...{
      ContactID: '4711',
      ContactOrigin: 'SAP_ERP',
      ContactPermissionID: ADDRESS,
      ContactPermissionOrigin: 'EMAIL',
    },
    ...{
      MarketingArea: area,
      CommunicationMedium: 'EMAIL',
      ContactPermission: value,
      PermissionIsImplicit: false,
    },
    ...{ PermissionUTCDateTime: at('2026-04-01T00:00:00Z'), PermissionSourceSystem: 'CALLCENTER' },
    ...more,
  });
  const told = (
    delivery: Partial<Delivery>,
    rows: readonly object[] = [],
    more: object = {},
  ): readonly Call[] => following(calls(delivery, more), 0, found(...rows));
  /** What is written, as `area value time`; and what is known without writing. */
  const written = (all: readonly Call[], field = 'ContactPermission') =>
    all.map((call) => {
      if ('outcome' in call) return inWords([call])[0];
      const body = Object(carried([call])[0]);
      const area = /MarketingArea='(\w*)'/.exec(call.path)?.[1] ?? 'contact';
      return [area, body[field], body.PermissionUTCDateTime].filter(Boolean).join(' ');
    });
  const grant = (actor: 'subject' | 'system' = 'subject') => ({
    choices: [aRow('acme/newsletter', 'granted', { actor })],
  });
  const THEN = '2026-05-01T12:00:00';

  test('asks for the permissions of an address, and for a token to write with', () => {
    const [query] = calls(bothWays);
    expect(inWords(calls(bothWays))).toEqual([
      `GET /MarketingPermissions?$format=json&$filter=ContactPermissionID eq '${QUOTED}' and ContactPermissionOrigin eq 'EMAIL'`,
    ]);
    expect(query).toMatchObject({ headers: { 'x-csrf-token': 'Fetch' } });
  });

  test('is told withdrawals before grants, each under its own key, with token and cookie', () => {
    const all = told(bothWays);
    expect(written(all)).toEqual([`OFFERS N ${THEN}`, `NEWS Y ${THEN}`]);
    expect(all[0]).toMatchObject({
      method: 'PATCH',
      headers: {
        'x-csrf-token': 'T1',
        cookie: 'SAP_SESSIONID=s1',
        'sap-cuan-forcesynchronousprocessing': 'X',
      },
    });
    expect(inWords(all)[0]).toBe(
      `PATCH /MarketingPermissions(ContactOrigin='EMAIL',ContactID='${QUOTED}',ContactPermissionID='${QUOTED}',ContactPermissionOrigin='EMAIL',MarketingArea='OFFERS',CommunicationMedium='EMAIL')`,
    );
  });

  test('is told the withdrawals of a number before the grants of an address', () => {
    const choices = [
      aRow('acme/newsletter', 'granted'),
      aRow('acme/offers', 'withdrawn', { channel: 'sms' }),
    ];
    const identifiers = { email: ADDRESS, phone: '+4520123456' };
    const [second] = following(calls({ identifiers, choices }), 0, found());
    const all = second ? following([second], 0, found()) : [];
    expect(inWords(all).map((words) => /Medium='(\w+)'/.exec(words)?.[1])).toEqual(['SMS', 'EMAIL']);
  });

  test('a contact that is not there ends nothing that is to be said of another address', () => {
    const [first] = told({ choices: [aRow('acme/offers', 'withdrawn')] });
    const read = (reply: Reply) =>
      first && 'interpret' in first ? spoken(first.interpret?.(reply)) : undefined;
    expect(read(aReply(404))).toBe('delivered');
    expect(read(aReply(204))).toBeUndefined();
    expect(inWords(following(first ? [first] : [], 0, aReply(404)))).toEqual(['= skipped no-such-contact']);
    expect(following(first ? [first] : [], 0, aReply(202))).toEqual([
      { outcome: { kind: 'delivered', appliedLater: true } },
    ]);
  });

  test('gets the evidence of a choice', () => {
    expect(carried(told(grant()))).toEqual([
      {
        ...{ PermissionUTCDateTime: THEN, ContactPermission: 'Y', IsConfirmationRequired: false },
        ...{
          PermissionSourceSystem: 'HEED',
          PermissionSourceCommMedium: 'WEB',
          PermissionSourceObject: 'ada:7',
        },
        PermissionNoteText: 'form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7; consent',
      },
    ]);
    const more = { valueField: 'PermissionGranted', sourceSystemType: 'WEB_SHOP', synchronous: false };
    const [call] = told(grant(), [], more);
    expect(carried(call ? [call] : [])).toMatchObject([
      { PermissionGranted: 'Y', PermissionSourceSystemType: 'WEB_SHOP' },
    ]);
    expect(call && 'headers' in call && call.headers).not.toHaveProperty(
      'sap-cuan-forcesynchronousprocessing',
    );
  });

  test('writes over every permission about the same, under the contact’s own key, and never with an older time', () => {
    const rows = [
      row('NEWS', 'N', { PermissionSourceSystem: 'HEED', PermissionUTCDateTime: at('2026-06-01T00:00:00Z') }),
      row('NEWS', 'Y', { ContactID: '4712' }),
      row('OFFERS', 'Y'),
      row('NEWS', 'Y', { CommunicationMedium: 'SMS' }),
    ];
    const all = told(grant(), rows);
    expect(written(all)).toEqual(['NEWS Y 2026-06-01T00:00:01', `NEWS Y ${THEN}`]);
    expect(inWords(all).map((words) => /ContactID='(\w+)'/.exec(words)?.[1])).toEqual(['4711', '4712']);
  });

  test('an address that somebody left is withdrawn now, where there is a permission, and gets none that is new', () => {
    const left = { choices: [aRow('acme/offers', 'withdrawn')], retired: true };
    expect(written(told(left))).toEqual(['= skipped no-such-contact']);
    expect(written(told(left, [row('OFFERS', 'Y')]))).toEqual(['OFFERS N 2026-05-01T12:01:00']);
  });

  test('is not told again what it says already in the same words', () => {
    const [body] = carried(told(grant()));
    const { PermissionNoteText } = Object(body);
    const kept = row('NEWS', 'Y', { PermissionNoteText, PermissionSourceSystem: 'HEED' });
    expect(written(told(grant(), [kept]))).toEqual(['= delivered ']);
  });

  const refused = '= needs-user-action refused-at-sap-marketing-cloud';

  test.each<[string, Partial<Delivery>, object, readonly string[]]>([
    ['of Heed’s is replaced', grant('system'), { PermissionSourceSystem: 'HEED' }, [`NEWS Y ${THEN}`]],
    ['is replaced by the person’s later word', grant(), {}, [`NEWS Y ${THEN}`]],
    ['that SAP only assumes is none', grant('system'), { PermissionIsImplicit: true }, [`NEWS Y ${THEN}`]],
    [
      'is not replaced by their earlier word',
      grant(),
      { PermissionUTCDateTime: at('2026-06-01T00:00:00Z') },
      [refused],
    ],
    ['is never replaced by a system', grant('system'), {}, [refused]],
    [
      'stays as the person gave it when Heed says no too',
      { choices: [aRow('acme/newsletter', 'withdrawn')] },
      {},
      ['= delivered '],
    ],
  ])('a refusal that is there %s', (_name, delivery, more, expected) => {
    expect(written(told(delivery, [row('NEWS', 'N', more)]))).toEqual(expected);
  });

  test('an assumed permission is no reason not to withdraw', () => {
    const implicit = row('OFFERS', 'Y', { PermissionIsImplicit: true });
    expect(written(told({ choices: [aRow('acme/offers', 'withdrawn')] }, [implicit]))).toEqual([
      `OFFERS N ${THEN}`,
    ]);
  });

  test('a new contact comes first, and only for a grant', () => {
    const more = { createContacts: true };
    expect(written(told(bothWays, [], more))).toEqual(['contact', `OFFERS N ${THEN}`, `NEWS Y ${THEN}`]);
    expect(written(told(bothWays, [row('NEWS', 'Y')], more))).not.toContain('contact');
    expect(written(told({ choices: [aRow('acme/offers', 'withdrawn')] }, [], more))).toEqual([
      `OFFERS N ${THEN}`,
    ]);
  });

  test('tells permissions apart by category where its key has one', () => {
    const topics = {
      'acme/newsletter': { area: 'ACME', category: 'NEWS' },
      'acme/offers': { area: 'ACME', category: 'OFFERS' },
    };
    const rows = [row('ACME', 'Y', { CommunicationCategory: 'OFFERS' })];
    const [call] = told(grant(), rows, { topics });
    expect(inWords(call ? [call] : [])[0]).toContain(
      "CommunicationMedium='EMAIL',CommunicationCategory='NEWS')",
    );
  });

  test('asks nothing of a topic or a channel that is not mapped', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
    expect(calls({ choices: [aRow('acme/offers', 'withdrawn', { channel: 'sms' })] })).toEqual([]);
  });

  test.each<[string, Reply, string | undefined]>([
    [
      'a token that expired is fetched again',
      aReply(403, 'CSRF', { 'x-csrf-token': 'Required' }),
      'retry csrf-token-required',
    ],
    ['a missing right needs us', aReply(403, { error: { code: '/IWFND/MED/123' } }), 'failed IWFND-MED-123'],
    ['a refusal needs us', aReply(400, { error: { code: 'CUAN_API/012' } }), 'failed CUAN_API-012'],
    [
      'a code that is none gives the status',
      aReply(400, { error: { code: 'ada@example.com' } }),
      'failed http-400',
    ],
    ['a refused user is left to the status', aReply(401, '<html>'), undefined],
    ['their own trouble is left to its status', aReply(503, '<html>'), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(sapMarketingCloud.interpret?.(reply))).toBe(expected);
  });

  test.each([
    [
      'two topics on one area',
      { topics: { 'acme/newsletter': 'NEWS', 'acme/offers': 'NEWS' } },
      'the same marketing area',
    ],
    [
      'two topics that only a category tells apart, which the key lacks',
      {
        topics: {
          'acme/newsletter': { area: 'A', category: 'N' },
          'acme/offers': { area: 'A', category: 'O' },
        },
        categoryInKey: false,
      },
      'without categories in the key',
    ],
    [
      'two channels on one medium',
      {
        channels: {
          sms: { medium: 'SMS', origin: 'MOBILE', by: 'phone' },
          phone: { medium: 'SMS', origin: 'PHONE', by: 'phone' },
        },
      },
      'the same medium',
    ],
    ['a version that is none', { serviceVersion: 'v4' }, 'four digits'],
  ])('does not start with %s', (_name, more, message) => {
    expect(sapMarketingCloud.settings.safeParse({ ...base, ...more }).error?.message).toContain(message);
  });
});
