import { expect, test } from 'vitest';
import { routes } from '../../functions/registry.ts';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { operations } from '../../lib/http/operations.ts';
import { HistoryAnswer, TokensAnswer } from '../../lib/http/schemas.ts';
import { startEngine } from '../../local/engine.ts';
import { simulators } from '../simulators/index.ts';
import { simulateWebhook } from '../simulators/webhook.ts';
import { afterwards } from './cleanup.ts';
import { speakTo } from './person.ts';
import { until } from './until.ts';

const config = only(whole, ['webhook']);
const LIST = { topic: 'acme/newsletter', channel: 'email' };

test('a link from the API stops its list over the wire, in either encoding, and is named in no log line', async () => {
  const lines: string[] = [];
  const webhook = simulateWebhook();
  const engine = await startEngine({
    ...{ config, port: 0, vendors: { ...simulators, webhook: () => webhook } },
    warn: (line) => void lines.push(line),
    line: (line) => void lines.push(JSON.stringify(line)),
  });
  afterwards(() => engine.stop());
  const { api, say, read } = await speakTo(engine.url);
  const minting = await api.token({ scope: 'tokens:mint' });
  const people = ['ada', 'bo'];
  const asked = people.map((subject) => ({ subject, purpose: 'unsubscribe', ...LIST }));
  const { body } = await api.post('/v1/tokens', { tokens: asked }, { token: minting });
  const links = TokensAnswer.parse(body).tokens;
  const multipart = new FormData();
  multipart.set('List-Unsubscribe', 'One-Click');
  const bodies = [new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), multipart];
  for (const [i, { url, subject }] of links.entries()) {
    await say(subject, 'granted');
    const permitted = () => webhook.permitted({ identifier: subject, ...LIST });
    await until(`${subject} may be written to`, () => permitted() === true);
    const page = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Stop “Newsletter”')]);
    expect(permitted()).toBe(true);
    const headers = { origin: 'https://mail.example', cookie: 'a=b' };
    const done = await fetch(url, { method: 'POST', body: bodies[i] ?? null, headers, redirect: 'manual' });
    expect([done.status, await done.text()]).toEqual([200, 'Unsubscribed.\n']);
    expect(done.headers.get('set-cookie')).toBeNull();
    expect(done.headers.get('referrer-policy')).toBe('no-referrer');
    expect(done.headers.get('cache-control')).toBe('no-store');
    await until(`${subject} may no longer be`, () => permitted() === false);
    const { versions } = HistoryAnswer.parse(await read(`/v1/subjects/${subject}/history`));
    expect(versions.map(({ evidence }) => evidence.method)).toEqual(['one-click', 'call']);
  }
  const logged = lines.join('\n');
  expect(logged).toContain('POST /u/{token}');
  for (const { token } of links)
    for (const part of token.split('.').slice(1)) expect(logged).not.toContain(part);
});

/** A link of either kind, at every route that asks for a token and is not the person's own. */
test('no link opens a route for systems or staff, whichever there are', { timeout: 60_000 }, async () => {
  const quiet = { warn: () => undefined, line: () => undefined };
  const engine = await startEngine({ config, port: 0, vendors: simulators, ...quiet });
  afterwards(() => engine.stop());
  const { api } = await speakTo(engine.url);
  const asking = routes.filter(({ name }) => operations[name]?.scope && !operations[name]?.orSigned);
  expect(asking.length).toBeGreaterThanOrEqual(30);
  const unsubscribing = await api.token({ subject: 'ada', ...LIST });
  const preferring = await api.token({ subject: 'ada' });
  for (const { name, method, path } of asking) {
    const at = path.replace('{subject}', 'ada').replace(/\{[a-z]+\}/g, '1');
    for (const token of operations[name]?.ownToken ? [unsubscribing] : [unsubscribing, preferring]) {
      const { status } = await (method === 'GET' ? api.get(at, token) : api.post(at, {}, { token }));
      expect(`${name} ${status}`).toMatch(/ 40[13]$/);
    }
  }
});
