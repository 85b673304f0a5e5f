import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openSession, type Refusal } from '../../browser/audit/session.ts';
import { isObject } from '../../browser/objects.ts';
import { type Listening, listen } from '../../local/listen.ts';

/** Tokens that are taken now; any other is refused as Heed refuses one. */
let taken: readonly string[] = [];
let server: Listening | undefined;
let stalls = false;

const REFUSED = { type: '/problems/invalid-token', title: 'The bearer token is not valid', status: 401 };

const answer = (request: IncomingMessage, response: ServerResponse): void => {
  const token = (request.headers.authorization ?? '').replace('Bearer ', '');
  const known = taken.includes(token);
  if (stalls) return;
  response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
  response.end(JSON.stringify(known ? { by: token } : REFUSED));
};

beforeEach(async () => {
  stalls = false;
  server = await listen(async (request, response) => answer(request, response));
});
afterEach(() => server?.close(0));

const path = (): string => `${server?.url}/v1/catalogue`;

/** A session of somebody who has these tokens to give, one after another, and what they were told each time. */
function openedWith(...tokens: readonly string[]) {
  const told: (Refusal | undefined)[] = [];
  const session = openSession(async (refusal) => {
    told.push(refusal);
    return tokens[told.length - 1] ?? 'none is left';
  });
  return {
    ask: (signal?: AbortSignal) => session.ask({ path: path(), ...(signal && { signal }) }, isObject),
    told,
  };
}

test('a token that was never taken is not said to have run out: why it is refused is told, as often as it happens', async () => {
  taken = ['good'];
  const { ask, told } = openedWith('of-another-issuer', 'worse', 'good');
  expect(await ask()).toEqual({ kind: 'done', body: { by: 'good' } });
  const refusal = { why: 'The bearer token is not valid', first: true };
  expect(told).toEqual([undefined, refusal, refusal]);
});

test('one that was taken before has run out', async () => {
  taken = ['early'];
  const { ask, told } = openedWith('early', 'late');
  await ask();
  taken = ['late'];
  expect(await ask()).toEqual({ kind: 'done', body: { by: 'late' } });
  expect(told.map((one) => one?.first)).toEqual([undefined, false]);
});

test('questions asked at once that are all refused ask for one token', async () => {
  taken = ['good'];
  const { ask, told } = openedWith('bad', 'good');
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['done']));
  expect(told).toHaveLength(2);
});

test('asks in browsers that cannot join two signals, and still stops when it is told to', async () => {
  const { any } = AbortSignal;
  Reflect.deleteProperty(AbortSignal, 'any');
  onTestFinished(() => {
    AbortSignal.any = any;
  });
  taken = ['good'];
  const { ask } = openedWith('good');
  expect(await ask(new AbortController().signal)).toMatchObject({ kind: 'done' });
  stalls = true;
  const stopping = new AbortController();
  const asked = ask(stopping.signal);
  stopping.abort();
  expect(await asked).toMatchObject({ kind: 'trouble', status: 0 });
});
