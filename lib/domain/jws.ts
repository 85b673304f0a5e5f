import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonical } from './digest.ts';

/** Where a public key lies on P-256: both coordinates in base64url. */
export interface Point {
  readonly x: string;
  readonly y: string;
}

/** A public key as RFC 7517 writes it, named by its RFC 7638 thumbprint. */
export const publicKeyOf = ({ x, y }: Point) => ({
  kty: 'EC' as const,
  crv: 'P-256' as const,
  ...{ x, y },
  kid: createHash('sha256')
    .update(canonical({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url'),
  alg: 'ES256' as const,
  use: 'sig' as const,
});

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** What an ES256 signature of a compact JWS is over. */
export const signingInput = (
  payload: string,
  header: { readonly kid: string; readonly typ: string },
): string => `${encoded(canonical({ alg: 'ES256', ...header }))}.${encoded(payload)}`;

/** How many points the curve P-256 has. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SIDE = 32;

/** Of the two signatures that hold alike (r, s and r, n − s) the one with the smaller s: so that nobody can make another of one. */
export function lowered(signature: Buffer): Buffer {
  const s = BigInt(`0x${signature.subarray(SIDE).toString('hex')}`);
  if (s <= ORDER / 2n) return signature;
  const other = (ORDER - s).toString(16).padStart(2 * SIDE, '0');
  return Buffer.concat([signature.subarray(0, SIDE), Buffer.from(other, 'hex')]);
}

export interface Expected {
  readonly typ: string;
  readonly keys: readonly (Point & { readonly kid: string })[];
}

/** The payload of a compact JWS, if it is of that type and one of these keys has signed it; else undefined. */
export function openJws(jws: string, { typ, keys }: Expected): string | undefined {
  const [, body = '', signature = '', ...rest] = jws.split('.');
  const payload = Buffer.from(body, 'base64url').toString();
  const signed = (key: Expected['keys'][number]): boolean => {
    const input = signingInput(payload, { kid: key.kid, typ });
    return `${input}.${signature}` === jws && isSigned(input, { signature, key });
  };
  return rest.length === 0 && keys.some(signed) ? payload : undefined;
}

function isSigned(
  input: string,
  { signature, key: { x, y } }: { readonly signature: string; readonly key: Point },
): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.toString('base64url') !== signature) return false;
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return verify('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}
