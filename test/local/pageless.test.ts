import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { ProblemAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { samplePage } from '../../local/sample.ts';
import { simulators } from '../simulators/index.ts';

const Token = z.object({ token: z.string() });
const {
  preferenceCentre: _,
  confirmations: __,
  keywords: ___,
  ...without
} = only(whole, ['webhook', 'hubspot']);

let engine: Engine;
beforeAll(async () => {
  const quiet = { warn: () => undefined, line: () => undefined };
  engine = await startEngine({ config: without, port: 0, vendors: simulators, ...quiet });
});
afterAll(() => engine.stop());

const at = (path: string, init?: RequestInit) => fetch(`${engine.url}${path}`, init);

async function tokenFor(body: object): Promise<string> {
  const answer = await at('/local/token', { method: 'POST', body: JSON.stringify(body) });
  return Token.parse(await answer.json()).token;
}

const post = async (path: string, { claims, body }: { readonly claims: object; readonly body: object }) =>
  at(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenFor(claims)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('where no preference centre is declared', () => {
  test.each(['/p/{token}', '/p/{token}/history', '/v1/preferences'])('there is no %s', async (path) => {
    const token = await tokenFor({ subject: 'ada' });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await at(path.replace('{token}', token), { headers });
    expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  test.each(['unsubscribe', 'confirm'])('no link to %s is minted: it would open nothing', async (purpose) => {
    const list = { subject: 'ada', purpose, topic: 'orbit/events', channel: 'email' };
    const link = purpose === 'confirm' ? { ...list, request: 'AAAAAAAAAAAAAAAAAAAAAA' } : list;
    const answer = await post('/v1/tokens', { claims: { scope: 'tokens:mint' }, body: { tokens: [link] } });
    expect(answer.status).toBe(422);
    expect(ProblemAnswer.parse(await answer.json()).errors).toEqual([
      { path: 'tokens.0.purpose', message: expect.stringMatching(/^no preferenceCentre is declared/) },
    ]);
  });

  test('she can still say by the API what she wants, and is recorded', async () => {
    const body = { choices: [{ topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' }] };
    const said = await post('/v1/subjects/bea/changes', { claims: { subject: 'bea' }, body });
    expect(said.status).toBe(201);
    const token = await tokenFor({ scope: 'preferences:read' });
    const read = await at('/v1/subjects/bea', { headers: { authorization: `Bearer ${token}` } });
    expect(RecordAnswer.parse(await read.json()).choices.map(({ state }) => state)).toEqual(['withdrawn']);
  });

  test('there is no sample person, no text message is taken, and browsers are told that no signal is read', async () => {
    expect(await samplePage(engine, { config: without })).toBeUndefined();
    const text = { claims: { scope: 'preferences:write' }, body: { from: '+4520100100', text: 'STOP' } };
    expect(ProblemAnswer.parse(await (await post('/v1/keywords', text)).json())).toMatchObject({
      status: 404,
      detail: 'The configuration declares no keywords.',
    });
    expect(await (await at('/.well-known/gpc.json')).json()).toEqual({ gpc: false });
    expect((await at('/notices/marketing/4/en')).status).toBe(200);
  });
});
