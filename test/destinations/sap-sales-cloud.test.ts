import { describe, expect, test } from 'vitest';
import type { Call, Delivery, Reply } from '../../lib/destinations/destination.ts';
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
    following(
      calls(delivery, more),
      0,
      aReply(
        200,
        { d: { results: results.map((row) => ({ ObjectID: 'A', Email: ADDRESS, ...row })) } },
        session,
      ),
    );
  const grant = { choices: [aRow('acme/newsletter', 'granted')] };
  const stop = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email', 'phone'] };

  test('looks for everybody who has the address, whose apostrophe ends no text', () => {
    const [call] = inWords(calls(bothWays));
    expect(call).toContain(`Email eq '${ADDRESS.replace("'", "''")}'`);
  });

  test('tells nobody whom only an asterisk in the address found', () => {
    const identifiers = { email: '*@example.com' };
    const found = [{ Email: ADDRESS }, { Email: 'bob@example.com' }];
    expect(inWords(told({ ...bothWays, identifiers }, {}, ...found))).toEqual(['= skipped no-such-person']);
    const own = told({ ...grant, identifiers }, {}, ...found, { ObjectID: 'B', Email: '*@Example.com' });
    expect(inWords(own)).toEqual(["PATCH /sap/c4c/odata/v1/c4codataapi/ContactCollection('B')"]);
  });

  test('writes with the token and the cookies that the look-up gave, withdrawals first', () => {
    const writes = told(bothWays, {}, {});
    expect(carried(writes)).toEqual([{ Offers_KUT: 'N' }, { News_KUT: 'Y' }]);
    expect(writes[0]).toMatchObject({ headers: { 'x-csrf-token': 'token', cookie: 'a=1' } });
  });

  test('tells everybody who has the address what they do not want before anybody what they do', () => {
    const writes = told(bothWays, {}, {}, { ObjectID: 'B' });
    const [no, yes] = [{ Offers_KUT: 'N' }, { News_KUT: 'Y' }];
    expect(carried(writes)).toEqual([no, no, yes, yes]);
  });

  test('tells the others who have the address to stop, though one record is refused', () => {
    const [first, second] = told(stop, {}, {}, { ObjectID: 'B' });
    const read = (call: Call | undefined, reply: Reply) =>
      call && 'next' in call && [spoken(call.interpret?.(reply)), inWords(call.next?.(reply) ?? [])];
    const refused = aReply(400, { error: { code: 'ARCHIVED' } });
    expect(read(first, refused)).toEqual(['delivered', ['= failed ARCHIVED']]);
    expect(read(second, aReply(204))).toEqual([undefined, []]);
    const locked = aReply(400, { error: { code: 'X', message: { value: 'Record locked by ada' } } });
    expect(read(first, locked)).toEqual([undefined, []]);
    expect(read(first, aReply(404))).toEqual(['retry person-went', []]);
    const [alone] = told(stop, {}, {});
    expect(alone && 'interpret' in alone && alone.interpret?.(refused)).toBeUndefined();
  });

  test('takes the permission away also where no topic has a field on the channels that were stopped', () => {
    const choices = [aRow('acme/offers', 'withdrawn', { channel: 'phone' })];
    expect(carried(told({ ...stop, choices }, { permission }, {}))).toMatchObject([
      { ContactPermissionCode: '2' },
    ]);
    expect(calls({ ...stop, choices })).toEqual([]);
    expect(calls({ choices }, { permission })).toEqual([]);
  });

  test.each([408, 425, 429, 503])('leaves %i to pass by itself', (status) => {
    expect(sapSalesCloud.interpret?.(aReply(status, { error: { code: 'LATER' } }))).toBeUndefined();
  });

  test('looks for contacts and customers alike before anybody is told', () => {
    const collections = ['ContactCollection', 'IndividualCustomerCollection'];
    const [contact, customer] = ['A', 'B'].map((id) =>
      aReply(200, { d: { results: [{ ObjectID: id, Email: ADDRESS }] } }, session),
    );
    const second = following(calls(grant, { collections }), 0, contact ?? aReply(200));
    expect(inWords(second)[0]).toContain('GET /sap/c4c/odata/v1/c4codataapi/IndividualCustomerCollection?');
    expect(inWords(following(second, 0, customer ?? aReply(200)))).toEqual([
      "PATCH /sap/c4c/odata/v1/c4codataapi/ContactCollection('A')",
      "PATCH /sap/c4c/odata/v1/c4codataapi/IndividualCustomerCollection('B')",
    ]);
  });

  test('answers fields that are yes or no with true and false', () => {
    const values = { granted: true, withdrawn: false };
    expect(carried(told(bothWays, { values }, {}))).toEqual([{ Offers_KUT: false }, { News_KUT: true }]);
  });

  test('takes the permission away only from who stops everything on all of its channels, and notes it', () => {
    const written = (delivery: object, more: object) => carried(told(delivery, more, {}));
    expect(written(stop, { permission })).toMatchObject([{ ContactPermissionCode: '2', Offers_KUT: 'N' }]);
    expect(written({ ...stop, stoppedAll: ['email'] }, { permission })).toEqual([{ Offers_KUT: 'N' }]);
    expect(written(stop, {})).toEqual([{ Offers_KUT: 'N' }]);
  });

  const NOTE = '2026-05-01T12:00:00.000Z';
  const ours = { ContactPermissionCode: '2', HeedStopped_KUT: NOTE };

  test('gives back with a grant only what Heed took', () => {
    const lifted = { News_KUT: 'Y', ContactPermissionCode: '1', HeedStopped_KUT: '' };
    expect(carried(told(grant, { permission }, ours))).toEqual([lifted]);
    const theirs = told(grant, { permission }, { ...ours, HeedStopped_KUT: '' });
    expect(carried(theirs)).toEqual([{ News_KUT: 'Y' }]);
    expect(inWords(theirs).at(-1)).toBe('= needs-user-action no-contact-permission');
  });

  test('gives nothing back for a grant on a channel that the permission is not about', () => {
    const elsewhere = { choices: [aRow('acme/newsletter', 'granted', { channel: 'push' })] };
    const mapped = { 'acme/newsletter': { push: 'News_KUT' } };
    const written = told(elsewhere, { permission, topics: mapped }, ours);
    expect(carried(written)).toEqual([{ News_KUT: 'Y' }]);
    expect(inWords(written)).toHaveLength(1);
  });

  test('takes any code but yes for a no of somebody at SAP, even over its own note', () => {
    const check = { ContactPermissionCode: '3', HeedStopped_KUT: NOTE };
    const granted = told(grant, { permission }, check);
    expect(carried(granted)).toEqual([{ HeedStopped_KUT: '' }, { News_KUT: 'Y' }]);
    expect(inWords(granted).at(-1)).toBe('= needs-user-action no-contact-permission');
    expect(carried(told(stop, { permission }, { ContactPermissionCode: '3' }))).toEqual([
      { Offers_KUT: 'N' },
    ]);
  });

  test('empties a note that no longer holds, since the next no may be somebody else’s', () => {
    const given = { ContactPermissionCode: '1', HeedStopped_KUT: NOTE };
    expect(carried(told(grant, { permission }, given))).toEqual([{ HeedStopped_KUT: '' }, { News_KUT: 'Y' }]);
  });

  test('does not note as its own what somebody at SAP had taken away', () => {
    const theirs = { ContactPermissionCode: '2', HeedStopped_KUT: '' };
    expect(carried(told(stop, { permission }, theirs))).toEqual([{ Offers_KUT: 'N' }]);
  });

  test('leaves the note as it is while it holds', () => {
    expect(carried(told(stop, { permission }, ours))).toEqual([{ Offers_KUT: 'N' }]);
  });

  test.each([
    ['no codes for yes and no', { values: undefined }],
    ['no codes for the permission', { permission: { ...permission, codes: undefined } }],
    ['no field for Heed’s note', { permission: { ...permission, stopField: undefined } }],
    ['one code for yes and no', { values: { granted: '1', withdrawn: '1' } }],
    ['the permission as a topic', { permission: { ...permission, property: 'News_KUT' } }],
    [
      'its note where a topic keeps its time',
      { permission, topics: { a: { email: { choice: 'A', time: 'heedstopped_kut' } } } },
    ],
    ['the address as evidence', { topics: { a: { email: { choice: 'A', source: 'Email' } } } }],
    ['a collection twice', { collections: ['ContactCollection', 'ContactCollection'] }],
    ['an address for a host', { host: 'https://my123456.crm.ondemand.com' }],
  ])('does not start with %s', (_what, more) => {
    expect(sapSalesCloud.settings.safeParse({ ...declared, ...more }).success).toBe(false);
  });

  const [look] = calls(bothWays);
  const [write] = told(bothWays, {}, {});
  const spokenOf = (call: Call | undefined, reply: Reply) =>
    spoken(
      (call && 'interpret' in call ? call.interpret?.(reply) : undefined) ?? sapSalesCloud.interpret?.(reply),
    );

  test.each([
    ['a page to log in on', look, aReply(200, '<html>'), 'retry unreadable-reply'],
    ['nobody', look, aReply(200, { d: { results: [] } }), undefined],
    ['somebody without an id', look, aReply(200, { d: { results: [{}] } }), 'retry unreadable-reply'],
    ['a service that is not there', look, aReply(404), 'failed http-404'],
    ['somebody who went', write, aReply(404), 'retry person-went'],
    [
      'a token that is no longer good',
      write,
      aReply(403, '', { 'x-csrf-token': 'Required' }),
      'retry csrf-token-required',
    ],
    [
      'a record that staff have open',
      write,
      said('SY-530', 'Record locked by user Ada'),
      'retry record-locked',
    ],
    ['a user who may not', write, aReply(403, 'Forbidden'), 'failed http-403'],
    ['words that quote an address', write, said(`no ${ADDRESS}`, ADDRESS), 'failed http-400'],
    ['a code', write, said('PROPERTY_NOT_FOUND', ADDRESS), 'failed PROPERTY_NOT_FOUND'],
    ['a service that is down', write, aReply(503, 'down'), undefined],
  ])('reads %s', (_what, call, reply, outcome) => {
    expect(spokenOf(call, reply)).toBe(outcome);
  });
});

const said = (code: string, value: string): Reply =>
  aReply(400, { error: { code, message: { lang: 'en', value } } });
