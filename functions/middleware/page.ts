import { gzipSync } from 'node:zlib';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { type ApiHandler, watched } from './api.ts';
import { printLine, type WriteLine } from './line.ts';
import { told } from './unexpected.ts';

/** What a page may load and ask: nothing but Heed's own, and what scripts may `connect` to besides. */
export const policy = ({ connect = [] }: { readonly connect?: readonly string[] } = {}): string =>
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  `connect-src ${["'self'", ...connect].join(' ')}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** What every page a person sees is sent with. The token is in its address: that must be told to nobody. */
const HEADERS = {
  'content-security-policy': policy(),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cache-control': 'no-store',
} as const;

/** Below this a packet carries it whole, compressed or not, bytes. */
const SMALL = 1400;

/** A page: HTML in answer to a person. */
export const html = (
  statusCode: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body,
});

/** A file to keep. */
export const attachment = (name: string): Readonly<Record<string, string>> => ({
  'content-disposition': `attachment; filename="${name}"`,
});

/** Sends a browser on after a post. The address is relative, so that it holds behind any domain. */
export const seeOther = (location: string): HttpResponse => ({
  statusCode: 303,
  headers: { location },
  body: '',
});

/** Makes the page that says so when something of ours failed. */
export type Failed = (event: HttpEvent) => Promise<HttpResponse>;

/**
 * What every route that serves pages has: one line per invocation (never its path, which holds the token), the headers
 * above, compression where the browser takes it, and `failed` instead of a throw that gets out.
 */
export const page = (name: string, failed: Failed, line: WriteLine = printLine): ApiHandler =>
  watched(name, line).use({
    after: function dress(request) {
      if (request.response) request.response = dressing(request.event, request.response);
    },
    onError: async function answerUnexpected(request) {
      told(name, line, request);
      request.response = dressing(request.event, await failed(request.event));
    },
  });

/**
 * Headers and compression. What the handler sets itself stands. A step that answers early has to dress its answer itself:
 * no later step sees it.
 */
export function dressing(event: HttpEvent, response: HttpResponse): HttpResponse {
  const headers = { ...HEADERS, vary: 'accept-encoding, accept-language', ...response.headers };
  const takesGzip = /\bgzip\b/.test(event.headers['accept-encoding'] ?? '');
  if (!takesGzip || response.isBase64Encoded || response.body.length < SMALL) return { ...response, headers };
  return {
    ...response,
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: gzipSync(response.body).toString('base64'),
    isBase64Encoded: true,
  };
}
