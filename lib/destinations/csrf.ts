import type { Reply } from './call.ts';

/** Asks an SAP gateway for what a write has to carry. */
export const FETCH_CSRF = { 'x-csrf-token': 'fetch' } as const;

/**
 * The token that a reply gave, with the session it belongs to; undefined where it gave none. A reply with several
 * cookies has them in one line, where a comma may also stand inside a date.
 */
export function csrfHeaders({ headers }: Reply): Readonly<Record<string, string>> | undefined {
  const token = headers['x-csrf-token'];
  if (token === undefined || token.toLowerCase() === 'required') return undefined;
  const cookies = (headers['set-cookie'] ?? '').split(/,\s*(?=[^\s;,=]+=)/).flatMap((cookie) => {
    const [pair = ''] = cookie.split(';');
    return pair.includes('=') ? [pair.trim()] : [];
  });
  return { 'x-csrf-token': token, ...(cookies.length > 0 && { cookie: cookies.join('; ') }) };
}
