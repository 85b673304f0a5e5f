import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler, keywords } from '../../functions/keywords.ts';
import config from '../../heed.config.ts';
import type { Language } from '../../lib/domain/language.ts';
import { textIn } from '../../lib/domain/text.ts';
import type { HttpEvent } from '../../lib/http/message.ts';
import { KeywordAnswer, ProblemAnswer } from '../../lib/http/schemas.ts';
import type { Messages } from '../../lib/page/messages.ts';
import { type Values, voiceOf } from '../../lib/page/say.ts';
import { access, context, type Rig, rig } from '../api/rig.ts';

const AUTH_TOKEN = 'an auth token';
const PUBLIC = 'https://heed.example';

const event = (headers: HttpEvent['headers'], body: string): HttpEvent => ({
  ...{ routeKey: 'POST /v1/keywords', rawPath: '/v1/keywords', rawQueryString: '' },
  ...{ headers, body, isBase64Encoded: false },
});

const SMS = { source: 'text-messages', channel: 'sms', snsTopics: [], answeredByTwilio: [] };

function handlerOf(of: Rig, declared: object = {}) {
  const { catalogue, store, clock, tokens, lines } = of;
  const settings = { ...SMS, stops: ['*'], languages: ['en' as const, 'fr' as const], ...declared };
  return keywords({
    ...{ ...store, catalogue, clock, tokens, publicUrl: PUBLIC },
    config: { ...config, keywords: settings },
    keywordSecret: async () => ({ twilio: [AUTH_TOKEN] }),
    web: { send: async () => ({ kind: 'silence', timedOut: true }) },
    line: (line) => void lines.push(line),
  });
}

function fromTwilio(text: string): HttpEvent {
  const fields = { Body: text, From: '+4520123456', MessageSid: 'SM1' };
  const signed = Object.entries(fields).reduce(
    (all, [name, value]) => all + name + value,
    `${PUBLIC}/v1/keywords`,
  );
  const signature = createHmac('sha1', AUTH_TOKEN).update(signed).digest('base64');
  const form = 'application/x-www-form-urlencoded';
  return event(
    { 'content-type': form, 'x-twilio-signature': signature },
    new URLSearchParams(fields).toString(),
  );
}

const fromClient = async (of: Rig, text: string, sources?: readonly string[]): Promise<HttpEvent> =>
  event(
    {
      'content-type': 'application/json',
      authorization: `Bearer ${await of.mint(access('preferences:write', sources))}`,
    },
    JSON.stringify({ from: '20 12 34 56', text }),
  );

const said = (language: Language, name: keyof Messages['keywords'], values: Values): string => {
  const { say, messages } = voiceOf(language);
  return say(messages.keywords[name], values);
};

const textOf = (twiml: string): string | undefined =>
  /<Message>(.*)<\/Message>/.exec(twiml)?.[1]?.replaceAll('&apos;', "'");

let all: Rig;
beforeEach(() => {
  all = rig();
});
afterEach(() => void vi.unstubAllEnvs());

test('where no keywords are declared there is nothing', async () => {
  const { keywords: _, ...bare } = config;
  const { catalogue, store, clock, tokens } = all;
  const none = keywords({
    ...{ ...store, catalogue, clock, tokens, config: bare, publicUrl: PUBLIC, line: () => {} },
    keywordSecret: async () => undefined,
    web: { send: async () => ({ kind: 'silence', timedOut: true }) },
  });
  const { statusCode, body } = await none(fromTwilio('STOP'), context);
  expect([statusCode, ProblemAnswer.parse(JSON.parse(body)).type]).toEqual([404, '/problems/not-found']);
});

test('a stop covers what is declared for it, and says so', async () => {
  const { body } = await handlerOf(all, { stops: ['acme/*', 'orbit/events'] })(fromTwilio('Arrêt'), context);
  const named = ['acme/newsletter', 'acme/offers', 'acme/surveys', 'acme/data-sharing', 'orbit/events'];
  const topics = voiceOf('fr').list(named.map((topic) => textIn(config.topics[topic]?.title ?? '', 'fr')));
  expect(textOf(body)).toBe(said('fr', 'stopped', { who: 'Acme et Orbit', topics }));
});

test('a start is answered with the way where none is declared, and changes nothing', async () => {
  const { body } = await handlerOf(all)(fromTwilio('Start'), context);
  const text = said('en', 'way', { who: 'Acme and Orbit' });
  expect(textOf(body)).toBe(said('en', 'link', { text, link: 'https://www.acme.example/help' }));
  expect(all.store.size()).toBe(0);
});

test('what needs escaping in an answer is escaped', async () => {
  const brands = { a: { title: '<b>"Fish" & ’Chips\'</b>' } };
  const { catalogue, store, clock, tokens } = all;
  const odd = keywords({
    ...{ ...store, catalogue, clock, tokens, publicUrl: PUBLIC, line: () => {} },
    config: { ...config, brands, keywords: { ...SMS, stops: ['*'], languages: ['en'] } },
    keywordSecret: async () => ({ twilio: [AUTH_TOKEN] }),
    web: { send: async () => ({ kind: 'silence', timedOut: true }) },
  });
  const { body } = await odd(fromTwilio('help'), context);
  expect(body).toContain('<Message>&lt;b&gt;&quot;Fish&quot; &amp; ’Chips&apos;&lt;/b&gt;: ');
});

test('a number is understood as it is written in the country declared', async () => {
  const response = await handlerOf(all)(await fromClient(all, 'STOP'), context);
  expect(KeywordAnswer.parse(JSON.parse(response.body)).keyword).toBe('stop');
  const hash = await all.store.seals.hash('phone', '+4520123456');
  expect(await all.store.identifiers.holders('phone', hash, 10)).toHaveLength(1);
});

test('a client that speaks for another source is refused', async () => {
  const { statusCode } = await handlerOf(all)(await fromClient(all, 'STOP', ['call-centre']), context);
  expect([statusCode, all.store.size()]).toEqual([403, 0]);
});

test('a stop that could not be stored is to be sent again', async () => {
  const busy = { ...all.store, records: { ...all.store.records, append: async () => false } };
  const { statusCode, headers } = await handlerOf({ ...all, store: busy })(fromTwilio('STOP'), context);
  expect([statusCode, headers['retry-after']]).toEqual([503, '1']);
});

test('a message longer than any is refused before it is read', async () => {
  const long = event({ 'content-type': 'application/x-www-form-urlencoded' }, 'x'.repeat(40_000));
  expect((await handlerOf(all)(long, context)).statusCode).toBe(413);
});

test('as the stack deploys it, a stranger is turned away', async () => {
  for (const name of [
    ...[
      'HEED_RECORDS_TABLE',
      'HEED_DELIVERIES_TABLE',
      'HEED_KEYS_TABLE',
      'HEED_AUDIT_TABLE',
      'HEED_KMS_KEY',
      'HEED_TOKEN_SECRET',
    ],
    ...['HEED_KEYWORDS_SECRET', 'HEED_PUBLIC_URL', 'AWS_REGION'],
  ])
    vi.stubEnv(name, 'eu-west-1');
  const { statusCode } = await handler(event({ 'content-type': 'application/json' }, '{}'), context);
  expect(statusCode).toBe(401);
});
