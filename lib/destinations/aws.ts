import * as z from 'zod';
import type { Outcome } from '../domain/outcome.ts';
import { type Reply, reasonOf } from './destination.ts';

/** Codes that pass by themselves: https://docs.aws.amazon.com/general/latest/gr/api-retries.html */
const PASSING = new Set([
  'ConcurrentModificationException',
  'ExpiredToken',
  'ExpiredTokenException',
  'InternalException',
  'InternalFailure',
  'InternalServiceErrorException',
  'InternalServerError',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

export const passes = (code: string): boolean => PASSING.has(code);

/** An error's code: in a header, or in the body, where a namespace may stand before it and an address behind it. */
export function awsCode({ headers, body }: Reply): string | undefined {
  const text = headers['x-amzn-errortype'] ?? codeIn(body);
  return text?.slice(text.lastIndexOf('#') + 1).split(':')[0];
}

function codeIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  if ('__type' in body && typeof body.__type === 'string') return body.__type;
  return 'code' in body && typeof body.code === 'string' ? body.code : undefined;
}

/** Reads an error by its code; what has none is left to its status. A 504 may still have effect, whatever it says. */
export function awsOutcome(reply: Reply): Outcome | undefined {
  const { status } = reply;
  if (status < 300 || status === 504) return undefined;
  const code = awsCode(reply);
  if (code === undefined) return undefined;
  if (passes(code)) return { kind: 'retry', reason: code };
  return status >= 500 || status === 429
    ? undefined
    : { kind: 'failed', reason: reasonOf(code, `http-${status}`) };
}

/** Credentials in a destination's secret; without them it speaks with those of its own function. */
export const AwsSecret = z
  .object({
    accessKeyId: z.string().min(1).optional().describe('Left out, the lane’s own role is used.'),
    secretAccessKey: z.string().min(1).optional().describe('Goes with accessKeyId.'),
    sessionToken: z.string().min(1).optional().describe('Of temporary credentials.'),
  })
  .refine(
    ({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined),
    'give accessKeyId and secretAccessKey together, or neither of them',
  );

export const awsCredentials = ({ accessKeyId, secretAccessKey, sessionToken }: z.output<typeof AwsSecret>) =>
  accessKeyId === undefined || secretAccessKey === undefined
    ? undefined
    : { accessKeyId, secretAccessKey, sessionToken };

export const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1');

/** One part of a path: AWS wants everything encoded that RFC 3986 does not call unreserved. */
export const segment = (text: string): string =>
  encodeURIComponent(text).replace(RESERVED, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const RESERVED = /[!'()*]/g;
