import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { HistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { en } from '../../lib/page/languages/en.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { simulators } from '../simulators/index.ts';
import { flipped, formOf, wordsOf } from './form.ts';

const NEWS = 'acme/newsletter email';
const lines: string[] = [];
const tokens: string[] = [];
let engine: Engine;
let staff = '';

const Token = z.object({ token: z.string() });

async function tokenFor(body: object): Promise<string> {
  const answer = await fetch(`${engine.url}/local/token`, { method: 'POST', body: JSON.stringify(body) });
  return Token.parse(await answer.json()).token;
}

beforeAll(async () => {
  engine = await startEngine({
    ...{ config: only(whole, ['webhook']), port: 0, vendors: simulators },
    warn: (line) => void lines.push(line),
    line: (line) => void lines.push(JSON.stringify(line)),
  });
  staff = await tokenFor({ scope: 'preferences:write preferences:read audit:read' });
});
afterAll(() => engine.stop());

const asStaff = () => ({ authorization: `Bearer ${staff}`, 'content-type': 'application/json' });

/** A person of her own for each test, with her page. */
async function somebody(subject: string) {
  const token = await tokenFor({ subject });
  tokens.push(token);
  const link = `${engine.url}/p/${token}`;
  const open = async (headers: Record<string, string> = {}, query = '') => {
    const answer = await fetch(`${link}${query}`, { headers: { 'accept-language': 'en', ...headers } });
    return { answer, page: await answer.text() };
  };
  const post = (fields: URLSearchParams, to = link) =>
    fetch(to, { method: 'POST', body: fields, redirect: 'manual', headers: { 'accept-language': 'en' } });
  const told = (path: string) =>
    fetch(`${engine.url}/v1/subjects/${subject}${path}`, { headers: asStaff() }).then((one) => one.json());
  return {
    ...{ subject, token, link, open, post },
    record: async () => RecordAnswer.parse(await told('')),
    versions: async () => HistoryAnswer.parse(await told('/history')).versions,
    says: (change: object) =>
      fetch(`${engine.url}/v1/subjects/${subject}/changes`, {
        ...{ method: 'POST', headers: asStaff(), body: JSON.stringify(change) },
      }),
  };
}

describe('the form of the page', () => {
  test('is saved without a script, and the page that follows says what was saved', async () => {
    const her = await somebody('ada');
    const { answer, page } = await her.open();
    expect(answer.status).toBe(200);
    const { action, fields } = formOf(page);
    const saved = await her.post(flipped(fields, NEWS), new URL(action, her.link).href);
    expect([saved.status, saved.headers.get('location')]).toEqual([303, '?saved=1']);
    const after = await fetch(new URL(saved.headers.get('location') ?? '', saved.url));
    const text = await after.text();
    expect(wordsOf(text)).toContain('Saved: Newsletter by e-mail is on.');
    expect(formOf(text).fields.getAll('on')).toEqual([NEWS]);
    const [version] = await her.versions();
    expect(version?.change.choices).toEqual([
      { topic: 'acme/newsletter', channel: 'email', state: 'granted' },
    ]);
    expect(version?.evidence).toMatchObject({
      ...{ source: 'preference-center', method: 'form', legalBasis: 'consent', jurisdiction: 'DK' },
      notice: { id: 'marketing', version: '4', language: 'en', sha256: whole.notices['marketing/4/en'] },
    });
    const off = await her.post(flipped(formOf(text).fields, NEWS));
    expect([off.status, off.headers.get('location')]).toEqual([303, '?saved=2']);
    expect((await her.record()).choices.map(({ state }) => state)).toEqual(['withdrawn']);
  });

  test('that says what the page said already changes nothing, and says so', async () => {
    const her = await somebody('bea');
    const { fields } = formOf((await her.open()).page);
    const saved = await her.post(fields);
    expect(saved.headers.get('location')).toBe('?saved=0');
    expect(wordsOf((await her.open({}, '?saved=0')).page)).toContain(en.page.unchanged);
    expect(await her.versions()).toEqual([]);
  });

  test('keeps the language that was asked for, all the way', async () => {
    const her = await somebody('cleo');
    const { page } = await her.open({}, '?lang=da');
    expect(page).toContain('<html lang="da"');
    const { action, fields } = formOf(page);
    expect(fields.get('notice')).toBe('marketing/4/da');
    const saved = await her.post(flipped(fields, NEWS), new URL(action, her.link).href);
    const { page: after } = await her.open({}, saved.headers.get('location') ?? '');
    expect(after).toContain('<html lang="da"');
    expect(wordsOf(after)).toContain('Gemt: Nyhedsbrev via e-mail er slået til.');
  });

  test('of a page that was open while it was stopped elsewhere asks again, and shows what holds', async () => {
    const her = await somebody('dora');
    const { fields } = formOf((await her.open()).page);
    await her.says({ choices: [{ topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' }] });
    const asked = await her.post(flipped(flipped(fields, NEWS), 'acme/offers sms'));
    expect(asked.status).toBe(409);
    const page = await asked.text();
    expect(wordsOf(page)).toContain('Saved: Offers by text message is on. One choice was stopped elsewhere');
    expect(wordsOf(page)).toContain('after you opened this page. Switch it on again if you want it.');
    expect(formOf(page).fields.getAll('on')).toEqual(['acme/offers sms']);
    const again = await her.post(flipped(formOf(page).fields, NEWS));
    expect(again.status).toBe(303);
    expect(formOf((await her.open()).page).fields.getAll('on')).toContain(NEWS);
  });

  test('with something wrong in it shows that at its field; what was switched off is off', async () => {
    const her = await somebody('eve');
    await her.post(flipped(formOf((await her.open()).page).fields, NEWS));
    const { fields } = formOf((await her.open()).page);
    const wrong = flipped(flipped(fields, NEWS), 'acme/offers sms');
    wrong.set('preference:interest.cycling', '<script>alert(1)</script>');
    const refused = await her.post(wrong);
    expect(refused.status).toBe(422);
    const page = await refused.text();
    expect(wordsOf(page)).toContain('Cycling: choose one of the answers that are shown.');
    expect(page).toMatch(/aria-invalid="true"/);
    expect(page).not.toContain('alert(1)');
    expect(formOf(page).fields.getAll('on')).toEqual([]);
    expect((await her.record()).choices.map(({ state }) => state)).toEqual(['withdrawn']);
  });

  test.each([
    ['nothing at all', ''],
    ['no version', 'shown=acme/newsletter+email&on=acme/newsletter+email&notice=marketing/4/en'],
    ['a name that is no control', 'version=0&notice=marketing/4/en&shown=x&on=x'],
    ['another notice', 'version=0&notice=other/1/en&on=acme/newsletter+email'],
  ])('that holds %s stores nothing and fails in words', async (what, body) => {
    const her = await somebody(`odd-${what.replaceAll(' ', '-')}`);
    const answer = await her.post(new URLSearchParams(body));
    expect(answer.status).toBe(422);
    expect(wordsOf(await answer.text())).toContain(en.errors.some);
    expect(await her.versions()).toEqual([]);
  });

  test('stops a brand, or everything, with one button, and says what it left', async () => {
    const her = await somebody('fay');
    const { fields } = formOf((await her.open()).page);
    await her.post(flipped(flipped(flipped(fields, NEWS), 'orbit/newsletter push'), 'acme/data-sharing *'));
    const brand = formOf((await her.open()).page).fields;
    brand.set('stop', 'acme/*');
    await her.post(brand);
    expect(formOf((await her.open()).page).fields.getAll('on')).toEqual(['orbit/newsletter push']);
    const all = flipped(formOf((await her.open()).page).fields, NEWS);
    all.set('stop', '*');
    const stopped = await her.post(all);
    expect(stopped.headers.get('location')).toBe('?saved=3&left=1');
    const { page } = await her.open({}, '?saved=3&left=1');
    expect(wordsOf(page)).toContain('Everything is stopped. Your other changes on this page were not saved.');
    expect(formOf(page).fields.getAll('on')).toEqual([]);
  });
});

describe('a link', () => {
  test('that is none, of another purpose or tampered with gets one and the same page', async () => {
    const her = await somebody('gil');
    const other = await tokenFor({ subject: 'gil', topic: 'acme/newsletter', channel: 'email' });
    tokens.push(other);
    const [head, , signature] = her.token.split('.');
    const forged = Buffer.from('{"purpose":"preferences","sub":"ada","iss":"heed"}').toString('base64url');
    const pages = await Promise.all(
      ['x', other, `${head}.${forged}.${signature}`].map(async (token) => {
        const answer = await fetch(`${engine.url}/p/${token}`, { headers: { 'accept-language': 'en' } });
        const post = await fetch(answer.url, { method: 'POST', body: new URLSearchParams({ stop: '*' }) });
        return [answer.status, await answer.text(), post.status];
      }),
    );
    expect(new Set(pages.map((page) => JSON.stringify(page))).size).toBe(1);
    expect(pages[0]?.[0]).toBe(404);
  });

  test('is fetched by scanners as often as they like: nothing is written', async () => {
    const her = await somebody('hal');
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      for (const path of ['', '/history', '/history.json', '/history.html'])
        await fetch(`${her.link}${path}`, { method });
    await her.open({ 'sec-gpc': '1', 'sec-purpose': 'prefetch' });
    expect(await her.versions()).toEqual([]);
  });
});

describe('what a page is sent with', () => {
  test('keeps it out of caches, logs of others and frames, and is compressed', async () => {
    const her = await somebody('ida');
    const raw = await new Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
      (resolve, reject) => {
        const asked = request(her.link, { headers: { 'accept-encoding': 'gzip' } }, async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(Buffer.from(chunk));
          resolve({ headers: answer.headers, body: Buffer.concat(chunks) });
        });
        asked.on('error', reject).end();
      },
    );
    expect(raw.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-encoding': 'gzip',
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    });
    const policy = String(raw.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(raw.headers['set-cookie']).toBeUndefined();
    expect(gunzipSync(raw.body).toString()).toContain('</html>');
    for (const path of ['/history', '/history.html']) {
      const { headers } = await fetch(`${her.link}${path}`);
      expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
        'no-store',
        'no-referrer',
      ]);
    }
  });
});

describe('the opt-out signal', () => {
  test('of a browser that opens the page is honoured, shown, and not repeated once she decides otherwise', async () => {
    const her = await somebody('joy');
    const signal = { 'sec-gpc': '1' };
    const { page } = await her.open(signal);
    expect(wordsOf(page)).toContain('We have honoured it: Sharing my data with partners.');
    const [version] = await her.versions();
    expect(version?.evidence).toMatchObject({ method: 'signal', actor: { kind: 'subject' } });
    await her.post(flipped(formOf(page).fields, 'acme/data-sharing *'));
    expect(wordsOf((await her.open(signal)).page)).toContain('You have since allowed here: Sharing my data');
    expect(await her.versions()).toHaveLength(2);
  });

  test('is announced to browsers', async () => {
    const answer = await fetch(`${engine.url}/.well-known/gpc.json`);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({ gpc: true, lastUpdate: '2026-01-01' });
  });
});

describe('her history', () => {
  test('is hers to read and to keep, and tells of nobody else', async () => {
    const her = await somebody('kim');
    const agent = { kind: 'agent', id: 'agent-4711' };
    await her.says({
      choices: [{ topic: 'acme/offers', channel: 'phone', state: 'granted' }],
      identifiers: { email: 'kim@example.com', phone: '+4512345678' },
      evidence: {
        ...{ source: 'call-centre', actor: agent, method: 'call', legalBasis: 'consent' },
        ...{ occurredAt: '2026-05-01T10:00:00Z', notice: { id: 'marketing', version: '3', language: 'da' } },
      },
    });
    await her.post(flipped(formOf((await her.open()).page).fields, 'acme/offers phone'));
    const page = await (await fetch(`${her.link}/history?lang=en`)).text();
    expect(wordsOf(page)).toContain('Offers by telephone: switched off');
    expect(wordsOf(page)).toContain('A member of staff, on your word: Call centre');
    expect(page).toContain('href="/notices/marketing/3/da"');
    const data = await fetch(`${her.link}/history.json`);
    expect(data.headers.get('content-disposition')).toBe('attachment; filename="history.json"');
    const text = await data.text();
    const { versions, identifiers } = JSON.parse(text);
    expect(identifiers).toEqual({ email: 'k…@example.com', phone: '+45…78' });
    expect(versions.map((one: { version: number }) => one.version)).toEqual([2, 1]);
    expect(versions[1].evidence.notice.sha256).toBe(whole.notices['marketing/3/da']);
    const file = await fetch(`${her.link}/history.html`);
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="history.html"');
    const kept = await file.text();
    expect(kept).not.toMatch(/<script|src=|rel="stylesheet"/);
    for (const all of [page, text, kept]) {
      expect(all).not.toContain('agent-4711');
      expect(all).not.toContain('kim@example.com');
      expect(all).not.toContain('12345678');
    }
  });

  test('comes a page at a time', async () => {
    const her = await somebody('lea');
    for (let i = 0; i < 27; i++) {
      const value = i % 2 === 0 ? 'like' : 'dislike';
      await her.says({
        preferences: [{ key: 'interest.cycling', value }],
        evidence: { source: 'call-centre', actor: { kind: 'agent' } },
      });
    }
    const first = await (await fetch(`${her.link}/history`)).text();
    expect(first.match(/data-version=/g)).toHaveLength(25);
    const older = /href="([^"]*cursor=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await (await fetch(new URL(older, her.link))).text();
    expect([...second.matchAll(/data-version="(\d+)"/g)].map(([, version]) => version)).toEqual(['2', '1']);
  });
});

/** Last: of everything above. */
test('no line that was logged holds a token, an address or whose it was', () => {
  const logged = lines.join('\n');
  expect(logged).toContain('POST /p/{token}');
  for (const token of tokens)
    for (const part of token.split('.').slice(1)) expect(logged).not.toContain(part);
  expect(logged).not.toMatch(/@example|12345678|"(ada|kim)"/);
});
