import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Answer, Asked } from './simulator.ts';

/*
 * Requests and replies of the Emarsys Core API, written by hand from its reference (contacts endpoint batch, version 2,
 * and the Postman collection of version 3, read 2026-11) and from Emarsys' help:
 * https://dev.emarsys.com/docs/core-api-reference/ and https://github.com/emartech/Emarsys-postman-collection
 */

export const EMAIL = '3';
export const OPT_IN = '31';

/** Most contacts in one request. */
export const MOST = 1000;

const Value = z.union([z.string(), z.number(), z.null()]);
export const Contact = z.record(z.string(), Value);
export type Contact = z.output<typeof Contact>;

export const Update = z.object({
  key_id: z.union([z.string(), z.int()]).transform(String),
  contacts: z.array(Contact).min(1),
});

export const GetData = z.object({
  keyId: z.union([z.string(), z.int()]).transform(String),
  keyValues: z.array(z.string()).min(1).max(MOST),
  fields: z.array(z.string()).min(1),
});

export const said = (status: number, replyCode: number, replyText: string, data: unknown = ''): Answer => ({
  status,
  body: { replyCode, replyText, data },
});

export const ok = (data: unknown): Answer => said(200, 0, 'OK', data);

export const UNAUTHORIZED = said(401, 1, 'Unauthorized');

/** What one contact is refused for: a code and its text, which quotes what was sent. */
export interface Fault {
  readonly code: number;
  readonly text: string;
}

export const nobody = (email: string): Fault => ({
  code: 2008,
  text: `No contact found with the external id: ${EMAIL} - ${email}`,
});

export const alreadyThere = (email: string): Fault => ({
  code: 2009,
  text: `Contact with the external id already exists: ${EMAIL} - ${email}`,
});

/** The user and the fresh, right digest of a WSSE header; the clock may be five minutes wrong. */
export function wsse(
  { headers }: Asked,
  users: ReadonlyMap<string, string>,
): { readonly nonce: string } | undefined {
  const [, user = '', digest, nonce = '', created = ''] = HEADER.exec(headers['x-wsse'] ?? '') ?? [];
  const secret = users.get(user);
  const age = Math.abs(Date.now() - Date.parse(created));
  if (secret === undefined || !(age <= 300_000)) return undefined;
  const hex = createHash('sha1')
    .update(nonce + created + secret)
    .digest('hex');
  return Buffer.from(hex).toString('base64') === digest ? { nonce } : undefined;
}

const HEADER =
  /^UsernameToken Username="([^"]+)", PasswordDigest="([^"]+)", Nonce="([0-9a-f]{32})", Created="(\d{4}-\d\d-\d\dT[^"]+)"$/;
