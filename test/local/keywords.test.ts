import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import config from '../../heed.config.ts';
import type { Language } from '../../lib/domain/language.ts';
import { HistoryAnswer, KeywordAnswer } from '../../lib/http/schemas.ts';
import type { Messages } from '../../lib/page/messages.ts';
import { type Values, voiceOf } from '../../lib/page/say.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { simulate } from '../simulators/simulator.ts';
import { simulateSns } from '../simulators/sns.ts';

/** Old and new, while they rotate. */
const AUTH_TOKENS = ['a new auth token of the account', 'the one before'];
const sns = simulateSns('eu-central-1');
const amazon = simulate({
  answer: (asked) => sns.answer(asked) ?? { status: 404 },
  unauthorized: { status: 401 },
  permitted: () => undefined,
  facts: () => [],
});

const declared = config.keywords;
const settings = { source: 'text-messages', channel: 'sms', ...declared };
const lines: string[] = [];
let engine: Engine;

beforeAll(async () => {
  await amazon.start();
  const secret = JSON.stringify({ twilio: AUTH_TOKENS, endpoint: amazon.url });
  vi.stubEnv('HEED_SECRET_KEYWORDS', secret);
  engine = await startEngine({
    config: {
      ...config,
      destinations: {},
      keywords: {
        ...{ stops: ['*'], languages: ['en', 'da', 'de', 'es', 'fr', 'ar'], answeredByTwilio: ['STOP'] },
        ...settings,
        snsTopics: [sns.topicArn],
        starts: {
          topics: ['acme/offers'],
          legalBasis: 'consent',
          notice: { id: 'marketing', version: '3', language: 'en' },
        },
      },
    },
    ...{ port: 0, vendors: {}, destinations: {} },
    warn: (line) => void lines.push(line),
    line: (line) => void lines.push(JSON.stringify(line)),
  });
}, 30_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.stop();
  await amazon.stop();
});

const tokenFor = async (wanted: object): Promise<string> => {
  const response = await fetch(`${engine.url}/local/token`, { method: 'POST', body: JSON.stringify(wanted) });
  return z.object({ token: z.string() }).parse(await response.json()).token;
};

const STAFF = { scope: 'preferences:write preferences:read audit:read' };

let staff: string | undefined;

const ask = async (path: string, body?: object): Promise<unknown> => {
  staff ??= await tokenFor(STAFF);
  const response = await fetch(`${engine.url}${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${staff}`, 'content-type': 'application/json' },
  });
  return response.json();
};

const historyOf = async (subject: string) =>
  HistoryAnswer.parse(await ask(`/v1/subjects/${encodeURIComponent(subject)}/history`)).versions;

const decides = async (subject: string, topic = 'acme/offers'): Promise<string> =>
  z
    .object({ state: z.string() })
    .parse(await ask(`/v1/subjects/${subject}/decision?topic=${topic}&channel=sms`)).state;

const whoGoesBy = async (value: string): Promise<readonly string[]> =>
  z
    .object({ subjects: z.array(z.string()) })
    .parse(await ask('/v1/identifiers/lookup', { kind: 'phone', value })).subjects;

/** Somebody with a number, who has allowed offers by text message. */
async function person(number: string, subject = `p-${randomUUID()}`): Promise<string> {
  await ask(`/v1/subjects/${subject}/changes`, {
    choices: [{ topic: 'acme/offers', channel: 'sms', state: 'granted' }],
    identifiers: { phone: number },
    evidence: {
      ...{ source: 'call-centre', actor: { kind: 'agent' }, method: 'call', legalBasis: 'consent' },
      occurredAt: new Date().toISOString(),
      notice: { id: 'marketing', version: '3', language: 'en' },
    },
  });
  return subject;
}

const said = (language: Language, name: keyof Messages['keywords'], values: Values): string => {
  const { say, messages } = voiceOf(language);
  return say(messages.keywords[name], values);
};

let numbers = 0;
const aNumber = (): string => `+4520${String(100_000 + numbers++)}`;

