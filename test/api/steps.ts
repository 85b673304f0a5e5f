import { expect } from 'vitest';
import type { Choice } from '../../lib/domain/vocabulary.ts';
import { AcceptedAnswer, ProblemAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { access, aGrant, aStop, type Rig } from './rig.ts';

export const HOUR = 3_600_000;

export const grantAt = (occurredAt: string, topic = 'acme/newsletter') => ({
  choices: [{ topic, channel: 'email', state: 'granted' }],
  evidence: { ...aGrant().evidence, occurredAt },
});
export const stopAt = (occurredAt: string, topic = 'acme/newsletter') => ({
  ...aStop(topic),
  evidence: { source: 'preference-center', occurredAt },
});

/** Posts a change that must be recorded, as a system does. */
export async function post({ call, mint }: Rig, body: object, subject = 'alice') {
  const response = await call('changes', { subject, token: await mint(access('preferences:write')), body });
  expect(response.statusCode).toBe(201);
  return AcceptedAnswer.parse(JSON.parse(response.body));
}

export async function record({ call, mint }: Rig, query: Readonly<Record<string, string>> = {}) {
  const response = await call('record', { subject: 'alice', token: await mint(access()), query });
  return { response, view: RecordAnswer.parse(JSON.parse(response.body)) };
}

export const states = (view: { readonly choices: readonly Choice[] }) =>
  view.choices.map(({ topic, state }) => `${topic} ${state}`);

/** Name of the problem that a response is. */
export const typeOf = ({ body }: { readonly body: string }): string =>
  ProblemAnswer.parse(JSON.parse(body)).type.slice('/problems/'.length);

/** Reads a record with a token, or without one. */
export const read = async ({ call }: Rig, token?: string, subject = 'alice') =>
  call('record', { subject, ...(token !== undefined && { token }) });
