import { describe, expect, test } from 'vitest';
import { databricks } from '../../lib/destinations/databricks.ts';
import type { BatchCall, Reply } from '../../lib/destinations/destination.ts';
import { aDelivery, aReply, carried, spoken } from './deliveries.ts';

describe('databricks', () => {
  const PLACE = { host: 'acme.cloud.databricks.com', warehouseId: 'abc123', catalog: 'preferences' };
  const settings = (more: object = {}) => databricks.settings.parse({ ...PLACE, ...more });
  const calls = () =>
    databricks
      .translate(aDelivery({ identifiers: {} }), settings())
      .filter((call): call is BatchCall => 'items' in call);
  const ended = (state: string, error?: object): Reply =>
    aReply(200, { statement_id: '01f0', status: { state, ...(error && { error }) } });
  const failed = (error_code: string, message = 'no'): Reply => ended('FAILED', { error_code, message });

  test('is asked not to be waited for, and is bound one text', () => {
    const bodies = calls().map(({ wrap, items }) => wrap(items));
    expect(bodies).toMatchObject([
      {
        ...{ warehouse_id: 'abc123', catalog: 'preferences', schema: 'default', wait_timeout: '0s' },
        parameters: [{ name: 'told', type: 'STRING' }],
      },
      { parameters: [{ name: 'told', type: 'STRING' }] },
    ]);
  });

  test('is told the event as a text, and of choices first', () => {
    expect(carried(calls())).toMatchObject([[{ topic: 'acme/newsletter' }], [{ event: { subject: 'ada' } }]]);
    const [, versions] = calls();
    const body: unknown = versions?.wrap(versions.items);
    const [row] = JSON.parse(String(Object(body).parameters[0].value));
    expect(JSON.parse(row.event)).toEqual(aDelivery().event);
  });

  test.each(['PENDING', 'RUNNING'])('is asked again while a statement is %s', (state) => {
    expect(calls()[0]?.follow?.(ended(state))).toMatchObject({
      ...{ method: 'GET', path: '/api/2.0/sql/statements/01f0', pause: 500 },
    });
  });

  test.each(['SUCCEEDED', 'FAILED', 'CANCELED', 'CLOSED'])('is not asked again after %s', (state) => {
    expect(calls()[0]?.follow?.(ended(state))).toBeUndefined();
  });

  test.each<[string, Reply, string | undefined]>([
    ['success', ended('SUCCEEDED'), undefined],
    ['success whose result is gone', ended('CLOSED'), undefined],
    ['a statement that somebody ended', ended('CANCELED'), 'retry CANCELED'],
    ['one of which nobody can ask any longer', ended('RUNNING'), 'retry RUNNING'],
    ['a 200 that is no statement', aReply(200, '<html>'), 'retry unreadable-reply'],
    ['a failure inside a 200', failed('BAD_REQUEST'), 'failed BAD_REQUEST'],
    ['a failure without a code', ended('FAILED'), 'failed statement-failed'],
    ['a conflict', failed('BAD_REQUEST', '[DELTA_CONCURRENT_APPEND] x'), 'retry concurrent-write'],
    ['a warehouse that is full', failed('RESOURCE_EXHAUSTED'), 'retry RESOURCE_EXHAUSTED'],
    ['a session that ended meanwhile', failed('UNAUTHENTICATED'), 'retry UNAUTHENTICATED'],
    ['a code that quotes somebody', failed('ada@example.com'), 'failed statement-failed'],
    ['a right that is missing', aReply(403, { error_code: 'PERMISSION_DENIED' }), 'failed PERMISSION_DENIED'],
    ['a refusal without a code', aReply(400, {}), 'failed http-400'],
    ['too many requests', aReply(429, { error_code: 'REQUEST_LIMIT_EXCEEDED' }), undefined],
    ['a wrong token', aReply(401, { error_code: 'UNAUTHENTICATED' }), undefined],
  ])('reads %s', (_name, reply, expected) => {
    expect(spoken(databricks.interpret?.(reply))).toBe(expected);
  });

  test('logs in anew after a session that ended inside a 200', () => {
    expect(databricks.expired?.(failed('UNAUTHENTICATED'))).toBe(true);
    expect(databricks.expired?.(failed('BAD_REQUEST'))).toBe(false);
  });

  test.each<[number, string, boolean]>([
    [403, 'Invalid access token. [ReqId: 145ae51b]', true],
    [403, 'JWT has expired', true],
    [403, 'Token is expiring within 30 seconds. (token expired)', true],
    [400, 'io.jsonwebtoken.ExpiredJwtException: the token has expired', true],
    [403, 'User does not have USE SCHEMA on Schema heed.', false],
    [404, 'Invalid access token.', false],
  ])('knows a token that ended by a %i that says: %s', (status, message, ended) => {
    expect(databricks.expired?.(aReply(status, { error_code: status, message }))).toBe(ended);
  });

  test.each([
    ['a table whose name is more than a name', { choices: 'x; DROP TABLE y' }],
    ['one table for both', { choices: 'T', versions: 't' }],
    ['an address with a path', { host: 'acme.cloud.databricks.com/sql' }],
  ])('does not start with %s', (_name, wrong) => {
    expect(databricks.settings.safeParse({ ...PLACE, ...wrong }).success).toBe(false);
  });
});
