import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/destinations/destination.ts';
import { learnFrom } from '../../lib/destinations/loginradius/notices.ts';
import { loginradius } from '../../lib/destinations/loginradius.ts';
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

const topics = {
  'acme/newsletter': { email: { choice: 'news', evidence: 'news_evidence' } },
  'acme/offers': { email: 'offers' },
};
const settings = (more: object = {}) => loginradius.settings.parse({ topics, ...more });
const stopField = 'heed_stopped';

describe('loginradius', () => {
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    loginradius.translate(aDelivery({ identifiers: { loginradius: 'u 1' }, ...delivery }), settings(more));
  const told = (delivery: Partial<Delivery>, profile: object) =>
    following(calls(delivery, { stopField }), 0, aReply(200, { Uid: 'u 1', ...profile }));
  const grant = { choices: [aRow('acme/offers', 'granted')] };
  const stop = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] };

  test('is told withdrawals alone and first, by id without asking', () => {
    expect(inWords(calls(bothWays))).toEqual([
      'PUT /identity/v2/manage/account/u 1',
      'PUT /identity/v2/manage/account/u 1',
    ]);
    expect(carried(calls(bothWays))).toEqual([
      { CustomFields: { offers: 'false' } },
      {
        CustomFields: { news: 'true', news_evidence: expect.stringMatching(/^true; form; .*marketing 3 en/) },
      },
    ]);
  });

  test('is asked for the account of an address', () => {
    const [call] = inWords(calls({ ...bothWays, identifiers: { email: ADDRESS } }));
    expect(call).toBe(`GET /identity/v2/manage/account?email=${ADDRESS}`);
  });

  test('unsubscribes from everything only who stopped everything, and only where that can be noted', () => {
    const stopped = {
      IsEmailSubscribed: false,
      CustomFields: { offers: 'false', [stopField]: expect.any(String) },
    };
    expect(carried(told(stop, {}))).toEqual([stopped]);
    expect(carried(told({ choices: stop.choices }, {}))).toEqual([{ CustomFields: { offers: 'false' } }]);
    expect(carried(calls(stop))).toEqual([{ CustomFields: { offers: 'false' } }]);
  });

  test('lifts with a grant what Heed stopped, and nothing that the person stopped there', () => {
    const ours = told(grant, { IsEmailSubscribed: false, CustomFields: { [stopField]: '2026-05-01' } });
    expect(carried(ours)).toEqual([
      { CustomFields: { offers: 'true', [stopField]: '' }, IsEmailSubscribed: true },
    ]);
    const theirs = told(grant, { IsEmailSubscribed: false });
    expect(carried(theirs)).toEqual([{ CustomFields: { offers: 'true' } }]);
    expect(inWords(theirs).at(-1)).toBe('= needs-user-action unsubscribed-at-loginradius');
  });

  test('does not note as its own what the person had stopped before', () => {
    expect(carried(told(stop, { IsEmailSubscribed: false }))).toEqual([
      { CustomFields: { offers: 'false' } },
    ]);
  });

  test('reads errors by their number, and never their words', () => {
    const read = (status: number, body: unknown) => spoken(loginradius.interpret?.(aReply(status, body)));
    expect(read(403, { ErrorCode: 938, Description: ADDRESS })).toBe('skipped no-such-account');
    expect(read(200, { ErrorCode: 1134, Description: ADDRESS })).toBe('failed loginradius-1134');
    expect(read(500, { ErrorCode: 1000 })).toBeUndefined();
    expect(read(429, { ErrorCode: 1000 })).toBeUndefined();
  });

  test.each([
    ['one field for two topics', { topics: { a: { email: 'x' }, b: { email: 'x' } } }],
    ['a topic in the field for stopping everything', { stopField: 'offers' }],
    ['one word for yes and no', { values: { granted: 'x', withdrawn: 'x' } }],
  ])('does not start with %s', (_what, more) => {
    expect(loginradius.settings.safeParse({ topics, ...more }).success).toBe(false);
  });
});

describe('loginradius reports', () => {
  const Time = '2026-05-01T10:00:00.1234561Z';
  const reported = (CustomFields: object, more: object = {}) => {
    const learned = learnFrom(
      { HookName: 'UpdateProfile', Time, Data: { Uid: 'u1', CustomFields }, ...more },
      settings(),
    );
    return 'choices' in learned ? learned : undefined;
  };

  test('what stands in the fields, at the time of the notice', () => {
    expect(reported({ news: 'false', offers: '' })?.choices).toEqual([
      {
        identifier: { kind: 'loginradius', value: 'u1' },
        ...{ topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' },
        ...{ occurredAt: '2026-05-01T10:00:00.123Z', method: 'loginradius' },
      },
    ]);
  });

  test('a stop for each address, too; a yes for the account alone', () => {
    const Email = [
      { Type: 'Primary', Value: ADDRESS },
      { Type: 'Other', Value: '' },
    ];
    const kinds = (value: string) => {
      const Data = { Uid: 'u1', Email, CustomFields: { news: value } };
      return reported({}, { Data })?.choices.map(({ identifier: { kind, value } }) => `${kind} ${value}`);
    };
    expect(kinds('false')).toEqual(['loginradius u1', `email ${ADDRESS}`]);
    expect(kinds('true')).toEqual(['loginradius u1']);
  });

  test('nothing that Heed wrote, until somebody else changes it', () => {
    expect(reported({ news: 'true', news_evidence: 'true; form; web' })?.choices).toEqual([]);
    expect(reported({ news: 'false', news_evidence: 'true; form; web' })?.choices).toHaveLength(1);
  });

  test('by asking, where the notice tells no time', () => {
    const [ask] = reported({ news: 'false' }, { Time: 'a moment ago' })?.asks ?? [];
    const date = 'Fri, 01 May 2026 10:00:00 GMT';
    const learned = ask?.learn(aReply(200, { Uid: 'u1', CustomFields: { news: 'false' } }, { date }));
    expect(learned?.choices).toMatchObject([{ state: 'withdrawn', occurredAt: '2026-05-01T10:00:00.000Z' }]);
    expect(ask?.learn(aReply(403, { ErrorCode: 938 }))).toEqual({ choices: [] });
    expect(ask?.learn(aReply(200, {}))).toBeUndefined();
  });

  test('that anything else is no notification', () => {
    expect(learnFrom({ hello: 1 }, settings())).toHaveProperty('invalid');
  });
});
