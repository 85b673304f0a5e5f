import type { Reply } from './call.ts';

/**
 * Asks an SAP gateway for what a write has to carry, and for JSON, errors included:
 * https://help.sap.com/docs/ABAP_PLATFORM_NEW/68bf513362174d54b58cddec28794093/b35c22518bc72214e10000000a44176d.html
 */
export const FETCH_CSRF = { accept: 'application/json', 'x-csrf-token': 'Fetch' } as const;

/**
 * Headers of the writes after this reply: the token that it gave, if any, with the cookies of the session that it belongs
 * to. A reply with several cookies has them in one line, where a comma may also stand inside a date.
 */
export function csrfHeaders({ headers }: Reply): Readonly<Record<string, string>> {
  const token = headers['x-csrf-token'];
  const cookies = (headers['set-cookie'] ?? '').split(BETWEEN_COOKIES).flatMap((cookie) => {
    const [pair = ''] = cookie.split(';', 1);
    return pair.includes('=') ? [pair.trim()] : [];
  });
  return {
    accept: 'application/json',
    ...(token !== undefined && token.toLowerCase() !== 'required' && { 'x-csrf-token': token }),
    ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
  };
}

/** A comma before the next name; those within a date have none after them. */
const BETWEEN_COOKIES = /,\s*(?=[^\s;,=]+=)/;

/** A token that has expired, or that was never given: the next attempt fetches another one. */
export const lacksToken = ({ status, headers }: Reply): boolean =>
  status === 403 && headers['x-csrf-token']?.toLowerCase() === 'required';
