import { sign } from 'node:crypto';
import type { Assertion } from '../destinations/destination.ts';

/**
 * A signed JWT (RFC 7519, RS256). One second is taken off its beginning, for a vendor whose clock is behind ours. Throws
 * where the key is none.
 */
export function signedJwt({ claims, key, keyId, lifetime }: Assertion, now: number): string {
  const issued = Math.floor(now / 1000) - 1;
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) };
  const content = `${part(header)}.${part({ ...claims, iat: issued, exp: issued + lifetime })}`;
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
