import { afterEach, describe, expect, test } from 'vitest';
import { simulateHubspot } from './hubspot.ts';
import { WRITE } from './hubspot-words.ts';
import { simulateSalesforce } from './salesforce.ts';
import { type Simulator, simulate } from './simulator.ts';

const running: Simulator[] = [];
const started = async <S extends Simulator>(simulator: S): Promise<S> => {
  running.push(simulator);
  await simulator.start();
  return simulator;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

const ask = async (
  url: string,
  { method = 'POST', token = '', body }: { method?: string; token?: string; body?: unknown },
) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const reply = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) };
};

describe('every simulator', () => {
  const plain = () =>
    simulate({
      answer: () => ({ status: 200, body: {} }),
      unauthorized: { status: 401, body: {} },
      permitted: () => undefined,
      facts: () => [],
    });

  test('gives faults in turn, and its own answer when they are used up', async () => {
    const simulator = await started(plain());
    simulator.fail({ status: 503, times: 1 });
    simulator.rejectTokens(1);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask(simulator.url, {})).status);
    expect(statuses).toEqual([503, 401, 200]);
    expect(simulator.requests()).toEqual({ total: 3, answered: 1 });
  });

  test('that hangs gives no answer until it is released', async () => {
    const simulator = await started(plain());
    const release = simulator.hang();
    const asked = ask(simulator.url, {}).then(
      () => 'answered',
      () => 'dropped',
    );
    while (simulator.requests().total === 0) await new Promise((turn) => setImmediate(turn));
    release();
    expect(await asked).toBe('dropped');
    expect((await ask(simulator.url, {})).status).toBe(200);
  });
});

describe('hubspot', () => {
  const statuses = (url: string, rest: string) => `${url}/communication-preferences/2026-03/statuses/${rest}`;
  const input = { channel: 'EMAIL', subscriptionId: 1, statusState: 'SUBSCRIBED' };

  test('refuses a token it does not know, a wrong enum, and an address that is none', async () => {
    const simulator = await started(simulateHubspot());
    const { token, endpoint } = simulator.secret();
    const to = (rest: string, body: unknown, given = token) =>
      ask(statuses(endpoint, rest), { body, token: given });
    expect((await to('ada%40example.com', input, 'guessed')).body).toMatchObject({
      category: 'INVALID_AUTHENTICATION',
    });
    expect((await to('ada%40example.com', { ...input, channel: 'SMS' })).status).toBe(400);
    expect((await to('ada', input)).body).toMatchObject({ category: 'VALIDATION_ERROR' });
  });

  test('without the batch scope refuses batches', async () => {
    const simulator = await started(simulateHubspot({ scopes: [WRITE] }));
    const { token, endpoint } = simulator.secret();
    const reply = await ask(statuses(endpoint, 'batch/write'), { token, body: { inputs: [] } });
    expect(reply).toMatchObject({ status: 403, body: { category: 'MISSING_SCOPES' } });
  });

  test('answers 207 when part of a batch is wrong', async () => {
    const simulator = await started(simulateHubspot({ subscriptions: [1] }));
    const { token, endpoint } = simulator.secret();
    const inputs = [1, 2].map((subscriptionId) => ({
      ...input,
      subscriptionId,
      subscriberIdString: 'ada@example.com',
    }));
    const reply = await ask(statuses(endpoint, 'batch/write'), { token, body: { inputs } });
    expect(reply).toMatchObject({
      status: 207,
      body: { status: 'COMPLETE', numErrors: 1, results: [{ subscriptionId: 1 }] },
    });
  });

  test('whose privacy settings are on refuses an opt-in without a legal basis', async () => {
    const simulator = await started(simulateHubspot({ needsLegalBasis: true }));
    const { token, endpoint } = simulator.secret();
    const url = statuses(endpoint, 'ada%40example.com');
    expect((await ask(url, { token, body: input })).status).toBe(400);
    expect((await ask(url, { token, body: { ...input, statusState: 'UNSUBSCRIBED' } })).status).toBe(200);
  });

  test('counts an unsubscribe from all for types nobody named', async () => {
    const simulator = await started(simulateHubspot());
    const { token, endpoint } = simulator.secret();
    const url = statuses(endpoint, 'ada%40example.com/unsubscribe-all');
    expect((await ask(url, { token })).status).toBe(400);
    expect((await ask(`${url}?channel=EMAIL`, { token })).status).toBe(200);
    expect(simulator.permitted({ identifier: 'ada@example.com', topic: '77', channel: 'EMAIL' })).toBe(false);
  });

  test.each([[undefined], [7]])('throttles with Retry-After %s', async (retryAfter) => {
    const simulator = await started(simulateHubspot());
    simulator.throttle({ times: 1, ...(retryAfter !== undefined && { retryAfter }) });
    const reply = await fetch(simulator.url);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([
      429,
      retryAfter ? String(retryAfter) : null,
    ]);
  });
});

