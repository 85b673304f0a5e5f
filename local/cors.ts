import type { IncomingMessage } from 'node:http';
import { CORS } from '../lib/http/cors.ts';

type Headers = Readonly<Record<string, string | number | boolean>>;

/** A browser asks before a page of another site may send something. API Gateway answers that itself, on every path. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** What may be asked; whether this page may, says its origin's header. */
export const preflightHeaders = {
  'access-control-allow-methods': CORS.methods.join(', '),
  'access-control-allow-headers': CORS.headers.join(', '),
  'access-control-max-age': CORS.maxAge,
};

/** Headers as they are sent to a page of this origin: one that is not listed may not read the answer. */
export function crossing(
  headers: Headers,
  origin: string | undefined,
  origins: ReadonlySet<string>,
): Headers {
  if (origins.size === 0) return headers;
  const vary = ['origin', ...String(headers['vary'] ?? '').split(/\s*,\s*/)].filter((name) => name !== '');
  return {
    ...headers,
    vary: [...new Set(vary)].join(', '),
    ...(origin !== undefined &&
      origins.has(origin) && {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': CORS.exposed.join(', '),
      }),
  };
}
