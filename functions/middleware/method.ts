import type { Context } from 'aws-lambda';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import type { ApiHandler } from './api.ts';

/** A handler as it is called. */
export type Call = (event: HttpEvent, context: Context) => Promise<HttpResponse>;

/** One function for two methods of a path, each with steps of its own. */
export const perMethod =
  ({ GET, POST }: { readonly GET: ApiHandler; readonly POST: ApiHandler }): Call =>
  (event, context) =>
    (event.routeKey.startsWith('POST ') ? POST : GET)(event, context);

/** One function for several routes, each with steps of its own. */
export const perRoute =
  (handlers: Readonly<Record<string, ApiHandler>>): Call =>
  (event, context) => {
    const handler = handlers[event.routeKey];
    if (!handler) throw new Error(`no handler for ${event.routeKey}`);
    return handler(event, context);
  };
