import { createHash } from 'node:crypto';
import type { SignedRequest } from '../destination.ts';

/**
 * The header of the older API users. What is put into base64 is the hexadecimal digest, not its bytes; the clock may be
 * five minutes wrong: https://dev.emarsys.com/docs/emarsys-core-api-guides/b3c3a1eba8515-authentication
 */
export function wsseHeaders(
  { nonce, timestamp }: Pick<SignedRequest, 'nonce' | 'timestamp'>,
  { user, secret }: { readonly user: string; readonly secret: string },
): Readonly<Record<string, string>> {
  const created = new Date(timestamp * 1000).toISOString();
  const digest = createHash('sha1').update(`${nonce}${created}${secret}`).digest('hex');
  const password = Buffer.from(digest).toString('base64');
  return {
    'x-wsse': `UsernameToken Username="${user}", PasswordDigest="${password}", Nonce="${nonce}", Created="${created}"`,
  };
}
