import middy, { type MiddlewareObj, type MiddyfiedHandler } from '@middy/core';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { printLine, type WriteLine } from './line.ts';
import { unexpected } from './unexpected.ts';

/** A middleware that adds to the request, or answers it early. */
export type Step<Added = unknown> = MiddlewareObj<HttpEvent & Added, HttpResponse>;

/** A handler of the API, as Lambda and the local engine call it. */
export type ApiHandler = MiddyfiedHandler<HttpEvent, HttpResponse>;

/** What every route of the API has: one line per invocation, and no throw that gets out. */
export const api = (name: string, line: WriteLine = printLine): ApiHandler =>
  watched(name, line).use(unexpected(name, line));

/** One line per invocation, whoever is answered. It names the route and never the path, which can hold a token. */
export function watched(name: string, line: WriteLine): ApiHandler {
  const started = new WeakMap<object, number>();
  return middy<HttpEvent, HttpResponse>({
    requestEnd: function logInvocation({ event, response }) {
      const ms = Math.round((performance.now() - (started.get(event) ?? 0)) * 10) / 10;
      line({
        level: 'info',
        message: 'request',
        function: name,
        route: event.routeKey,
        status: response.statusCode,
        ms,
      });
    },
  }).before(function startWatch({ event }) {
    started.set(event, performance.now());
  });
}
