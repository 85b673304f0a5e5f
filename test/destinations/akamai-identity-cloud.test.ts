import { describe, expect, test } from 'vitest';
import { learnFrom } from '../../lib/destinations/akamai-identity-cloud/notices.ts';
import { akamaiIdentityCloud } from '../../lib/destinations/akamai-identity-cloud.ts';
import type { Call, Delivery } from '../../lib/destinations/destination.ts';
import { ADDRESS, aDelivery, aReply, aRow, bothWays, carried, inWords, spoken } from './deliveries.ts';

const UUID = '64a4b0c2-0c9d-4b8e-9d5a-000000000001';
const declared = {
  host: 'acme.eu.janraincapture.com',
  topics: { 'acme/newsletter': { email: 'news' }, 'acme/offers': { email: 'offers' } },
};
const settings = (more: object = {}) => akamaiIdentityCloud.settings.parse({ ...declared, ...more });

describe('akamai-identity-cloud', () => {
  const record = (consents: object = {}) => aReply(200, { stat: 'ok', result: { uuid: UUID, consents } });
  /** What is said, and what follows once the record has been read. */
  const told = (delivery: Partial<Delivery>, more: object = {}, consents: object = {}): readonly Call[] =>
    akamaiIdentityCloud
      .translate(aDelivery(delivery), settings(more))
      .flatMap((call) =>
        'lookup' in call && 'next' in call ? (call.next?.(record(consents)) ?? []) : [call],
      );
  const forms = (delivery: Partial<Delivery>, more: object = {}, consents: object = {}) =>
    carried(told(delivery, more, consents)).map((body) =>
      Object.fromEntries(new URLSearchParams(String(body))),
    );
  const valueIn = (form: Readonly<Record<string, string>> | undefined): unknown =>
    JSON.parse(form?.['value'] ?? '{}');

  test('is told withdrawals alone and first, each consent as an object of its own', () => {
    const [first, second] = forms(bothWays).map(valueIn);
    expect(first).toMatchObject({ consents: { offers: { granted: false } } });
    expect(second).toEqual({
      consents: {
        news: {
          granted: true,
          context: expect.stringContaining('notice marketing 3 en'),
          ...{ type: 'explicit', clientId: 'heed', updated: '2026-05-01 12:00:00 +0000' },
        },
      },
    });
  });

  test('names the person by id where it is known, else by the address, written as JSON', () => {
    const both = { email: ADDRESS, 'akamai-identity-cloud': UUID };
    const [byId] = forms({ ...bothWays, identifiers: both });
    expect(byId).toMatchObject({ type_name: 'user', uuid: UUID });
    expect(byId).not.toHaveProperty('key_value');
    expect(forms(bothWays)[0]).toMatchObject({ key_attribute: 'email', key_value: JSON.stringify(ADDRESS) });
    expect(forms({ ...bothWays, identifiers: {} })).toEqual([]);
  });

  test('is read before anything is granted, by what the person is named', () => {
    const calls = akamaiIdentityCloud.translate(aDelivery(bothWays), settings());
    expect(inWords(calls)).toEqual(['POST /entity.update', 'POST /entity']);
    const withdrawn = aDelivery({ choices: [aRow('acme/offers', 'withdrawn')] });
    expect(inWords(akamaiIdentityCloud.translate(withdrawn, settings()))).toEqual(['POST /entity.update']);
  });

  const NO = { granted: false, updated: '2026-05-01 13:00:00 +0000', clientId: 'site', context: '' };
  test.each<[string, object, Parameters<typeof aRow>[2], readonly string[]]>([
    ['over nothing', {}, {}, ['POST /entity.update']],
    ['over a yes', { ...NO, granted: true }, {}, ['POST /entity.update']],
    ['over an older no', { ...NO, updated: '2026-05-01 11:00:00 +0000' }, {}, ['POST /entity.update']],
    [
      'over Heed’s own no',
      { ...NO, clientId: 'heed', context: 'web; form; 2026-05-01T13:00:00.000Z; ada:1' },
      {},
      ['POST /entity.update'],
    ],
    ['over a newer no', NO, {}, ['= needs-user-action opted-out-at-akamai-identity-cloud']],
    [
      'over an older no, by a system',
      { ...NO, updated: '2026-05-01 11:00:00 +0000' },
      { actor: 'system' },
      ['= needs-user-action opted-out-at-akamai-identity-cloud'],
    ],
  ])('is told a grant %s, or is not', (_, news, row, words) => {
    const choices = [aRow('acme/newsletter', 'granted', row)];
    expect(inWords(told({ choices }, {}, { news }))).toEqual(words);
  });

  test('is told nothing of a topic or channel that is not mapped', () => {
    const choices = [aRow('acme/surveys', 'granted'), aRow('acme/offers', 'granted', { channel: 'sms' })];
    expect(forms({ choices })).toEqual([]);
  });

  test.each([
    [{ stat: 'ok' }, undefined],
    [{ stat: 'error', error: 'record_not_found' }, 'skipped no-such-record'],
    [{ stat: 'error', error: 'api_limit_error' }, 'retry api_limit_error'],
    [{ stat: 'error', error: 'try_later', code: 540 }, 'retry try_later'],
    [{ stat: 'error', error: 'permission_error', code: 403 }, 'failed permission_error'],
    [{ stat: 'error', error: `no such ${ADDRESS}` }, 'failed refused'],
    ['<html>', 'retry unreadable-reply'],
  ])('reads %j inside 200', (body, outcome) => {
    expect(spoken(akamaiIdentityCloud.interpret?.(aReply(200, body)))).toBe(outcome);
  });

  test('looks whether its client has changed where it is refused, under whatever status', () => {
    const refused = { stat: 'error', error: 'invalid_client_credentials' };
    expect(akamaiIdentityCloud.expired?.(aReply(200, refused))).toBe(true);
    expect(akamaiIdentityCloud.expired?.(aReply(200, { stat: 'error', error: 'permission_error' }))).toBe(
      false,
    );
  });

  test('takes the keys from where Akamai publishes them, and a notice that was sent again for a day', () => {
    const webhook = { issuer: 'i', keys: 'https://v1.api.us.janrain.com/0000/login/jwk' };
    expect(settings({ webhook }).webhook).toEqual(webhook);
    const { signature } = akamaiIdentityCloud.receive ?? {};
    const lastTry = 3 + 30 + 5 * 60 + 3600 + 24 * 3600;
    expect(signature?.kind === 'jwt' && signature.tolerance).toBeGreaterThan(lastTry);
  });

  test.each([
    ['one consent for two topics', { topics: { a: { email: 'x' }, b: { email: 'x' } } }],
    ['a path for a consent', { topics: { a: { email: 'x.y' } } }],
    ['another company’s host', { host: 'janraincapture.com.evil.example' }],
    ['keys of somebody else’s', { webhook: { issuer: 'i', keys: 'https://evil.example/keys' } }],
  ])('does not start with %s', (_what, more) => {
    expect(akamaiIdentityCloud.settings.safeParse({ ...declared, ...more }).success).toBe(false);
  });
});

