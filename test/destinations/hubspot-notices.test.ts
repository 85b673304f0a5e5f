import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundNotice } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { isGenuine } from '../../lib/flow/genuine.ts';
import { simulateHubspot } from '../simulators/hubspot.ts';
import { aReply } from './deliveries.ts';

const settings = (more: object = {}) =>
  hubspot.settings.parse({ subscriptions: { 'acme/newsletter': 1001, 'acme/offers': 1002 }, ...more });

describe('hubspot reports', () => {
  const notice = (propertyName: string, propertyValue: unknown, more: object = {}) => ({
    ...{ subscriptionType: 'contact.propertyChange', objectId: 51, occurredAt: 1_777_629_600_000 },
    ...{ propertyName, propertyValue, ...more },
  });
  const reported = (body: unknown, more: object = {}) => {
    const said = hubspot.receive?.changes(body, settings(more));
    return said && 'choices' in said ? said.choices : said;
  };

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

  test('whose address to ask for, and what they said under it', () => {
    const said = hubspot.receive?.changes(
      [notice('hs_email_optout_1001', 'true'), notice('hs_email_optout_1002', 'true', { objectId: 52 })],
      settings(),
    );
    const [ask, ...others] = said && 'asks' in said ? (said.asks ?? []) : [];
    expect(others).toEqual([]);
    expect(ask).toMatchObject({
      ...{ method: 'POST', path: '/crm/v3/objects/contacts/batch/read' },
      body: { inputs: [{ id: '51' }, { id: '52' }], properties: ['email'] },
    });
    const found = { results: [{ id: '51', properties: { email: 'ada@example.com' } }], numErrors: 1 };
    const gone = [{ category: 'OBJECT_NOT_FOUND' }];
    expect(ask?.learn(aReply(207, { ...found, errors: gone }))).toMatchObject({
      choices: [{ identifier: { kind: 'email', value: 'ada@example.com' }, topic: 'acme/newsletter' }],
    });
    expect(ask?.learn(aReply(207, { ...found, errors: [{ category: 'INTERNAL_ERROR' }] }))).toBeUndefined();
    expect(ask?.learn(aReply(403, { category: 'MISSING_SCOPES' }))).toBeUndefined();
  });

  test('nobody to ask for where nobody left, or where contacts are not looked up', () => {
    const asks = (body: unknown, more: object = {}) => {
      const said = hubspot.receive?.changes(body, settings(more));
      return said && 'asks' in said ? (said.asks ?? []) : [];
    };
    expect(asks([notice('firstname', 'true')])).toEqual([]);
    expect(asks([notice('hs_email_optout', 'true')], { lookUpContacts: false })).toEqual([]);
  });

  test('one that it can read, and that another beside it it cannot', () => {
    const [good, bad] = [
      notice('hs_email_optout_1001', 'true'),
      { subscriptionType: 'contact.propertyChange' },
    ];
    expect(hubspot.receive?.changes([bad, good], settings())).toMatchObject({
      choices: [{ topic: 'acme/newsletter' }],
      unread: 'a change of a contact that cannot be read',
    });
    expect(hubspot.receive?.changes([good], settings())).not.toHaveProperty('unread');
  });

  test.each([[undefined], [{}], [[{ objectId: 51 }]], ['[]']])('that %j is no list of events', (body) => {
    expect(reported(body)).toEqual({ invalid: 'not a list of HubSpot events' });
  });

  test('under a signature over the decoded address', () => {
    const url = 'https://heed.example/v1/destinations/hubspot/notices?a=%40b%20c';
    const headers = { 'x-hubspot-request-timestamp': '17' };
    const { signature } = hubspot.receive ?? {};
    const signed =
      signature?.kind === 'hmac' ? signature.signed({ method: 'POST', url, headers, body: '[]' }) : '';
    expect(signed).toBe('POSThttps://heed.example/v1/destinations/hubspot/notices?a=@b%20c[]17');
  });
});

describe('a notice of HubSpot', () => {
  const simulator = simulateHubspot();
  const taken: InboundNotice[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    taken.push({ method: 'POST', url: address(), headers, body: Buffer.concat(chunks).toString() });
    response.end();
  });
  const address = () => `http://127.0.0.1:${port(server.address())}/v1/destinations/hubspot/notices`;
  const port = (at: AddressInfo | string | null): number => (typeof at === 'object' && at ? at.port : 0);

  beforeEach(async () => {
    await simulator.start();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterEach(async () => {
    await simulator.stop();
    await new Promise((done) => server.close(done));
  });

  const sent = async (more: { readonly clientSecret?: string; readonly sentAt?: number } = {}) => {
    const occurredAt = Date.now();
    const changes = [{ contactId: 51, property: 'hs_email_optout', value: 'true', occurredAt }];
    await simulator.notify({ url: address(), changes, ...more });
    const notice = taken.at(-1);
    const { receive } = hubspot;
    if (!notice || !receive) throw new Error('nothing arrived');
    const secret = hubspot.secret.parse(simulator.secret());
    const genuine = await isGenuine(receive.signature, notice, {
      settings: settings(),
      secret,
      now: Date.now(),
    });
    return { notice, genuine, receive };
  };

  test('is known by its signature, and says who withdrew what', async () => {
    const { notice, genuine, receive } = await sent();
    expect(genuine).toBe(true);
    expect(receive.changes(JSON.parse(notice.body), settings())).toMatchObject({ choices: { length: 2 } });
  });

  test('under another key is not genuine', async () => {
    expect((await sent({ clientSecret: 'guessed' })).genuine).toBe(false);
  });

  test('sent more than five minutes ago is not genuine', async () => {
    expect((await sent({ sentAt: Date.now() - 301_000 })).genuine).toBe(false);
  });

  test('that was altered is not genuine', async () => {
    const { notice, receive } = await sent();
    const altered = { ...notice, body: notice.body.replace('true', 'fals') };
    const secret = hubspot.secret.parse(simulator.secret());
    const proving = { settings: settings(), secret, now: Date.now() };
    expect(await isGenuine(receive.signature, altered, proving)).toBe(false);
  });
});
