import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Answer, Asked } from './simulator.ts';

/*
 * The REST API of Customer Data Cloud (Gigya) and its webhooks 2.0, written by hand from their pages (read 2026-11):
 * https://developers.gigya.com/display/GD/accounts.setAccountInfo+REST
 * https://developers.gigya.com/display/GD/accounts.search+REST
 * https://developers.gigya.com/display/GD/Response+Codes+and+Errors+REST
 * https://developers.gigya.com/display/GD/Webhooks
 */

const Flag = z.boolean();
export const Subscriptions = z.record(
  z.string(),
  z.strictObject({
    email: z.strictObject({ isSubscribed: Flag.optional(), tags: z.array(z.string()).optional() }),
  }),
);

/** One consent, at the end of objects within objects. */
export const Consent = z.strictObject({
  isConsentGranted: Flag.optional(),
  actionTimestamp: z.iso.datetime().optional(),
  docVersion: z.number().optional(),
  language: z.string().optional(),
  tags: z.array(z.string()).optional(),
});
export type Consent = z.output<typeof Consent>;

/** Consents by their whole id; undefined where something in the tree is none. */
export function consentsIn(
  tree: unknown,
  path: readonly string[] = [],
): ReadonlyMap<string, Consent> | undefined {
  const consent = Consent.safeParse(tree).data;
  if (consent && Object.keys(consent).length > 0) return new Map([[path.join('.'), consent]]);
  const branches = z.record(z.string(), z.unknown()).safeParse(tree).data;
  if (!branches) return undefined;
  const found = new Map<string, Consent>();
  for (const [name, branch] of Object.entries(branches)) {
    const inner = consentsIn(branch, [...path, name]);
    if (!inner) return undefined;
    for (const [id, one] of inner) found.set(id, one);
  }
  return found;
}

/** The same, as they are given back. */
export function treeOf(entries: Iterable<readonly [string, object]>): object {
  const tree: Record<string, unknown> = {};
  for (const [id, value] of entries) {
    const path = id.split('.');
    const last = path.pop() ?? '';
    let inner = tree;
    for (const name of path) {
      const next = Object(inner[name]);
      inner[name] = next;
      inner = next;
    }
    inner[last] = value;
  }
  return tree;
}

/** Statuses say nothing unless they are asked for. */
export function said(form: URLSearchParams, errorCode: number, more: object = {}): Answer {
  const statusCode = errorCode === 0 ? 200 : Math.floor(errorCode / 1000);
  const status = form.get('httpStatusCodes') === 'true' ? statusCode : 200;
  return {
    status,
    body: {
      ...{ callId: 'f8800f4ce4c4416fbb401c14498ca5af', errorCode, apiVersion: 2, statusCode },
      ...{ statusReason: errorCode === 0 ? 'OK' : 'Error', time: new Date().toISOString() },
      ...(errorCode !== 0 && {
        errorMessage: 'Error',
        errorDetails: `about ${form.get('UID') ?? form.get('query')}`,
      }),
      ...more,
    },
  };
}

export const formOf = ({ body }: Asked): URLSearchParams => new URLSearchParams(body);

/** The address that a query asks for; it understands no other. */
export const addressIn = (query: string): string | undefined =>
  /^SELECT UID FROM accounts WHERE profile\.email = "([^"\\]+)"$/.exec(query)?.[1];

const pair = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } =>
  generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Made once: every site of these tests signs with the same key, and nobody else's is known. */
const keys = new Map<string, ReturnType<typeof pair>>();
export function keyOf(name: 'site' | 'stranger') {
  const known = keys.get(name) ?? pair();
  keys.set(name, known);
  return known;
}

export const KEY_ID = 'REQ0MUQ5N0NCRTJEMzk3M0U1RkNDQ0U0Q0M1REFBRjhDMjdENUFBQg';

export const publishedKeys = (): object => ({
  keys: [{ alg: 'RS256', kid: KEY_ID, use: 'sig', ...keyOf('site').publicKey.export({ format: 'jwk' }) }],
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export interface Signing {
  readonly apiKey: string;
  readonly body: string;
  /** ms */
  readonly at: number;
  readonly by: 'site' | 'stranger';
}

/** The token beside a notice: its subject is the digest of the body. */
export function tokenFor({ apiKey, body, at, by }: Signing): string {
  const iat = Math.floor(at / 1000);
  const sub = createHash('sha256').update(body).digest('base64url');
  const head = part({ alg: 'RS256', kid: KEY_ID, typ: 'JWT', dc: 'eu1' });
  const claims = part({
    sub,
    jti: 'a69c7f4e',
    exp: iat + 60,
    iat,
    iss: `https://fidm.gigya.com/jwt/${apiKey}/`,
  });
  const signature = createSign('RSA-SHA256')
    .update(`${head}.${claims}`)
    .sign(keyOf(by).privateKey, 'base64url');
  return `${head}.${claims}.${signature}`;
}