describe('akamai-identity-cloud reports', () => {
  const event = (more: object = {}) => ({
    events: {
      entityUpdated: { captureClientId: 'site', entityType: 'user', sub: UUID, attributes: [], ...more },
    },
  });
  const asked = (more: object) => {
    const learned = learnFrom(event(more), settings());
    return 'asks' in learned ? (learned.asks ?? []) : [];
  };
  const learned = (consents: object) =>
    asked({})[0]?.learn(aReply(200, { stat: 'ok', result: { uuid: UUID, consents } }));

  test('whose record to ask for, and asks for it by its id', () => {
    expect(asked({})).toMatchObject([{ path: '/entity', body: `type_name=user&uuid=${UUID}` }]);
  });

  test.each([
    ['what Heed did itself', { captureClientId: 'heed' }],
    ['what is about something else', { attributes: ['/familyName', 'address.city'] }],
    ['what is about another kind of entity', { entityType: 'shop' }],
  ])('%s, and nobody is asked', (_what, more) => {
    expect(asked(more)).toEqual([]);
  });

  test.each([['consents'], ['/consents/news/granted'], ['consents.news'], ['news.granted']])(
    'whose record to ask for where %s changed',
    (attribute) => {
      expect(asked({ attributes: ['familyName', attribute] })).toHaveLength(1);
    },
  );

  const ours = { clientId: 'heed', context: 'form; form; 2026-05-01T10:00:00.250Z; ada:7' };

  test('what somebody said, and neither defaults nor what Heed wrote', () => {
    const updated = '2026-05-01 10:00:00.25 +0000';
    const choices = learned({
      news: { granted: false, updated, clientId: 'site' },
      offers: { granted: true, updated, ...ours },
    });
    expect(choices?.choices).toEqual([
      {
        identifier: { kind: 'akamai-identity-cloud', value: UUID },
        ...{ topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' },
        ...{ occurredAt: '2026-05-01T10:00:00.250Z', method: 'akamai-identity-cloud' },
      },
    ]);
    expect(learned({ news: { granted: false, updated: null } })?.choices).toEqual([]);
  });

  test('what a site said over something of Heed’s, though it left the client’s id as it was', () => {
    const choices = learned({ news: { granted: false, updated: '2026-05-02 10:00:00 +0000', ...ours } });
    expect(choices?.choices).toMatchObject([{ state: 'withdrawn', occurredAt: '2026-05-02T10:00:00.000Z' }]);
  });

  test.each([
    ['2020-04-15 19:59', '2020-04-15T19:59:00.000Z'],
    ['2020-04-15T19:59:30+0200', '2020-04-15T17:59:30.000Z'],
    ['yesterday', '2026-05-01T10:00:00.000Z'],
  ])('a no of %s, if need be at the time of the event', (updated, occurredAt) => {
    const no = (token: object, granted: boolean) => {
      const said = learnFrom({ ...event(), ...token }, settings());
      const [ask] = 'asks' in said ? (said.asks ?? []) : [];
      const consents = { news: { granted, updated, clientId: 'site' } };
      return ask?.learn(aReply(200, { stat: 'ok', result: { uuid: UUID, consents } }))?.choices;
    };
    expect(no({ toe: Date.parse('2026-05-01T10:00:00Z') / 1000 }, false)).toMatchObject([{ occurredAt }]);
    expect(no({ toe: 'long ago' }, true)).toHaveLength(updated === 'yesterday' ? 0 : 1);
  });

  test.each([
    [{ email: 'ada@example.com' }, 'email'],
    [{ primary: { mail: 'ada@example.com' } }, 'primary.mail'],
  ])('a stop by the address, too, and a yes by the id alone: %j', (person, emailAttribute) => {
    const consents = {
      news: { granted: false, updated: '2026-05-01 10:00:00 +0000', clientId: 'site' },
      offers: { granted: true, updated: '2026-05-01 10:00:00 +0000', clientId: 'site' },
    };
    const said = learnFrom(event(), settings({ emailAttribute }));
    const [ask] = 'asks' in said ? (said.asks ?? []) : [];
    const result = { uuid: UUID, consents, ...person };
    const choices = ask?.learn(aReply(200, { stat: 'ok', result }))?.choices ?? [];
    expect(choices.map(({ topic, identifier: { kind } }) => `${topic} ${kind}`)).toEqual([
      ...['acme/newsletter akamai-identity-cloud', 'acme/newsletter email'],
      'acme/offers akamai-identity-cloud',
    ]);
  });

  test('nothing of a record that is gone, and asks again for one that cannot be read', () => {
    const [ask] = asked({});
    expect(ask?.learn(aReply(200, { stat: 'error', error: 'record_not_found' }))).toEqual({ choices: [] });
    expect(ask?.learn(aReply(200, { stat: 'error', error: 'api_limit_error' }))).toBeUndefined();
  });

  test('that anything else is no event', () => {
    expect(learnFrom({ hello: 1 }, settings())).toHaveProperty('invalid');
  });
});
