import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from '../destinations/destination.ts';

export interface AwsRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface AwsScope {
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** ms */
  readonly now: number;
}

/** The headers of a request signed for AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export async function awsHeaders(
  { method, url, headers, body }: AwsRequest,
  { service, region, credentials, now }: AwsScope,
): Promise<Readonly<Record<string, string>>> {
  const { sessionToken, ...keys } = credentials;
  const identity = { ...keys, ...(sessionToken !== undefined && { sessionToken }) };
  const signer = new SignatureV4({ service, region, credentials: identity, sha256: Sha256 });
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
    ...(body !== undefined && { body }),
  };
  const { host: _, ...signed } = (await signer.sign(request, { signingDate: new Date(now) })).headers;
  return signed;
}

/** Node's own SHA-256 in the form the signer asks for. */
class Sha256 {
  private readonly made: () => Hash | Hmac;
  private hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined || typeof secret === 'string' ? secret : bytes(secret);
    this.made = () => (key === undefined ? createHash('sha256') : createHmac('sha256', key));
    this.hash = this.made();
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    this.hash = this.made();
  }
}

const bytes = (value: ArrayBuffer | ArrayBufferView): Uint8Array =>
  value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
