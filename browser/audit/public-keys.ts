import { isObject } from '../objects.ts';
import { bytesOf, type Key, P256, thumbprint } from './digests.ts';

/** Public keys by what they are called. */
export type Keys = ReadonlyMap<string, Key>;

/** The keys in what somebody pasted: a JWK, a JWK set, or PEM. None where it is nothing of the kind. */
export async function keysIn(text: string): Promise<Keys> {
  const pem = /-----BEGIN PUBLIC KEY-----([\s\S]+?)-----END PUBLIC KEY-----/.exec(text)?.[1];
  if (pem !== undefined) return keyed([await fromPem(pem.replaceAll(/\s/g, ''))]);
  try {
    const said: unknown = JSON.parse(text);
    const many = isObject(said) && Array.isArray(said['keys']) ? said['keys'] : [said];
    return await keysOf(many);
  } catch {
    return new Map();
  }
}

/** Those of a list that are public keys on P-256. */
export const keysOf = async (jwks: readonly unknown[]): Promise<Keys> =>
  keyed(await Promise.all(jwks.map(fromJwk)));

async function keyed(keys: readonly (Key | undefined)[]): Promise<Keys> {
  const named = keys.flatMap((key) => (key ? [key] : []));
  return new Map(await Promise.all(named.map(async (key) => [await thumbprint(key), key] as const)));
}

async function fromJwk(jwk: unknown): Promise<Key | undefined> {
  if (!isObject(jwk)) return undefined;
  const { x, y } = jwk;
  if (typeof x !== 'string' || typeof y !== 'string') return undefined;
  try {
    return await crypto.subtle.importKey('jwk', { kty: 'EC', crv: 'P-256', x, y }, P256, true, ['verify']);
  } catch {
    return undefined;
  }
}

async function fromPem(base64: string): Promise<Key | undefined> {
  const bytes = bytesOf(base64);
  try {
    return bytes && (await crypto.subtle.importKey('spki', bytes, P256, true, ['verify']));
  } catch {
    return undefined;
  }
}
