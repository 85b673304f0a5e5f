import { describe, expect, test } from 'vitest';
import { csrfHeaders } from '../../lib/destinations/csrf.ts';
import type { Delivery } from '../../lib/destinations/destination.ts';
import { sapSalesCloud } from '../../lib/destinations/sap-sales-cloud.ts';
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

describe('sap-sales-cloud', () => {
  const topics = { 'acme/newsletter': { email: 'News_KUT' }, 'acme/offers': { email: 'Offers_KUT' } };
  const declared = {
    ...{ host: 'my123456.crm.ondemand.com', topics, values: { granted: 'Y', withdrawn: 'N' } },
  };
  const permission = {
    codes: { granted: '1', withdrawn: '2' },
    ...{ stopField: 'HeedStopped_KUT', channels: ['email', 'phone'] },
  };
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    sapSalesCloud.translate(aDelivery(delivery), sapSalesCloud.settings.parse({ ...declared, ...more }));
  const session = { 'x-csrf-token': 'token', 'set-cookie': 'a=1; path=/' };
  const told = (delivery: Partial<Delivery>, more: object, ...results: readonly object[]) =>
    following(calls(delivery, more), 0, aReply(200, { d: { results } }, session));
  const grant = { choices: [aRow('acme/newsletter', 'granted')] };
  const stop = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email', 'phone'] };

  test('looks for everybody who has the address, whose apostrophe ends no text', () => {
    const [call] = inWords(calls(bothWays));
    expect(call).toContain(`Email eq '${ADDRESS.replace("'", "''")}'`);
  });

  test('writes with the token and the cookies that the look-up gave, withdrawals first', () => {
    const writes = told(bothWays, {}, { ObjectID: 'A' });
    expect(carried(writes)).toEqual([{ Offers_KUT: 'N' }, { News_KUT: 'Y' }]);
    expect(writes[0]).toMatchObject({ headers: { 'x-csrf-token': 'token', cookie: 'a=1' } });
  });

  test('takes the permission away only from who stops everything on all of its channels, and notes it', () => {
    const written = (delivery: object, more: object) => carried(told(delivery, more, { ObjectID: 'A' }));
    expect(written(stop, { permission })).toMatchObject([{ ContactPermissionCode: '2', Offers_KUT: 'N' }]);
    expect(written({ ...stop, stoppedAll: ['email'] }, { permission })).toEqual([{ Offers_KUT: 'N' }]);
    expect(written(stop, {})).toEqual([{ Offers_KUT: 'N' }]);
  });

  test('gives back with a grant only what Heed took', () => {
    const ours = { ObjectID: 'A', ContactPermissionCode: '2', HeedStopped_KUT: '2026-05-01T12:00:00.000Z' };
    const lifted = { News_KUT: 'Y', ContactPermissionCode: '1', HeedStopped_KUT: '' };
    expect(carried(told(grant, { permission }, ours))).toEqual([lifted]);
    const theirs = told(grant, { permission }, { ...ours, HeedStopped_KUT: '' });
    expect(carried(theirs)).toEqual([{ News_KUT: 'Y' }]);
    expect(inWords(theirs).at(-1)).toBe('= needs-user-action no-contact-permission');
  });

  test('does not note as its own what somebody at SAP had taken away', () => {
    const theirs = { ObjectID: 'A', ContactPermissionCode: '2', HeedStopped_KUT: '' };
    expect(carried(told(stop, { permission }, theirs))).toEqual([{ Offers_KUT: 'N' }]);
  });

  test('tells nobody whom SAP does not know, and takes no reply for one that it cannot read', () => {
    expect(inWords(told(bothWays, {}))).toEqual(['= skipped no-such-person']);
    const unread = following(calls(bothWays), 0, aReply(200, { d: { results: [] } }));
    expect(inWords(unread)).toEqual(['= failed unreadable-reply']);
  });

  test.each([
    ['no codes for yes and no', { values: undefined }],
    ['no codes for the permission', { permission: { ...permission, codes: undefined } }],
    ['no field for Heed’s note', { permission: { ...permission, stopField: undefined } }],
    ['one code for yes and no', { values: { granted: '1', withdrawn: '1' } }],
    ['the permission as a topic', { permission: { ...permission, property: 'News_KUT' } }],
    ['an address for a host', { host: 'https://my123456.crm.ondemand.com' }],
  ])('does not start with %s', (_what, more) => {
    expect(sapSalesCloud.settings.safeParse({ ...declared, ...more }).success).toBe(false);
  });

  test('keeps SAP’s words, which may quote an address, out of reasons', () => {
    const reply = aReply(400, { error: { code: `no ${ADDRESS}`, message: { value: ADDRESS } } });
    expect(spoken(sapSalesCloud.interpret?.(reply))).toBe('failed http-400');
    expect(sapSalesCloud.interpret?.(aReply(503, 'down'))).toBeUndefined();
  });
});

describe('a token against forged requests', () => {
  test('comes with every cookie of its reply, dates and all', () => {
    const cookies = 'a=1; expires=Thu, 01 Jan 2099 00:00:00 GMT, b=x=y; HttpOnly, c=3';
    expect(csrfHeaders(aReply(200, '', { 'x-csrf-token': 't', 'set-cookie': cookies }))).toEqual({
      ...{ 'x-csrf-token': 't', cookie: 'a=1; b=x=y; c=3' },
    });
  });

  test('is none where the reply asks for one', () => {
    expect(csrfHeaders(aReply(403, '', { 'x-csrf-token': 'Required' }))).toBeUndefined();
    expect(csrfHeaders(aReply(200, ''))).toBeUndefined();
  });
});
