import { describe, expect, it } from 'vitest';
import { HistoryAnswer } from '../../lib/http/schemas.ts';
import {
  aReader,
  BUTTON,
  FORM,
  LEAVING,
  LIST,
  type LinkRig,
  linkRig,
  ONE_CLICK,
  type Sent,
  STOPPED,
} from './link-rig.ts';
import { access, aGrant, NOW } from './rig.ts';
import { post, record, states } from './steps.ts';

const DAY = 86_400_000;

const historyOf = async ({ call, mint }: LinkRig, subject = 'alice') => {
  const { body } = await call('history', { subject, token: await mint(access()) });
  return HistoryAnswer.parse(JSON.parse(body)).versions;
};

describe('a link that is fetched', () => {
  it.each([
    ['en', 'Stop “Newsletter” by e-mail?'],
    ['da', 'Vil du stoppe »Nyhedsbrev« via e-mail?'],
    ['de', '„Newsletter“ per E-Mail abbestellen?'],
  ])('asks in %s whether this list is to be stopped, and stops nothing', async (language, question) => {
    const { one, token } = await aReader();
    const asked = await one.get(token, { headers: { 'accept-language': language } });
    expect(asked.statusCode).toBe(200);
    expect(asked.body).toContain(`<h1>${question}</h1>`);
    expect(asked.body).toContain('<form method="post">');
    expect((await one.get(token, { query: { lang: language } })).body).toBe(asked.body);
    expect(one.store.size()).toBe(1);
  });

  it('says nothing of the record, nor whether there is one', async () => {
    const { one, token } = await aReader();
    const unknown = await one.mint({ ...LEAVING, sub: 'nobody' });
    const known = await one.get(token);
    expect(await one.get(unknown)).toEqual(known);
    await one.post(token, ONE_CLICK);
    expect(await one.get(token)).toEqual(known);
  });

  it('names a topic and a channel that are no longer declared by their ids', async () => {
    const one = linkRig();
    const token = await one.mint({ ...LEAVING, topic: 'gone/letters', channel: 'fax' });
    expect((await one.get(token)).body).toContain('Stop “gone/letters” by fax?');
  });
});

/** As clients put it on the wire. */
const multipart = (boundary: string, part: string): Sent => ({
  type: `multipart/form-data; boundary=${boundary}`,
  body: `--${boundary}\r\n${part}\r\n\r\nOne-Click\r\n--${boundary}--\r\n`,
});
const NAME = 'Content-Disposition: form-data; name="List-Unsubscribe"';

const oneClicks: readonly (readonly [string, Sent])[] = [
  ['the form of RFC 8058 and of Gmail', ONE_CLICK],
  ['a form with its charset', { ...ONE_CLICK, type: `${FORM}; charset=UTF-8` }],
  ['a form with a line break after it', { type: FORM, body: 'List-Unsubscribe=One-Click\r\n' }],
  ['a form among other fields', { type: FORM, body: 'a=b&List-Unsubscribe=One-Click&c=d' }],
  ['a form that does not say it is one', { body: 'List-Unsubscribe=One-Click' }],
  ['a form sent as text', { type: 'text/plain;charset=UTF-8', body: 'List-Unsubscribe=One-Click' }],
  ['the multipart form of RFC 8058', multipart('---FormBoundaryjWmhtjORrn', NAME)],
  ['a multipart form as curl writes it', multipart('------------------------d74496d66958873e', NAME)],
  [
    'a multipart form with the type of its part',
    multipart('----=_Part_1', `${NAME}\r\nContent-Type: text/plain; charset=utf-8`),
  ],
  [
    'a multipart form with a quoted boundary',
    { ...multipart('b/1', NAME), type: 'multipart/form-data; boundary="b/1"' },
  ],
  ['a multipart form in capitals', { ...multipart('x', NAME), type: 'Multipart/Form-Data; boundary=x' }],
];

