import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { noticeText } from '../../functions/notice-text.ts';
import config from '../../heed.config.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import type { HttpResponse } from '../../lib/http/message.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { context } from '../api/rig.ts';
import { root } from '../conventions/tree.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const digests = config.notices;
const lines: Readonly<Record<string, unknown>>[] = [];
const handler = noticeText({
  ...{ texts, digests, assets: { script: '/assets/page.js', style: '/assets/page.css' } },
  line: (one) => void lines.push(one),
});

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

function ask(name: string, { headers = {}, query }: Asked = {}): Promise<HttpResponse> {
  const [id = '', version = '', language = ''] = name.split('/');
  return handler(
    {
      ...{
        routeKey: 'GET /notices/{id}/{version}/{language}',
        rawPath: `/notices/${name}`,
        rawQueryString: '',
      },
      ...{ headers, pathParameters: { id, version, language }, isBase64Encoded: false },
      ...(query && { queryStringParameters: query }),
    },
    context,
  );
}

const bytes = ({ body, isBase64Encoded }: HttpResponse): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

describe.each(Object.keys(digests))('the notice %s', (name) => {
  test('is handed out byte for byte: what arrives has the digest that records hold', async () => {
    const response = await ask(name);
    expect(response.statusCode).toBe(200);
    expect(createHash('sha256').update(bytes(response)).digest('hex')).toBe(digests[name]);
    expect(bytes(response)).toEqual(readFileSync(join(root, 'notices', `${name}.md`)));
  });
});

describe('a notice that is kept', () => {
  const name = 'marketing/4/da';
  const etag = `"${digests[name]}"`;

  test('says its digest in its headers, and that anybody may keep a copy', async () => {
    const { headers } = await ask(name, { headers: { accept: '*/*' } });
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      etag,
      'cache-control': expect.stringContaining('public'),
      'x-content-type-options': 'nosniff',
    });
    const [, digest = ''] = /^sha-256=:(.+):$/.exec(headers['repr-digest'] ?? '') ?? [];
    expect(Buffer.from(digest, 'base64').toString('hex')).toBe(digests[name]);
  });

  test('is never compressed, or its digest would be another', async () => {
    const long = 'A long notice. '.repeat(500);
    const kept = { texts: { 'x/1/en': long }, digests: { 'x/1/en': sha256(long) } };
    const of = noticeText({ ...kept, assets: { script: '', style: '' }, line: () => undefined });
    const pathParameters = { id: 'x', version: '1', language: 'en' };
    const headers = { 'accept-encoding': 'gzip' };
    const event = { routeKey: 'GET', rawPath: '/', rawQueryString: '', isBase64Encoded: false };
    const response = await of({ ...event, headers, pathParameters }, context);
    expect(response.headers['content-encoding']).toBeUndefined();
    expect(bytes(response).toString()).toBe(long);
  });

  test('is not sent again to whoever has it', async () => {
    const again = await ask(name, { headers: { 'if-none-match': etag } });
    expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', etag]);
    const other = await ask('marketing/4/de', { headers: { 'if-none-match': etag } });
    expect(other.statusCode).toBe(200);
  });

  test('is a page for a browser, in the notice’s own language, with the text and what proves it', async () => {
    const { headers, body } = await ask(name, { headers: { accept: BROWSER } });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      vary: expect.stringContaining('accept,'),
    });
    expect(body).toContain('<html lang="da" dir="ltr">');
    expect(body).toContain(texts[name]);
    expect(body).toContain(digests[name]);
  });

  test('is the bare text for a browser that asks for it', async () => {
    const { headers } = await ask(name, { headers: { accept: BROWSER }, query: { as: 'text' } });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('runs from right to left where its language does', async () => {
    const { body } = await ask('marketing/4/ar', { headers: { accept: BROWSER } });
    expect(body).toContain('<html lang="ar" dir="rtl">');
  });

  test.each(['en', 'da', 'de', 'es', 'fr', 'ar'] as const)(
    'is what the preference centre shows now, in %s, and no copy of another language',
    (language) => {
      const own = `marketing/${config.preferenceCentre?.notice.version}/${language}` as const;
      const same = Object.entries(digests).filter(([, digest]) => digest === digests[own]);
      expect(same.map(([one]) => one)).toEqual([own]);
    },
  );
});

describe('a notice that is not kept', () => {
  test.each(['marketing/9/en', 'marketing/4/xx', 'constructor//', '../marketing/4', 'a/b/c'])(
    '%s is not found, by a program or by a browser',
    async (name) => {
      for (const accept of ['*/*', BROWSER]) {
        expect((await ask(name, { headers: { accept } })).statusCode).toBe(404);
      }
    },
  );
});

describe('npm run notices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heed-notices-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'scripts'));
  for (const name of ['lib', 'node_modules']) symlinkSync(join(root, name), join(folder, name));
  cpSync(join(root, 'scripts/notices.ts'), join(folder, 'scripts/notices.ts'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'notices'), join(folder, 'notices'), { recursive: true });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/notices.ts', ...args], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
  const check = () => run('--check');
  const digests = () => readFileSync(join(folder, 'notices/digests.json'), 'utf8');

  test('--check is content with the notices as they are kept, and refuses one that was changed since', () => {
    expect(check().status).toBe(0);
    appendFileSync(join(folder, 'notices/marketing/1/en.md'), ' ');
    const { status, stderr } = check();
    expect(status).toBe(1);
    expect(stderr).toContain('A notice that was shown must never change');
  });

  test('lists what is new, and does not list a text anew that was shown, unless it is said to be a draft', () => {
    cpSync(join(root, 'notices'), join(folder, 'notices'), { recursive: true });
    const listed = digests();
    cpSync(join(folder, 'notices/marketing/4'), join(folder, 'notices/marketing/5'), { recursive: true });
    expect(run().status).toBe(0);
    expect(digests()).toContain('marketing/5/ar');
    appendFileSync(join(folder, 'notices/marketing/5/ar.md'), ' ');
    const refused = run();
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('npm run notices -- --draft marketing/5'),
    ]);
    expect(run('--draft', 'marketing/5').status).toBe(0);
    expect(check().status).toBe(0);
    rmSync(join(folder, 'notices/marketing/1'), { recursive: true });
    expect(run('--draft', 'marketing/5').stderr).toContain('notices/marketing/1/en.md');
    expect(Object.keys(JSON.parse(listed)).every((name) => digests().includes(name))).toBe(true);
  });

  test('says what it does not know', () => {
    const before = digests();
    expect(run('--chek')).toMatchObject({ status: 1, stderr: expect.stringContaining("'--chek'") });
    expect(digests()).toBe(before);
  });
});
