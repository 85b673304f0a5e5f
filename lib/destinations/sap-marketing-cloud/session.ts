import type { Reply } from '../destination.ts';

/** Asks for the token without which nothing may be written: https://help.sap.com/docs/ABAP_PLATFORM_NEW/68bf513362174d54b58cddec28794093/b35c22518bc72214e10000000a44176d.html */
export const FETCH = { accept: 'application/json', 'x-csrf-token': 'Fetch' };

/** Headers that writes need: the token, and the cookies of the session that it belongs to. */
export function sessionIn({ headers }: Reply): Readonly<Record<string, string>> {
  const token = headers['x-csrf-token'];
  const cookies = (headers['set-cookie'] ?? '')
    .split(BETWEEN_COOKIES)
    .map((cookie) => cookie.split(';', 1)[0]?.trim() ?? '')
    .filter((cookie) => cookie !== '');
  return {
    accept: 'application/json',
    ...(token !== undefined && { 'x-csrf-token': token }),
    ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
  };
}

/** A comma before the next name; those within a date have none after them. */
const BETWEEN_COOKIES = /,(?=\s*[^;,=\s]+=)/;
