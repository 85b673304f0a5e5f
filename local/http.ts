import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { crossing, isPreflight, preflightHeaders } from './cors.ts';
import { targetOf, toGatewayEvent } from './gateway-event.ts';
import { type Listening, listen, readBody } from './listen.ts';
import { compileRoutes, type Found, type RouteKey } from './routes.ts';

export interface Route extends RouteKey {
  readonly handler: (event: APIGatewayProxyEventV2) => Promise<unknown>;
}

export interface HttpOptions {
  readonly routes: readonly Route[];
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Origins of sites whose pages may call these routes; default none. */
  readonly origins?: readonly string[];
  /** Bytes of body; default 6 MB, which is what Lambda takes. */
  readonly bodyLimit?: number;
  /** Told what a handler threw; the caller only sees a 500. */
  readonly onError?: (error: unknown) => void;
}

const Reply = z.object({
  statusCode: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});
type Reply = z.output<typeof Reply>;

const json = (statusCode: number, body: unknown): Reply => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: JSON.stringify(body) ?? '',
  isBase64Encoded: false,
});

const message = (statusCode: number, text: string): Reply => json(statusCode, { message: text });
const notFound = message(404, 'Not Found');
const badRequest = message(400, 'Bad Request');
const tooLarge = message(413, 'Request Entity Too Large');
const internalError = message(500, 'Internal Server Error');
const preflight: Reply = { ...json(204, ''), headers: preflightHeaders };

/** Without a status the whole result is the body, as payload format 2.0 has it. */
const toReply = (result: unknown): Reply => {
  const hasStatus = typeof result === 'object' && result !== null && 'statusCode' in result;
  return hasStatus ? Reply.parse(result) : json(200, result);
};

const write = (response: ServerResponse, reply: Reply): void => {
  const body = Buffer.from(reply.body, reply.isBase64Encoded ? 'base64' : 'utf8');
  const headers = Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  response.statusCode = reply.statusCode;
  response.setHeader('content-type', 'text/plain;charset=utf-8');
  for (const [name = '', value = ''] of headers) response.setHeader(name, value);
  if (reply.cookies.length > 0) response.setHeader('set-cookie', reply.cookies);
  if (reply.statusCode !== 204 && reply.statusCode !== 304) response.setHeader('content-length', body.length);
  response.end(body);
};

type Find = (method: string, path: string) => Found<Route> | undefined;

const find = (request: IncomingMessage, look: Find): Found<Route> | Reply => {
  try {
    return look(request.method ?? 'GET', targetOf(request).path) ?? notFound;
  } catch {
    return badRequest;
  }
};

const answer = (look: Find, { bodyLimit = 6 * 1_048_576, onError }: HttpOptions) => {
  return async (request: IncomingMessage): Promise<Reply> => {
    const found = find(request, look);
    const body = await readBody(request, bodyLimit);
    if (body === 'too-large') return tooLarge;
    if ('statusCode' in found) return found;
    const { route, parameters } = found;
    const routeKey = `${route.method} ${route.path}`;
    try {
      return toReply(await route.handler(toGatewayEvent({ request, body, routeKey, parameters })));
    } catch (error) {
      onError?.(error);
      return internalError;
    }
  };
};

/** What only this engine has, its tokens above all, is for this machine and not for a page somebody has open on it. */
const isOwn = (request: IncomingMessage): boolean => targetOf(request).path.startsWith('/local/');

/** Serves routes on 127.0.0.1 as an API Gateway HTTP API with Lambda handlers does. */
export const startHttp = (options: HttpOptions): Promise<Listening> => {
  const handle = answer(compileRoutes(options.routes), options);
  const origins = new Set(options.origins);
  const handled = (request: IncomingMessage): Promise<Reply> =>
    origins.size > 0 && isPreflight(request) ? Promise.resolve(preflight) : handle(request);
  return listen((request, response) => {
    const origin = isOwn(request) ? undefined : request.headers.origin;
    handled(request)
      .then((reply) => write(response, { ...reply, headers: crossing(reply.headers, origin, origins) }))
      .catch(() => response.destroy());
  }, options.port);
};
