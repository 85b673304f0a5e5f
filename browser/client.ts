import type * as types from './client-types.ts';
import type { Form, Outcome, Recorded } from './client-types.ts';
import { isObject } from './objects.ts';
import { problemIn } from './problem.ts';
import { type Reply, request } from './request.ts';

/** Where this script came from: that is where Heed is. */
const HOME = new URL(import.meta.url).origin;

/** Waits before it is tried again, ms. */
const WAITS: readonly number[] = [500, 2000];

/** The last call for each token, until it is over. */
const turns = new Map<string, Promise<Recorded>>();

/**
 * Records what a person chose in somebody's form. What she chose first is sent first, however often that takes: it would
 * count as her later word if it were tried again after the next.
 */
export function record(form: Form): Promise<Recorded> {
  const act = (): Promise<Recorded> => send(form);
  const turn = turns.get(form.token)?.then(act, act) ?? act();
  turns.set(form.token, turn);
  return turn.finally(() => turns.get(form.token) === turn && turns.delete(form.token));
}

async function send(form: Form): Promise<Recorded> {
  const { token, api = HOME, idempotencyKey = randomKey(), choices, preferences, evidence } = form;
  const subject = subjectIn(token);
  if (subject === undefined) return { kind: 'invalid' };
  const post: Post = {
    token,
    url: `${api.replace(/\/+$/, '')}/v1/subjects/${encodeURIComponent(subject)}/changes`,
    key: idempotencyKey,
    body: { choices, ...(preferences?.length && { preferences }), ...(evidence && { evidence }) },
  };
  const reply = await patiently(post);
  const whole = recordedOf(reply);
  const rest = whole.kind === 'refused' ? withdrawalsIn(reply) : undefined;
  if (whole.kind !== 'refused' || !rest) return whole;
  const stopped = recordedOf(
    await patiently({ ...post, key: `${idempotencyKey.slice(0, 240)}.withdrawals`, body: rest }),
  );
  return stopped.kind === 'done' ? { ...whole, ...stopped, kind: 'withdrawn' } : stopped;
}

/** For pages that load this script with a tag of their own. */
export const heed: typeof types.heed = { record };

interface Post {
  readonly token: string;
  readonly url: string;
  readonly key: string;
  readonly body: unknown;
}

/** The same request again, with the same key, while nobody answers or the other end cannot. */
async function patiently({ url, token, key, body }: Post): Promise<Reply> {
  const ask = (): Promise<Reply> => request({ url, token, body, headers: { 'idempotency-key': key } });
  let reply = await ask();
  for (const wait of WAITS) {
    if (!mayPass(reply)) return reply;
    await new Promise((resolve) => setTimeout(resolve, wait));
    reply = await ask();
  }
  return reply;
}

const mayPass = (reply: Reply): boolean =>
  reply.kind === 'offline' || reply.status === 429 || reply.status >= 500;

function recordedOf(reply: Reply): Recorded {
  if (reply.kind === 'offline') return reply;
  const { status, body } = reply;
  if (status === 401 || (status === 403 && !isForbidden(body))) return { kind: 'invalid' };
  if (status >= 400 && status < 500 && status !== 429) return { kind: 'refused', ...problemIn(body) };
  const said = isObject(body) ? body : {};
  const { version, outcomes } = said;
  if (status >= 300 || typeof version !== 'number' || !Array.isArray(outcomes)) return { kind: 'failed' };
  return { kind: 'done', version, outcomes: outcomes.filter(isOutcome) };
}

/** Her token is good, but not for what was said with it. */
const isForbidden = (body: unknown): boolean =>
  isObject(body) && body['type'] === '/problems/forbidden-source';

const isOutcome = (value: unknown): value is Outcome =>
  isObject(value) && typeof value['outcome'] === 'string';

/** A refusal repeats the withdrawals that were lost with the rest, ready to be posted. */
const withdrawalsIn = (reply: Reply): unknown =>
  reply.kind === 'answered' && isObject(reply.body) ? reply.body['withdrawals'] : undefined;

/** Whose token it is. Nothing rests on it: the server reads it with the signature. */
function subjectIn(token: string): string | undefined {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const claims: unknown = JSON.parse(atob(payload));
    const subject = isObject(claims) ? claims['sub'] : undefined;
    return typeof subject === 'string' && subject !== '' ? subject : undefined;
  } catch {
    return undefined;
  }
}

const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
