import type { Auth, AwsCredentials, SignedRequest, Token } from '../destinations/destination.ts';
import type { Sent } from '../ports.ts';
import type { KeyPair, Login, TokenAuth } from './login.ts';
import { awsHeaders } from './sigv4.ts';

/** What is added to a request to prove who sends it, and where the vendor wants it. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  /** Go into the body. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What a login gave, where it rests on one. */
  readonly token?: Token;
  /** Puts the proof into the body. */
  readonly place?: (body: string) => string;
}

/** The request as it is so far; `at` gives its address once it is known where the vendor is. */
export interface Unproved {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly id: string;
  readonly url: URL;
}

export interface ProofPorts {
  readonly secret: unknown;
  readonly settings: unknown;
  /** ms */
  readonly now: number;
  /** 32 random hexadecimal digits. */
  readonly nonce: string;
  readonly login: (auth: TokenAuth) => Promise<Login>;
  readonly sign: (auth: KeyPair) => Token;
  /** Those of the process itself. */
  readonly credentials: () => AwsCredentials | undefined;
}

/** Which way a destination proves itself with this secret. */
export const chosen = (
  auth: Auth<unknown>,
  secret: unknown,
): Exclude<Auth<unknown>, { kind: 'by-secret' }> =>
  auth.kind === 'by-secret' ? chosen(auth.choose(secret), secret) : auth;

export async function proofOf(
  auth: Exclude<Auth<unknown>, { kind: 'by-secret' }>,
  request: Unproved,
  ports: ProofPorts,
): Promise<Proof | { readonly refused: Sent }> {
  const { secret } = ports;
  switch (auth.kind) {
    case 'bearer':
      return bearer(auth.token(secret));
    case 'basic': {
      const { user, password } = auth.credentials(secret);
      return { headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } };
    }
    case 'header':
      return { headers: auth.headers(secret) };
    case 'fields':
      return { headers: {}, fields: auth.fields(secret) };
    case 'signed':
      return { headers: auth.sign(signedRequest(request, ports), secret) };
    case 'key-pair-jwt': {
      const token = ports.sign(auth);
      return { headers: { ...bearer(token.token).headers, ...auth.headers }, token };
    }
    case 'sigv4':
      return sigv4(auth, request, ports);
    default:
      return byToken(auth, await ports.login(auth));
  }
}

const bearer = (token: string): Proof => ({ headers: { authorization: `Bearer ${token}` } });

function byToken(auth: TokenAuth, login: Login): Proof | { readonly refused: Sent } {
  if ('refused' in login) return login;
  const { token } = login.token;
  const headers = auth.header?.(token) ?? bearer(token).headers;
  return {
    ...{ headers, token: login.token },
    ...(auth.place && { place: (body: string) => auth.place?.(token, body) ?? body }),
  };
}

async function sigv4(
  auth: Extract<Auth<unknown>, { kind: 'sigv4' }>,
  { method, url, headers, body }: Unproved,
  { secret, settings, now, credentials: own }: ProofPorts,
): Promise<Proof | { readonly refused: Sent }> {
  const credentials = auth.credentials(secret) ?? own();
  if (!credentials) return { refused: { kind: 'unsent', reason: 'aws-credentials-missing', lasting: true } };
  const scope = { service: auth.service, region: auth.region(settings), credentials, now };
  return { headers: await awsHeaders({ method, url, headers, body }, scope) };
}

const signedRequest = ({ method, url, body, id }: Unproved, { now, nonce }: ProofPorts): SignedRequest => ({
  ...{ method, url: url.href, body: body ?? '', id, nonce },
  timestamp: Math.floor(now / 1000),
});

/** The body as it is sent, with the proof in it where it belongs there. */
export function provedBody(
  { fields, place }: Proof,
  { method, headers, body }: Unproved,
): string | undefined {
  const said = body === undefined ? undefined : (place?.(body) ?? body);
  return fields && method !== 'GET' ? withFields(said, headers['content-type'] ?? '', fields) : said;
}

/** A body with the credentials beside what it says: JSON, or a form. */
function withFields(
  body: string | undefined,
  type: string,
  fields: Readonly<Record<string, string>>,
): string {
  if (!type.includes('json')) return [body, new URLSearchParams(fields).toString()].filter(Boolean).join('&');
  const said: unknown = JSON.parse(body ?? '{}');
  return JSON.stringify({ ...(typeof said === 'object' && said), ...fields });
}
