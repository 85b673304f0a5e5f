import { expect, test } from 'vitest';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
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