describe('salesforce', () => {
  const DATA = '/services/data/v62.0';
  const KEYED = `${DATA}/composite/sobjects/ContactPointTypeConsent/PrefKey__c`;

  const session = async (simulator: ReturnType<typeof simulateSalesforce>) => {
    await started(simulator);
    const { endpoint, clientId, clientSecret } = simulator.secret();
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const reply = await fetch(`${endpoint}/services/oauth2/token`, { method: 'POST', body: form });
    const token = String(Object(await reply.json()).access_token);
    return (method: string, path: string, body?: unknown) =>
      ask(`${endpoint}${path}`, { method, token, ...(body !== undefined && { body }) });
  };
  const consent = (party: string | undefined, more: object = {}) => ({
    ...{
      attributes: { type: 'ContactPointTypeConsent' },
      PrefKey__c: 'ada|news',
      Name: 'News',
      PartyId: party,
    },
    ...{ ContactPointType: 'Email', PrivacyConsentStatus: 'OptIn', CaptureDate: '2026-05-01T12:00:00.000Z' },
    ...{ CaptureSource: 'form', CaptureContactPointType: 'Web', ...more },
  });

  test('gives no token for wrong credentials, and knows no other session', async () => {
    const simulator = await started(simulateSalesforce());
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'x',
      client_secret: 'y',
    });
    const refused = await fetch(`${simulator.url}/services/oauth2/token`, { method: 'POST', body: form });
    expect(refused.status).toBe(400);
    const reply = await ask(`${simulator.url}${DATA}/query?q=x`, { method: 'GET', token: 'guessed' });
    expect(reply).toMatchObject({ status: 401, body: [{ errorCode: 'INVALID_SESSION_ID' }] });
  });

  test('saves the good records of a collection and says of each what became of it', async () => {
    const simulator = simulateSalesforce();
    const send = await session(simulator);
    const { individual } = simulator.enter({ email: 'ada@example.com' });
    simulator.enter({ email: 'grace@example.com' });
    const records = [
      consent(individual),
      consent(individual, { PrivacyConsentStatus: 'OptedIn' }),
      consent(undefined),
      consent(individual, { CaptureSource: 'x'.repeat(256) }),
      consent(individual, { Colour: 'red' }),
      consent('0PK000000000999AAA'),
    ].map((record, n) => ({ ...record, PrefKey__c: `ada|${n}` }));
    const reply = await send('PATCH', KEYED, { allOrNone: false, records });
    const codes = codesOf(reply.body);
    expect([reply.status, codes]).toEqual([
      200,
      [
        'saved',
        'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        'REQUIRED_FIELD_MISSING',
        'STRING_TOO_LONG',
        'INVALID_FIELD',
        'INVALID_CROSS_REFERENCE_KEY',
      ],
    ]);
  });

  test('takes neither of two records of one key in a collection', async () => {
    const simulator = simulateSalesforce();
    const send = await session(simulator);
    const { individual } = simulator.enter({ email: 'ada@example.com' });
    const records = [consent(individual), consent(individual), consent(individual, { PrefKey__c: 'other' })];
    expect(codesOf((await send('PATCH', KEYED, { records })).body)).toEqual([
      ...['DUPLICATE_VALUE', 'DUPLICATE_VALUE', 'saved'],
    ]);
  });

  const codesOf = (results: readonly { success: boolean; errors: readonly { statusCode: string }[] }[]) =>
    results.map(({ success, errors }) => (success ? 'saved' : errors[0]?.statusCode));

  test('takes 200 records at once and no more', async () => {
    const simulator = simulateSalesforce();
    const send = await session(simulator);
    const { individual } = simulator.enter({ email: 'ada@example.com' });
    const many = (n: number) =>
      Array.from({ length: n }, (_, i) => consent(individual, { PrefKey__c: `${i}` }));
    expect((await send('PATCH', KEYED, { records: many(200) })).status).toBe(200);
    expect((await send('PATCH', KEYED, { records: many(201) })).status).toBe(400);
  });

  test('answers 300 to a single upsert whose key is not unique, and an error in a collection', async () => {
    const simulator = simulateSalesforce();
    const send = await session(simulator);
    const { individual } = simulator.enter({ email: 'ada@example.com' });
    const one = `${DATA}/sobjects/ContactPointTypeConsent/PrefKey__c/ada%7Cnews`;
    const { attributes: _attributes, PrefKey__c: _key, ...fields } = consent(individual);
    expect((await send('PATCH', one, fields)).status).toBe(201);
    expect((await send('PATCH', one, fields)).status).toBe(200);
    simulator.duplicate('ada|news');
    expect((await send('PATCH', one, fields)).status).toBe(300);
    expect(codesOf((await send('PATCH', KEYED, { records: [consent(individual)] })).body)).toEqual([
      'DUPLICATE_EXTERNAL_ID',
    ]);
  });

  test('describes the values its status may have', async () => {
    const send = await session(simulateSalesforce({ statuses: ['OptedIn', 'OptedOut'] }));
    const { body } = await send('GET', `${DATA}/sobjects/ContactPointTypeConsent/describe`);
    expect(JSON.stringify(body)).toContain('"value":"OptedIn"');
  });

  test('finds people whatever the case of their address, with quotes in it', async () => {
    const simulator = simulateSalesforce();
    const send = await session(simulator);
    const { id } = simulator.enter({ email: "o'hara@example.com" });
    const soql = encodeURIComponent(
      "SELECT Id, IndividualId FROM Contact WHERE Email = 'O\\'Hara@example.com'",
    );
    expect((await send('GET', `${DATA}/query?q=${soql}`)).body).toMatchObject({
      totalSize: 1,
      records: [{ Id: id }],
    });
    const open = encodeURIComponent("SELECT Id FROM Contact WHERE Email = 'o'hara@example.com'");
    expect((await send('GET', `${DATA}/query?q=${open}`)).body).toMatchObject([
      { errorCode: 'MALFORMED_QUERY' },
    ]);
  });

  test('keeps flags that outweigh consent rows', async () => {
    const simulator = simulateSalesforce();
    const send = await session(simulator);
    const { id, individual } = simulator.enter({ email: 'ada@example.com', object: 'Lead' });
    const question = { identifier: 'ada@example.com', topic: 'News', channel: 'Email' };
    await send('PATCH', KEYED, { records: [consent(individual)] });
    expect(simulator.permitted(question)).toBe(true);
    expect((await send('PATCH', `${DATA}/sobjects/Lead/${id}`, { HasOptedOutOfEmail: true })).status).toBe(
      204,
    );
    expect(simulator.permitted(question)).toBe(false);
  });
});
