import * as z from 'zod';
import type { Answer } from './simulator.ts';

/*
 * Users, message types and subscriptions of Iterable's API 1.8, and its system webhooks, written by hand from its Swagger
 * document (api-docs.json of github.com/iterable/api-client, 2026-07) and its support pages.
 */

export const success = (msg = ''): Answer => ({ status: 200, body: { code: 'Success', msg, params: null } });
export const refused = (status: number, code: string, msg: string): Answer => ({
  ...{ status, body: { code, msg, params: null } },
});
export const UNAUTHORIZED = refused(401, 'BadApiKey', 'Invalid API key');

const Email = z.string().regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/);

export const Bulk = z.strictObject({
  users: z.array(Email).default([]),
  usersByUserId: z.array(z.string().min(1)).default([]),
});

export const Update = z
  .strictObject({
    email: Email.optional(),
    userId: z.string().min(1).optional(),
    dataFields: z.record(z.string(), z.unknown()).default({}),
    mergeNestedObjects: z.boolean().default(false),
    createNewFields: z.boolean().default(false),
    preferUserId: z.boolean().default(false),
  })
  .refine(({ email, userId }) => email !== undefined || userId !== undefined);

export interface IterableNotice {
  readonly url: string;
  readonly event: object;
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

/** A system webhook with Basic authentication: nothing is signed. */
export async function notify({ url, event, spoilt }: IterableNotice, password: string): Promise<number> {
  const given = spoilt === 'signature' ? 'guessed-by-somebody' : password;
  const authorization = `Basic ${Buffer.from(`heed:${given}`).toString('base64')}`;
  const headers = { 'content-type': 'application/json', authorization };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) })).status;
}

/** `2026-05-01 10:00:00 +00:00` */
export const timeOf = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} +00:00`;
