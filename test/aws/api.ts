import { checkServerIdentity as checkIdentity, type PeerCertificate } from 'node:tls';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Agent, request } from 'undici';
import { mintToken, TokenSecret } from '../../lib/http/own-tokens.ts';
import type { Deployed } from './deploy.ts';

export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly body: unknown;
}

/** The deployed API, spoken to by somebody who may do everything. */
export interface Api {
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
}

/** A token signed with the deployment's own seed. */
const tokenOf = async (secretName: string): Promise<string> => {
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretName }));
  const secret = TokenSecret.parse(JSON.parse(SecretString ?? ''));
  const scope = 'preferences:write preferences:read audit:read';
  return mintToken(
    secret,
    { purpose: 'access', sub: 'acceptance', scope, sources: ['*'] },
    { at: Date.now() },
  );
};

/**
 * An emulator's API has a host name that only the emulator knows: it is asked at its endpoint, by that name, and shows
 * the endpoint's certificate.
 */
const connectionTo = (apiUrl: string, endpoint: string) => {
  const { host, hostname } = new URL(apiUrl);
  if (!hostname.endsWith('.localhost')) return { base: apiUrl, headers: {}, dispatcher: new Agent() };
  const dialled = new URL(endpoint).hostname;
  const checkServerIdentity = (_name: string, shown: PeerCertificate) => checkIdentity(dialled, shown);
  return { base: endpoint, headers: { host }, dispatcher: new Agent({ connect: { checkServerIdentity } }) };
};

export const apiOf = async (deployed: Deployed, endpoint: string): Promise<Api> => {
  const { base, headers, dispatcher } = connectionTo(deployed.apiUrl, endpoint);
  const authorization = `Bearer ${await tokenOf(deployed.tokenSecret)}`;
  const ask = async (path: string, options: Parameters<typeof request>[1] & object): Promise<Answer> => {
    const reply = await request(`${base}${path}`, {
      ...options,
      dispatcher,
      headers: { ...headers, authorization, ...options.headers },
    });
    const etag = reply.headers['etag'];
    return {
      status: reply.statusCode,
      etag: typeof etag === 'string' ? etag : undefined,
      body: await reply.body.json(),
    };
  };
  return {
    get: (path) => ask(path, { method: 'GET' }),
    post: (path, body, more = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...more },
        body: JSON.stringify(body),
      }),
  };
};