describe('one click in a mail program', () => {
  it.each(oneClicks)('unsubscribes from exactly that list: %s', async (_, sent) => {
    const { one, token } = await aReader();
    const answer = await one.post(token, sent);
    expect(answer).toMatchObject({ statusCode: 200, body: 'Unsubscribed.\n' });
    expect(Object.keys(answer.headers)).not.toContain('location');
    expect(Object.keys(answer.headers)).not.toContain('set-cookie');
    expect(states((await record(one)).view)).toEqual(STOPPED);
    const [{ change, evidence } = { change: undefined, evidence: undefined }] = await historyOf(one);
    expect(change?.choices).toEqual([{ ...LIST, state: 'withdrawn' }]);
    expect(evidence).toEqual({
      ...{ source: 'preference-center', actor: { kind: 'subject' }, method: 'one-click' },
      occurredAt: new Date(NOW).toISOString(),
    });
  });

  it('asks for no origin, no cookie and no referrer, and looks at none', async () => {
    const { one, token } = await aReader();
    const headers = { origin: 'https://evil.example', cookie: 'a=b', 'sec-fetch-site': 'cross-site' };
    expect((await one.post(token, { ...ONE_CLICK, headers })).statusCode).toBe(200);
    expect(states((await record(one)).view)).toEqual(STOPPED);
  });

  it('is answered 200 and makes no version when it is repeated', async () => {
    const { one, token } = await aReader();
    const first = await one.post(token, ONE_CLICK);
    for (const [, sent] of oneClicks) {
      one.clock.advance(DAY);
      expect(await one.post(token, sent)).toEqual(first);
    }
    expect(one.store.size()).toBe(2);
  });

  it('makes one version however many arrive at once', async () => {
    const { one, token } = await aReader();
    const answers = await Promise.all(Array.from({ length: 12 }, () => one.post(token, ONE_CLICK)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(one.store.size()).toBe(2);
  });

  it('stops again what she has allowed since', async () => {
    const { one, token } = await aReader();
    await one.post(token, ONE_CLICK);
    one.clock.advance(DAY);
    const occurredAt = new Date(one.clock.now()).toISOString();
    await post(one, { ...aGrant(), evidence: { ...aGrant().evidence, occurredAt } });
    one.clock.advance(DAY);
    await one.post(token, ONE_CLICK);
    expect(states((await record(one)).view)).toEqual(STOPPED);
    expect(one.store.size()).toBe(4);
  });

  it('is her own word although a system has stopped it already: the system cannot lift that', async () => {
    const { one, token } = await aReader();
    const said = (state: string, occurredAt: string) => ({
      choices: [{ ...LIST, state }],
      evidence: {
        ...aGrant().evidence,
        ...{ source: 'crm-import', actor: { kind: 'system' }, occurredAt },
      },
    });
    await post(one, said('withdrawn', '2026-05-01T10:30:00Z'));
    await one.post(token, ONE_CLICK);
    expect(one.store.size()).toBe(3);
    one.clock.advance(DAY);
    await post(one, said('granted', '2026-05-02T10:00:00Z'));
    expect(states((await record(one)).view)).toEqual(STOPPED);
  });
});

const others: readonly (readonly [string, Sent])[] = [
  ['nothing', {}],
  ['an empty form', { type: FORM, body: '' }],
  ['another value', { type: FORM, body: 'List-Unsubscribe=Never' }],
  ['JSON', { type: 'application/json', body: '{"List-Unsubscribe":"One-Click"}' }],
  ['bytes that are no text', { type: FORM, body: Buffer.from([0xff, 0xfe, 0x00, 0x80]) }],
  ['a multipart form without its boundary', { type: 'multipart/form-data', body: '--x\r\n' }],
  ['a multipart form that is cut off', { type: 'multipart/form-data; boundary=x', body: `--x\r\n${NAME}` }],
  ['a hundred kilobytes', { type: FORM, body: 'x'.repeat(100_000) }],
];

describe('a post that is neither a mail program’s nor the page’s', () => {
  it.each(others)('stops the list all the same: %s', async (_, sent) => {
    const { one, token } = await aReader();
    expect(await one.post(token, sent)).toMatchObject({ statusCode: 200, body: 'Unsubscribed.\n' });
    expect(states((await record(one)).view)).toEqual(STOPPED);
    expect((await historyOf(one))[0]?.evidence.method).toBe('link');
  });

  it('is answered with a page where a person’s browser sent it', async () => {
    const { one, token } = await aReader();
    const headers = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };
    expect((await one.post(token, { headers })).body).toContain('<h1>You are unsubscribed</h1>');
  });
});

describe('the page’s own button', () => {
  it('stops the list and says so, without sending the browser elsewhere', async () => {
    const { one, token } = await aReader();
    const done = await one.post(token, { ...BUTTON, headers: { 'accept-language': 'fr' } });
    expect(done.statusCode).toBe(200);
    expect(done.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(done.body).toContain('<html lang="fr"');
    expect(states((await record(one)).view)).toEqual(STOPPED);
    expect((await historyOf(one))[0]?.evidence.method).toBe('form');
  });

  it('says the same when it is pressed or reloaded again, and makes no further version', async () => {
    const { one, token } = await aReader();
    const done = await one.post(token, BUTTON);
    expect(await one.post(token, BUTTON)).toEqual(done);
    expect(one.store.size()).toBe(2);
  });
});

describe('a stop gets through', () => {
  it.each([
    ['a topic that nobody declares any more', { topic: 'gone/letters', channel: 'fax' }],
    ['every channel of a topic', { topic: 'acme/newsletter', channel: '*' }],
  ])('for %s', async (_, list) => {
    const one = linkRig();
    const token = await one.mint({ ...LEAVING, ...list });
    expect((await one.post(token, ONE_CLICK)).statusCode).toBe(200);
    expect((await one.post(token, ONE_CLICK)).statusCode).toBe(200);
    expect((await historyOf(one)).map(({ change }) => change.choices)).toEqual([
      [{ ...list, state: 'withdrawn' }],
    ]);
  });

  it('for a retired topic', async () => {
    const { catalogue } = linkRig();
    const retired = { ...catalogue.topics['acme/newsletter'], retired: true };
    const { brand = 'acme', title = '', purpose = '' } = retired;
    const topics = { ...catalogue.topics, 'acme/newsletter': { brand, title, purpose, retired: true } };
    const one = linkRig({ catalogue: { ...catalogue, topics } });
    await one.post(await one.mint(LEAVING), ONE_CLICK);
    expect(states((await record(one)).view)).toEqual(['acme/newsletter withdrawn']);
  });

  it('where the page’s own source has no right to the topic: Heed says it then', async () => {
    const { catalogue } = linkRig();
    const { 'preference-center': _, ...sources } = catalogue.sources;
    const one = linkRig({ catalogue: { ...catalogue, sources } });
    await one.post(await one.mint(LEAVING), ONE_CLICK);
    expect((await historyOf(one))[0]?.evidence).toMatchObject({ source: 'heed', actor: { kind: 'subject' } });
  });

  it('without a look at anything but her versions: neither keys nor addresses nor deliveries are within reach', async () => {
    const { store } = linkRig();
    const outOfReach = async (): Promise<never> => {
      throw new Error('out of reach');
    };
    const one = linkRig({
      real: {
        records: store.records,
        identifiers: { of: outOfReach, holders: outOfReach, suppressed: outOfReach },
        seals: {
          ...{ seal: outOfReach, open: outOfReach, hash: outOfReach, ownHash: outOfReach },
          ...{ keyOf: String, forget: () => {} },
        },
        ledger: { ofSubject: outOfReach, items: outOfReach, answeredWith: outOfReach },
      },
    });
    expect((await one.post(await one.mint(LEAVING), ONE_CLICK)).statusCode).toBe(200);
    expect(store.size()).toBe(1);
  });

  it('or is asked for again where the store takes nothing just now', async () => {
    const { store } = linkRig();
    const records = { ...store.records, append: async () => false };
    const one = linkRig({ real: { ...store, records } });
    const busy = await one.post(await one.mint(LEAVING), ONE_CLICK);
    expect(busy.statusCode).toBe(503);
    expect(busy.headers['retry-after']).toBe('5');
  });
});
