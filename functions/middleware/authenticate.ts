import * as z from 'zod';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { problem } from '../../lib/http/problem.ts';
import type { Bearer, Scope, Tokens, Verified } from '../../lib/http/tokens.ts';
import type { Step } from './api.ts';

/**
 * On Lambda a function of the API lets zod compile no parsers: that would be 10 ms of a cold start, to save 2 µs a
 * request. Workers, who read many replies in one call, have them compiled.
 */
if (process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined) z.config({ jitless: true });

export interface Demands {
  readonly scope: Scope;
  /** A scope that will do as well. */
  readonly orScope?: Scope;
  /** Kinds of Heed's own tokens that will do instead, for their own subject. */
  readonly purposes?: readonly Bearer['kind'][];
}

/** `Bearer` and a token in the characters of RFC 6750, no longer than any real one. */
const AUTHORIZATION = /^Bearer +([A-Za-z0-9._~+/-]{1,8192}=*)$/i;

/** Lets in only whoever may. Looks at the token before anything else: a stranger learns nothing about the request. */
export const authenticate = (tokens: Tokens, demands: Demands): Step<{ readonly bearer: Bearer }> => ({
  before: async function checkToken({ event }) {
    const bearer = await bearerIn(event, tokens);
    if ('statusCode' in bearer) return bearer;
    Object.assign(event, { bearer });
    return forbidden(bearer, demands, event);
  },
});

/** Whose token the request brings, or the answer where it brings none that holds. */
export async function bearerIn(
  { headers: { authorization } }: HttpEvent,
  tokens: Tokens,
): Promise<Bearer | HttpResponse> {
  if (authorization === undefined) return problem('missing-token');
  const [, token] = AUTHORIZATION.exec(authorization) ?? [];
  const verified = token === undefined ? NOT_ONE : await tokens.verify(token);
  return verified.kind === 'valid' ? verified.bearer : refusedToken(verified);
}

const NOT_ONE = { kind: 'invalid', expired: false } as const;

const refusedToken = (verified: Exclude<Verified, { kind: 'valid' }>): HttpResponse => {
  if (verified.kind === 'unavailable')
    return problem('busy', { detail: 'The keys of the token’s issuer cannot be read.' });
  return problem('invalid-token', verified.expired ? { detail: 'It has expired.' } : {});
};

/** The answer to a bearer who may not. */
export function forbidden(
  bearer: Bearer,
  { scope, orScope = scope, purposes = [] }: Demands,
  event: HttpEvent,
): HttpResponse | undefined {
  if (bearer.kind === 'client')
    return [scope, orScope].some((one) => bearer.scopes.includes(one)) ? undefined : lacking(scope);
  if (!purposes.includes(bearer.kind)) return wrongPurpose(bearer.kind);
  return bearer.subject === event.pathParameters?.['subject'] ? undefined : problem('wrong-subject');
}

export const wrongPurpose = (kind: Exclude<Bearer['kind'], 'client'>): HttpResponse =>
  problem('wrong-purpose', { detail: `It was made to ${PURPOSE[kind]}, and for nothing else.` });

export const lacking = (scope: Scope): HttpResponse =>
  problem('insufficient-scope', {
    detail: `It needs ${scope}.`,
    headers: { 'www-authenticate': `Bearer realm="heed", error="insufficient_scope", scope="${scope}"` },
  });

const PURPOSE = {
  preferences: 'see and change one’s own preferences',
  unsubscribe: 'unsubscribe',
  confirm: 'confirm one choice',
} as const;
