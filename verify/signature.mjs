// @ts-check
import { createHash, createPublicKey, verify } from 'node:crypto';
import { Fault, NotChecked, reasonOf } from './fault.mjs';
import { canonical } from './json.mjs';

/** @import { KeyObject } from 'node:crypto' */
/** @import { Where } from './fault.mjs' */

/**
 * A public key that the reader brings, by its name: the thumbprint of RFC 7638.
 * @typedef {ReadonlyMap<string, KeyObject>} Keys
 */

/**
 * The keys in a file: a PEM public key, a JWK or a JWK set.
 * @param {string} text
 * @param {string} from What the file is called.
 * @returns {[kid: string, key: KeyObject][]}
 */
export function keysIn(text, from) {
  try {
    return text.trimStart().startsWith('{') ? jwksIn(JSON.parse(text)).map(keyOf) : [keyOf(text)];
  } catch (error) {
    throw new NotChecked(`${from} holds no public key that can be used here: ${keyFault(error)}`);
  }
}

/**
 * What a reader of the program's can mend; OpenSSL and JSON have words for nobody else.
 * @param {unknown} error
 */
const keyFault = (error) =>
  error instanceof Error && !('code' in error) && !(error instanceof SyntaxError)
    ? reasonOf(error)
    : 'a key is a PEM text (-----BEGIN PUBLIC KEY-----), a JWK or a JWK set';

/**
 * @param {unknown} value
 * @returns {readonly object[]}
 */
function jwksIn(value) {
  if (typeof value !== 'object' || value === null) return [];
  if (!('keys' in value)) return [value];
  return Array.isArray(value.keys) ? value.keys : [];
}

/**
 * @param {string | object} given
 * @returns {[kid: string, key: KeyObject]}
 */
function keyOf(given) {
  const isPrivate = typeof given === 'string' ? given.includes('PRIVATE KEY') : 'd' in given;
  if (isPrivate) throw new Error('it is a private key, which nobody but Heed should have');
  const key =
    typeof given === 'string'
      ? createPublicKey(given)
      : createPublicKey({ key: { ...given }, format: 'jwk' });
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  if (kty !== 'EC' || crv !== 'P-256') throw new Error('Heed signs with keys on the curve P-256');
  return [createHash('sha256').update(canonical({ crv, kty, x, y })).digest('base64url'), key];
}

/**
 * The payload of a compact JWS (RFC 7515, ES256), once one of the keys is found to have signed it.
 * @param {string} jws
 * @param {{ typ: string, keys: Keys, where: Where }} expected
 */
export function signedPayload(jws, { typ, keys, where }) {
  const [header = '', payload = '', signature = '', ...more] = jws.split('.');
  if (more.length > 0 || ![header, payload, signature].every(isBase64url))
    throw new Fault(where, 'is not a compact JWS: three parts in base64url');
  const kid = signerIn(Buffer.from(header, 'base64url').toString(), { typ, where });
  const key = keys.get(kid);
  if (!key)
    throw new Fault(
      where,
      `is signed with the key ${kid}, which is none of those you brought (${[...keys.keys()].join(', ')})`,
    );
  const signed = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw new Fault(where, `its signature does not hold: the key ${kid} has not signed this`);
  return { payload: Buffer.from(payload, 'base64url'), kid };
}

/** Half the number of points of P-256. */
const HALF = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

/**
 * With each signature of ES256 a second one holds, whose other half is the larger. Heed writes the smaller.
 * @param {string} jws
 */
export const isLowest = (jws) => {
  const signature = Buffer.from(jws.split('.')[2] ?? '', 'base64url');
  return BigInt(`0x0${signature.subarray(32).toString('hex')}`) <= HALF;
};

/**
 * Node reads several spellings of the same bytes; only one is allowed.
 * @param {string} text
 */
const isBase64url = (text) => text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text;

/**
 * @param {string} header
 * @param {{ typ: string, where: Where }} expected
 */
function signerIn(header, { typ, where }) {
  const kid = /"kid":"([A-Za-z0-9_-]{43})"/.exec(header)?.[1];
  if (kid === undefined || header !== canonical({ alg: 'ES256', kid, typ }))
    throw new Fault(where, `its header is not that of a ${typ} signed with ES256`);
  return kid;
}