/** Twilio's signature as its documentation tells it, line by line. */
function signatureOf(url: string, fields: readonly (readonly [string, string])[], token: string): string {
  let text = url;
  for (const name of [...new Set(fields.map(([one]) => one))].sort()) {
    const values = new Set(fields.filter(([one]) => one === name).map(([, value]) => value));
    for (const value of [...values].sort()) text += name + value;
  }
  return createHmac('sha1', token).update(text, 'utf8').digest('base64');
}

interface Sent {
  readonly From: string;
  readonly Body: string;
  readonly MessageSid?: string;
}

interface Spoilt {
  readonly token?: string;
  readonly url?: string;
  readonly more?: readonly (readonly [string, string])[];
  /** Added after it was signed. */
  readonly added?: string;
}

const ADDRESS = '/v1/keywords';

async function twilio({ MessageSid = `SM${randomUUID()}`, ...sent }: Sent, spoilt: Spoilt = {}) {
  const { token = AUTH_TOKENS[0] ?? '', url = `${engine.url}${ADDRESS}`, more = [], added = '' } = spoilt;
  const fields = [
    ...Object.entries({ ToCountry: 'DK', ...sent, MessageSid, AccountSid: 'AC1', NumMedia: '0' }),
    ...more,
  ];
  const response = await fetch(`${engine.url}${ADDRESS}`, {
    method: 'POST',
    body:
      new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString() + added,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signatureOf(url, fields, token),
    },
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';

describe('a text message from Twilio', () => {
  test('that says stop withdraws everything on that channel, as the person’s own word, with its evidence', async () => {
    const number = aNumber();
    const subject = await person(number);
    const { status, type, body } = await twilio({ From: number, Body: 'Stop please!' });
    expect([status, type]).toEqual([200, 'text/xml; charset=utf-8']);
    expect(body).toContain(`<Message>${said('en', 'stoppedAll', { who: 'Acme and Orbit' })}</Message>`);
    const [version] = await historyOf(subject);
    expect(version).toMatchObject({
      change: { choices: [{ topic: '*', channel: 'sms', state: 'withdrawn' }], identifiers: [] },
      evidence: { source: 'text-messages', actor: { kind: 'subject' }, method: 'keyword' },
    });
    expect(version?.changed).toContainEqual({
      ...{ topic: 'acme/offers', channel: 'sms' },
      ...{ from: 'granted', to: 'withdrawn' },
    });
    expect(version?.evidence.receivedDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(await decides(subject)).toBe('withdrawn');
  });

  test('that Twilio answers by itself is taken, and not answered again', async () => {
    const number = aNumber();
    const subject = await person(number);
    expect((await twilio({ From: number, Body: ' stop ' })).body).toBe(EMPTY);
    expect(await decides(subject)).toBe('withdrawn');
    const recognised = [['OptOutType', 'STOP']] as const;
    expect((await twilio({ From: number, Body: 'Afmeld' }, { more: recognised })).body).toBe(EMPTY);
  });

  test('that comes twice is stored once', async () => {
    const number = aNumber();
    const subject = await person(number);
    for (const _ of [1, 2, 3]) await twilio({ From: number, Body: 'STOP', MessageSid: 'SM-again' });
    expect(await historyOf(subject)).toHaveLength(2);
  });

  test('counts for everybody who goes by the number', async () => {
    const number = aNumber();
    const family = [await person(number), await person(number)];
    await twilio({ From: number, Body: 'Afmeld' });
    expect(await Promise.all(family.map((one) => decides(one)))).toEqual(['withdrawn', 'withdrawn']);
  });

  test('from a number nobody is known by is kept for that number: whoever takes it up later shares it', async () => {
    const number = aNumber();
    const before = await twilio({ From: number, Body: 'Stop it now' });
    const [stranger = ''] = await whoGoesBy(number);
    expect(stranger).toMatch(/^unknown:phone:[0-9a-f]{32}$/);
    expect(await decides(stranger)).toBe('withdrawn');
    await person(number);
    expect(await whoGoesBy(number)).toContain(stranger);
    const after = await twilio({ From: number, Body: 'Stop it now' });
    expect(after).toEqual(before);
  });

  test('that says start grants what is declared for it and nothing else, with the notice declared', async () => {
    const number = aNumber();
    const subject = await person(number);
    await twilio({ From: number, Body: 'STOP' });
    const { body } = await twilio({ From: number, Body: 'Start' });
    expect(body).toContain(said('en', 'started', { who: 'Acme and Orbit', topics: 'Offers' }));
    expect(await decides(subject)).toBe('granted');
    expect(await decides(subject, 'acme/newsletter')).toBe('withdrawn');
    const [version] = await historyOf(subject);
    expect(version).toMatchObject({
      change: { choices: [{ topic: 'acme/offers', channel: 'sms', state: 'granted' }] },
      evidence: {
        ...{ method: 'keyword', legalBasis: 'consent', actor: { kind: 'subject' } },
        notice: { id: 'marketing', version: '3', language: 'en', sha256: config.notices['marketing/3/en'] },
      },
    });
  });

  test('that says start grants nothing where it is not clear whose word it is, and says the same', async () => {
    const [shared, unknown, whatsApp] = [aNumber(), aNumber(), aNumber()];
    const family = [await person(shared), await person(shared)];
    const alone = await person(whatsApp);
    for (const number of [shared, unknown, whatsApp]) await twilio({ From: number, Body: 'STOP' });
    const answers = [
      await twilio({ From: shared, Body: 'START' }),
      await twilio({ From: unknown, Body: 'START' }),
      await twilio({ From: `whatsapp:${whatsApp}`, Body: 'START' }),
    ];
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const everybody = [...family, alone, ...(await whoGoesBy(unknown))];
    expect(await Promise.all(everybody.map((one) => decides(one)))).toEqual(everybody.map(() => 'withdrawn'));
  });

  test('that says start again counts too where the number alone was stopped before its person was known', async () => {
    const number = aNumber();
    await twilio({ From: number, Body: 'STOP' });
    const subject = await person(number);
    await twilio({ From: number, Body: 'START' });
    const everybody = await whoGoesBy(number);
    expect(everybody).toHaveLength(2);
    expect(await Promise.all(everybody.map((one) => decides(one)))).toEqual(['granted', 'granted']);
    expect(everybody).toContain(subject);
  });

  test('that asks for help is told who writes and how to stop, in its own language', async () => {
    const { body } = await twilio({ From: aNumber(), Body: 'Hjælp!' });
    const help = said('da', 'help', { who: 'Acme og Orbit' });
    expect(body.replaceAll('&apos;', "'")).toContain(help);
    expect(help).toContain('STOP');
    expect(body).toContain('https://www.acme.example/help');
  });

  test('that says something else changes nothing and is not answered', async () => {
    const number = aNumber();
    const subject = await person(number);
    expect((await twilio({ From: number, Body: 'Don’t stop! What time do you open?' })).body).toBe(EMPTY);
    expect((await twilio({ From: number, Body: '' })).body).toBe(EMPTY);
    expect(await historyOf(subject)).toHaveLength(1);
  });

  test('from what is no number at all is taken without effect', async () => {
    expect(await twilio({ From: 'Acme', Body: 'Stop now' })).toMatchObject({ status: 200 });
    expect(lines.some((line) => line.includes('"keyword":"stop","reason":"identifier-unusable"'))).toBe(true);
  });

  test.each<[string, Spoilt]>([
    ['under the auth token before', { token: 'the one before' }],
    [
      'with a field that comes twice',
      {
        more: [
          ['Tag', 'b'],
          ['Tag', 'a'],
          ['Tag', 'b'],
        ],
      },
    ],
    ['with letters and signs of every kind', { more: [['ProfileName', 'Æ & ش + %41 =']] }],
    [
      'with an empty field, and capitals beside small letters',
      {
        more: [
          ['zone', ''],
          ['Zone', 'x'],
          ['a', 'y'],
        ],
      },
    ],
  ])('%s is genuine', async (_, spoilt) => {
    expect((await twilio({ From: aNumber(), Body: 'hello' }, spoilt)).status).toBe(200);
  });

  test.each<[string, () => Spoilt]>([
    ['under another key', () => ({ token: 'a guess' })],
    ['under an empty key', () => ({ token: '' })],
    ['signed for another address', () => ({ url: 'https://elsewhere.example/v1/keywords' })],
    ['with a field added to it', () => ({ added: '&Body=START' })],
  ])('%s is refused, and nothing is stored', async (_, spoilt) => {
    const number = aNumber();
    const subject = await person(number);
    const { status, body } = await twilio({ From: number, Body: 'STOP' }, spoilt());
    expect([status, z.object({ type: z.string() }).parse(JSON.parse(body)).type]).toEqual([
      401,
      '/problems/invalid-signature',
    ]);
    expect(await historyOf(subject)).toHaveLength(1);
  });

  test('without a signature is refused', async () => {
    const form = { method: 'POST', body: new URLSearchParams({ From: aNumber(), Body: 'STOP' }) };
    expect((await fetch(`${engine.url}${ADDRESS}`, form)).status).toBe(401);
  });
});

describe('a text message from AWS, through SNS', () => {
  const inbound = (originationNumber: string, messageBody: string, inboundMessageId: string = randomUUID()) =>
    JSON.stringify({
      ...{ originationNumber, destinationNumber: '+4512345678', messageKeyword: 'KEYWORD_1', messageBody },
      ...{ inboundMessageId, previousPublishedMessageId: randomUUID() },
    });
  const publish = (message: string, spoilt?: 'signature' | 'body' | 'age') =>
    sns.post(`${engine.url}${ADDRESS}`, { type: 'Notification', message, spoilt });

  test('begins with the topic asking, which Heed confirms by itself', async () => {
    const asked = { type: 'SubscriptionConfirmation', message: 'You have chosen to subscribe.' } as const;
    expect(await sns.post(`${engine.url}${ADDRESS}`, asked)).toBe(200);
    expect(sns.isConfirmed()).toBe(true);
  });

  test('that says stop is stored, once', async () => {
    const number = aNumber();
    const subject = await person(number);
    const message = inbound(number, 'Opt-out');
    expect([await publish(message), await publish(message)]).toEqual([200, 200]);
    expect(await decides(subject)).toBe('withdrawn');
    expect(await historyOf(subject)).toHaveLength(2);
  });

  test.each(['signature', 'body', 'age'] as const)('whose %s is wrong is refused', async (spoilt) => {
    const number = aNumber();
    const subject = await person(number);
    expect(await publish(inbound(number, 'STOP'), spoilt)).toBe(401);
    expect(await decides(subject)).toBe('granted');
  });

  test('that is none is told so', async () => {
    expect(await publish('{"eventType":"TEXT_DELIVERED"}')).toBe(422);
  });
});

describe('a text message from a client of our own', () => {
  const post = async (body: object, token?: string) => {
    const response = await fetch(`${engine.url}${ADDRESS}`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
    return { status: response.status, body: await response.json() };
  };

  test('is taken with a token that may write, and answered with what may be told', async () => {
    const number = aNumber();
    const subject = await person(number);
    const { status, body } = await post({ from: number, text: 'stop tak' }, await tokenFor(STAFF));
    expect(status).toBe(200);
    expect(KeywordAnswer.parse(body)).toEqual({
      keyword: 'stop',
      reply: said('da', 'stoppedAll', { who: 'Acme og Orbit' }),
    });
    expect(await decides(subject)).toBe('withdrawn');
    const [version] = await historyOf(subject);
    expect(version?.evidence).not.toHaveProperty('receivedDigest');
  });

  test.each<[string, object, object | undefined, number]>([
    ['without a token', { from: '+4520999999', text: 'STOP' }, undefined, 401],
    [
      'with a token that may only read',
      { from: '+4520999999', text: 'STOP' },
      { scope: 'preferences:read' },
      403,
    ],
    ['with a person’s own token', { from: '+4520999999', text: 'STOP' }, { subject: 'p-1' }, 403],
    ['from no number', { from: 'Acme', text: 'STOP' }, STAFF, 422],
    ['without a text', { from: '+4520999999' }, STAFF, 422],
  ])('%s is refused', async (_, body, wanted, status) => {
    expect((await post(body, wanted && (await tokenFor(wanted)))).status).toBe(status);
    expect(await whoGoesBy('+4520999999')).toEqual([]);
  });
});

test('no number, no text and no token is in a log', () => {
  expect(lines.length).toBeGreaterThan(50);
  const all = lines.join('\n');
  expect(all).not.toMatch(/4520\d{6}|eyJ|auth token/);
  expect(all).not.toMatch(/afmeld|opt-out|please/i);
});
