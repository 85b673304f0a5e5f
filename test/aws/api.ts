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

/** What a browser or a mail program gets, as it came. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** The deployed API, spoken to by somebody who may do everything. */
export interface Api {
  /** Asks without any token, as people's browsers do; a form is posted where there is one. */
  readonly visit: (path: string, form?: URLSearchParams) => Promise<Page>;
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Posts, and takes what comes back as bytes. */
  readonly file: (path: string, body: object) => Promise<{ readonly status: number; readonly bytes: Buffer }>;
}

/** A token signed with the deployment's own seed. */
const tokenOf = async (secretName: string): Promise<string> => {
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretName }));
  const secret = TokenSecret.parse(JSON.parse(SecretString ?? ''));
  const scope = 'preferences:write preferences:read audit:read rights:write tokens:mint';
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
  const send = (path: string, options: Parameters<typeof request>[1] & object) =>
    request(`${base}${path}`, {
      ...options,
      dispatcher,
      headers: { ...headers, authorization, ...options.headers },
    });
  const ask = async (path: string, options: Parameters<typeof request>[1] & object): Promise<Answer> => {
    const reply = await send(path, options);
    const etag = reply.headers['etag'];
    return {
      status: reply.statusCode,
      etag: typeof etag === 'string' ? etag : undefined,
      body: await reply.body.json(),
    };
  };
  const visit = async (path: string, form?: URLSearchParams): Promise<Page> => {
    const reply = await request(`${base}${path}`, {
      dispatcher,
      method: form ? 'POST' : 'GET',
      headers: { ...headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
      body: form?.toString() ?? null,
    });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  };
  return {
    visit,
    get: (path) => ask(path, { method: 'GET' }),
    file: async (path, body) => {
      const { statusCode, body: said } = await send(path, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { 'content-type': 'application/json', accept: 'application/zip' },
      });
      return { status: statusCode, bytes: Buffer.from(await said.arrayBuffer()) };
    },
    post: (path, body, more = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...more },
        body: JSON.stringify(body),
      }),
  };
};
