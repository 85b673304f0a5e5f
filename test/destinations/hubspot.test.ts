import { describe, expect, test } from 'vitest';
import type { Call, Reply } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
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

  /** What is done where HubSpot answers its two questions so. */
  const told = (
    delivery: Parameters<typeof aDelivery>[0],
    more: object = {},
    left: { readonly types?: readonly object[]; readonly all?: readonly object[] } = {},
  ): readonly Call[] => {
    const answers = [left.types ?? [], left.all ?? []];
    let all = calls(delivery, more);
    for (const results of answers) {
      const n = all.findIndex((call) => 'method' in call && call.method === 'GET');
      if (n >= 0) all = [...all.slice(0, n), ...following(all, n, done(results)), ...all.slice(n + 1)];
    }
    return all;
  };

  test('is told withdrawals, then asked what was left there, then told grants', () => {
    expect(inWords(calls(bothWays))).toEqual([`POST ${PATH}`, `GET ${PATH}?channel=EMAIL`]);
    expect(carried(told(bothWays))).toMatchObject([
      { subscriptionId: 1002, statusState: 'UNSUBSCRIBED', channel: 'EMAIL' },
      { subscriptionId: 1001, statusState: 'SUBSCRIBED', channel: 'EMAIL' },
    ]);
  });

  test('is told nothing of a topic that is not mapped', () => {
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] })).toEqual([]);
    expect(calls({ choices: [aRow('acme/surveys', 'withdrawn')] }, { batch: true })).toEqual([]);
  });

  test('gets the evidence of a grant, and never contact data in its text', () => {
    const [body] = carried(told({}));
    expect(body).toMatchObject({
      legalBasis: 'CONSENT_WITH_NOTICE',
      legalBasisExplanation:
        'Heed granted; form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7',
    });
    expect(JSON.stringify(body)).not.toContain('hara');
  });

  test('gets no legal basis that nobody mapped', () => {
    const [body] = carried(told({ choices: [aRow('acme/newsletter', 'granted', { legalBasis: 'whim' })] }));
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
    const first = told(bothWays);
    const lifted = done([result(1001, 'SUBSCRIBED', 'RESUBSCRIBE_OCCURRED')]);
    expect(carried(following(first, 1, lifted))).toMatchObject([{ statusState: 'UNSUBSCRIBED' }]);
    expect(following(first, 1, done([result(1001, 'SUBSCRIBED')]))).toEqual([]);
  });

  describe('leaves what was unsubscribed there after the grant', () => {
    const [before, since] = ['2026-05-01T11:59:59.000Z', '2026-05-01T12:00:00.000Z'];
    const type = (timestamp: string | undefined, legalBasisExplanation?: string) => ({
      ...{ subscriptionId: 1001, status: 'UNSUBSCRIBED', timestamp, legalBasisExplanation },
    });
    const all = (timestamp: string) => ({ status: 'UNSUBSCRIBED', timestamp });
    const OVERRULED = '= needs-user-action unsubscribed-at-hubspot';
    const GRANTED = `POST ${PATH}`;

    test.each<[string, Parameters<typeof told>[2], string]>([
      ['from one type', { types: [type(since)] }, OVERRULED],
      ['at a time that is not told', { types: [type(undefined)] }, OVERRULED],
      ['although Heed had granted it', { types: [type(since, 'Heed granted; x')] }, OVERRULED],
      ['from all mail', { all: [all(since)] }, OVERRULED],
      ['but not before it', { types: [type(before)], all: [all(before)] }, GRANTED],
      ['but not by Heed', { types: [type(since, 'Heed withdrawn; x')] }, GRANTED],
      [
        'but not from all mail by Heed, which says so of each type at once',
        { types: [type(since, 'Heed withdrawn; x')], all: [all(since)] },
        GRANTED,
      ],
      [
        'from all mail long before Heed withdrew a type',
        { types: [type('2026-05-02T12:00:00.000Z', 'Heed withdrawn; x')], all: [all(since)] },
        OVERRULED,
      ],
      ['but not from another type', { types: [{ ...type(since), subscriptionId: 7 }] }, GRANTED],
      ['but not what is subscribed', { types: [{ ...type(since), status: 'SUBSCRIBED' }] }, GRANTED],
    ])('%s', (_name, left, expected) => {
      expect(inWords(told({}, {}, left))).toEqual([expected]);
    });

    test('though the withdrawals beside it are said', () => {
      const words = inWords(told(bothWays, { batch: true }, { types: [type(since)] }));
      expect(words).toEqual(['POST /communication-preferences/2026-03/statuses/batch/write', OVERRULED]);
    });

    test('and an address that HubSpot does not know has left nothing', () => {
      const [ask] = calls({});
      const unknown = aReply(404, { category: 'OBJECT_NOT_FOUND' });
      expect(ask && 'interpret' in ask && spoken(ask.interpret?.(unknown))).toBe('delivered');
      expect(inWords(following([...calls({})], 0, unknown))).toEqual([
        `GET ${PATH}/unsubscribe-all?channel=EMAIL`,
      ]);
    });
  });

  test('a withdrawal that is refused keeps no other back', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
    const [first] = calls({ choices });
    const refused = aReply(400, { category: 'VALIDATION_ERROR' });
    expect(first && 'interpret' in first && spoken(first.interpret?.(refused))).toBe('delivered');
    expect(inWords(following(calls({ choices }), 0, refused))).toEqual(['= failed VALIDATION_ERROR']);
    const busy = aReply(429, { category: 'RATE_LIMITS' });
    expect(first && 'interpret' in first && first.interpret?.(busy)).toBeUndefined();
  });

  describe('in batches', () => {
    const [, batch] = told(bothWays, { batch: true });
    const split = (reply: Reply) =>
      batch && 'items' in batch ? batch.split(reply, batch.items) : 'no batch';
    const out = result(1002, 'UNSUBSCRIBED');

    test('names the person in every item', () => {
      expect(inWords(told(bothWays, { batch: true }))).toEqual([
        'POST /communication-preferences/2026-03/statuses/batch/write',
        'POST /communication-preferences/2026-03/statuses/batch/write',
      ]);
      expect(carried(told(bothWays, { batch: true }))).toMatchObject([
        { subscriberIdString: ADDRESS, subscriptionId: 1002 },
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
    ['408 is left to its status', aReply(408, { category: 'TIMEOUT' }), undefined],
    ['429 is left to its status', aReply(429, { category: 'RATE_LIMITS' }), undefined],
    ['502 is left to its status', aReply(502, '<html>'), undefined],
    ['401 is left to its status', aReply(401, { category: 'INVALID_AUTHENTICATION' }), undefined],
  ])('%s', (_name, reply, expected) => {
    const outcome = hubspot.interpret?.(reply);
    expect(spoken(outcome)).toBe(expected);
  });

  test('does not start with two topics on one subscription id', () => {
    const twice = { subscriptions: { 'acme/newsletter': 7, 'acme/offers': 7 } };
    expect(hubspot.settings.safeParse(twice).success).toBe(false);
  });
});
