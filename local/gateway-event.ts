import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { account } from './loopback.ts';

/** API Gateway passes these on as text, and all else (forms too) as base64. */
const textual = /^(text\/|application\/(json|javascript|xml|[^;]+\+(json|xml))\s*(;|$))/i;

const bodyOf = (
  body: Buffer,
  type: string | undefined,
): { readonly body?: string; readonly isBase64Encoded: boolean } => {
  if (body.length === 0) return { isBase64Encoded: false };
  if (textual.test(type ?? '') && isUtf8(body)) return { body: body.toString(), isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
};

/** Cookies travel apart from the other headers. */
const headersOf = ({ cookie: _, ...headers }: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );

const cookiesOf = (cookie: string | undefined): { readonly cookies?: string[] } =>
  cookie === undefined ? {} : { cookies: cookie.split(';').map((one) => one.trim()) };

/** A name given twice holds both values, joined by a comma. */
const queryOf = (raw: string): { readonly queryStringParameters?: Record<string, string> } => {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return values.size === 0 ? {} : { queryStringParameters: Object.fromEntries(values) };
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `12/Mar/2020:19:03:58 +0000` */
const accessLogTime = (now: Date): string => {
  const iso = now.toISOString();
  return `${iso.slice(8, 10)}/${months[now.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};

/** Splits a request target into its raw path and raw query. */
export const targetOf = (request: IncomingMessage): { readonly path: string; readonly query: string } => {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
};

export interface GatewayRequest {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  /** `POST /v1/subjects/{subject}/changes` */
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const contextOf = ({ request, routeKey }: GatewayRequest): APIGatewayProxyEventV2['requestContext'] => {
  const now = new Date();
  const domainName = request.headers.host ?? '127.0.0.1';
  return {
    accountId: account,
    apiId: 'local',
    domainName,
    domainPrefix: domainName.split('.')[0] ?? '',
    http: {
      method: request.method ?? 'GET',
      path: targetOf(request).path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey,
    stage: '$default',
    time: accessLogTime(now),
    timeEpoch: now.getTime(),
  };
};

/** A request in the shape of API Gateway's payload format 2.0. */
export const toGatewayEvent = (given: GatewayRequest): APIGatewayProxyEventV2 => {
  const { request, routeKey, parameters } = given;
  const { path, query } = targetOf(request);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...cookiesOf(request.headers.cookie),
    headers: headersOf(request.headers),
    ...queryOf(query),
    ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: { ...parameters } }),
    requestContext: contextOf(given),
    ...bodyOf(given.body, request.headers['content-type']),
  };
};
