import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildBrowser } from '../../browser/build.ts';
import { assets } from '../../functions/assets.ts';
import { routes as described } from '../../functions/registry.ts';
import { context } from '../api/rig.ts';

const { files, names, console } = buildBrowser();
const handler = assets({ files, line: () => undefined });

const ask = (rawPath: string, headers: Readonly<Record<string, string>> = {}) =>
  handler(
    { ...{ routeKey: `GET ${rawPath}`, rawPath, rawQueryString: '', headers }, isBase64Encoded: false },
    context,
  );

const hosted = [names, console].flatMap((each) => Object.values(each));
const embedded = ['/heed-preferences.js', '/heed-preferences.d.ts', '/heed.js', '/heed.d.ts'];

test('every file that browsers load is served, compressed where the browser takes it', async () => {
  expect(files.map(({ path }) => path).sort()).toEqual([...hosted, ...embedded].sort());
  for (const { path, body } of files) {
    expect((await ask(path)).body).toBe(body);
    const zipped = await ask(path, { 'accept-encoding': 'br, gzip' });
    expect(zipped).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    expect(gunzipSync(Buffer.from(zipped.body, 'base64')).toString()).toBe(body);
  }
});

test('what the pages name by its content is kept for ever, and what sites name by its address for minutes', async () => {
  for (const path of hosted)
    expect((await ask(path)).headers?.['cache-control']).toBe('public, max-age=31536000, immutable');
  for (const path of embedded)
    expect((await ask(path)).headers).toMatchObject({ 'cache-control': 'public, max-age=300' });
});

test('a browser that keeps a file for one site does not give it to another', async () => {
  for (const path of embedded) expect((await ask(path)).headers?.['vary']).toBe('accept-encoding, origin');
});

test('anything else is not there, and none of it is part of the API’s description', async () => {
  for (const path of ['/assets/page-000000000000.js', '/assets/..', '/heed.js.map'])
    expect((await ask(path)).statusCode).toBe(404);
  expect(described.filter(({ path }) => embedded.includes(path))).toEqual([]);
});
