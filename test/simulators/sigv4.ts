import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Answer, Asked } from './simulator.ts';

/*
 * The vendor's side of AWS Signature Version 4, written from its specification:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

export interface AwsAccount {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

export interface SigningScope {
  readonly service: string;
  /** Left out, any. */
  readonly region?: string | undefined;
}

/** How far apart the clocks may be, ms. */
const SKEW = 15 * 60_000;

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** An error in the words of AWS's JSON protocols. */
export const awsProblem = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': `${code}:http://internal.amazon.com/coral/`, 'x-amzn-requestid': '1' },
  body: { message },
});

/** What AWS says to a request that is not signed as it should be; undefined where it is. */
export function signatureFault(asked: Asked, account: AwsAccount, scope: SigningScope): Answer | undefined {
  const { headers } = asked;
  const parts = HEADER.exec(headers['authorization'] ?? '');
  if (!parts) return awsProblem(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  const [, keyId, date = '', region = '', service = '', names = '', signature = ''] = parts;
  if (keyId !== account.accessKeyId || headers['x-amz-security-token'] !== account.sessionToken)
    return awsProblem(
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  if (service !== scope.service || (scope.region !== undefined && region !== scope.region))
    return awsProblem(403, 'InvalidSignatureException', `Credential should be scoped to a valid region.`);
  const fault = headersFault(asked, { date, names: names.split(';') });
  if (fault !== undefined) return awsProblem(403, 'InvalidSignatureException', fault);
  const at = headers['x-amz-date'] ?? '';
  const text = [
    'AWS4-HMAC-SHA256',
    at,
    `${date}/${region}/${service}/aws4_request`,
    sha256(canonical(asked, names)),
  ];
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${account.secretAccessKey}`),
  );
  const expected = hmac(key, text.join('\n'));
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
    ? undefined
    : awsProblem(403, 'InvalidSignatureException', 'The request signature we calculated does not match.');
}

function headersFault(
  { headers, body }: Asked,
  { date, names }: { readonly date: string; readonly names: readonly string[] },
): string | undefined {
  const at = headers['x-amz-date'] ?? '';
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(at) ?? [];
  const skew = Math.abs(Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) - Date.now());
  if (!at.startsWith(date) || !(skew <= SKEW)) return 'Signature expired.';
  const sent = Object.keys(headers).filter((name) => name.startsWith('x-amz-') || name === 'content-type');
  const unsigned = ['host', ...sent].find((name) => !names.includes(name));
  if (unsigned !== undefined) return `'${unsigned}' must be a signed header.`;
  const claimed = headers['x-amz-content-sha256'];
  return claimed === undefined || claimed === sha256(body)
    ? undefined
    : 'The body does not match its digest.';
}

function canonical({ method, path, query, headers, body }: Asked, names: string): string {
  const pairs = [...query].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const lines = names
    .split(';')
    .map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  const uri = path.split('/').map(encoded).join('/');
  return [method, uri, pairs.join('&'), lines.join(''), names, sha256(body)].join('\n');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Everything but what RFC 3986 calls unreserved. */
const encoded = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[A-Za-z0-9_.~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
