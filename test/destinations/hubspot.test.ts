import { describe, expect, test } from 'vitest';
import type { Reply } from '../../lib/destinations/destination.ts';
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
    expect(spoken(outcome)).toBe(expected);
  });

  test('does not start with two topics on one subscription id', () => {
    const twice = { subscriptions: { 'acme/newsletter': 7, 'acme/offers': 7 } };
    expect(hubspot.settings.safeParse(twice).success).toBe(false);
  });
});
