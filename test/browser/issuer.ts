import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Listening, listen } from '../../local/listen.ts';

/**
 * What an issuer's stand-in may do wrong, or refuse. `elsewhere`: its token endpoint is of another origin, as Cognito's is.
 * `no-auditor`: it has no scope for whoever comes, and says so.
 */
export type Manner =
  | 'well'
  | 'elsewhere'
  | 'no-auditor'
  | 'denies'
  | 'other-state'
  | 'other-nonce'
  | 'other-audience';

export interface Issuer {
  readonly url: string;
  /** Another origin of the same issuer. */
  readonly apart: string;
  /** Every authorization that was asked for. */
  readonly asked: readonly URLSearchParams[];
  /** How the next sign-in goes. */
  behave: (manner: Manner) => void;
  readonly close: Listening['close'];
}

export const CLIENT = 'heed-console';
export const AUDIENCE = 'heed';

interface Told {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirect: string;
}

/** An OpenID Connect issuer that remembers whoever comes: it asks nothing and sends them back. It holds PKCE to be required. */
export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'one' }] };
  const asked: URLSearchParams[] = [];
  const codes = new Map<string, Told>();
  let manner: Manner = 'well';
  let url = '';
  const sign = (claims: Readonly<Record<string, unknown>>, audience: string): Promise<string> =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(url)
      .setSubject('carol@acme.example')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
  const metadata = () => ({
    ...{ issuer: url, authorization_endpoint: `${url}/authorize` },
    token_endpoint: `${manner === 'elsewhere' ? apart.url : url}/token`,
    ...{ jwks_uri: `${url}/jwks`, response_types_supported: ['code'], end_session_endpoint: `${url}/bye` },
    id_token_signing_alg_values_supported: ['ES256'],
  });
  const authorized = (query: URLSearchParams): string => {
    asked.push(query);
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', manner === 'other-state' ? 'another' : (query.get('state') ?? ''));
    const refusal = refusalOf(manner, query.get('scope'));
    if (refusal !== undefined) back.searchParams.set('error', refusal);
    else {
      const code = randomUUID();
      const told = { challenge: query.get('code_challenge') ?? '', nonce: query.get('nonce') ?? '' };
      codes.set(code, { ...told, redirect: query.get('redirect_uri') ?? '' });
      back.searchParams.set('code', code);
    }
    return back.href;
  };
  const token = async (form: URLSearchParams): Promise<object | undefined> => {
    const told = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!told || challenge !== told.challenge || form.get('redirect_uri') !== told.redirect) return undefined;
    if (form.get('client_id') !== CLIENT) return undefined;
    const scope = scopeOf(manner);
    return {
      ...{ token_type: 'Bearer', expires_in: 300, scope },
      access_token: await sign({ scope, client_id: CLIENT }, audienceOf(manner)),
      id_token: await sign({ nonce: manner === 'other-nonce' ? 'another' : told.nonce }, CLIENT),
    };
  };
  const answer: Parameters<typeof listen>[0] = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };
    const say = (status: number, body: object) =>
      response.writeHead(status, headers).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') return say(200, metadata());
    if (pathname === '/jwks') return say(200, jwks);
    if (pathname === '/authorize')
      return response.writeHead(302, { location: authorized(searchParams) }).end();
    const given = await token(new URLSearchParams(await bodyOf(request)));
    return given ? say(200, given) : say(400, { error: 'invalid_grant' });
  };
  const [server, apart] = [await listen(answer), await listen(answer)];
  url = server.url;
  const behave = (next: Manner): void => {
    manner = next;
  };
  const close: Listening['close'] = async (grace) => {
    await apart.close(grace);
    await server.close(grace);
  };
  return { url, apart: apart.url, asked, behave, close };
}

function refusalOf(manner: Manner, scope: string | null): string | undefined {
  if (manner === 'denies') return 'access_denied';
  return manner === 'no-auditor' && scope !== 'openid' ? 'invalid_scope' : undefined;
}

const scopeOf = (manner: Manner): string => (manner === 'no-auditor' ? '' : 'audit:read preferences:read');

const audienceOf = (manner: Manner): string => (manner === 'other-audience' ? 'another' : AUDIENCE);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
