import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { Secrets } from '../ports.ts';
import { cacheOf } from './cache.ts';
import { tuning } from './tuning.ts';

export const secretsClient = (overrides: SecretsManagerClientConfig = {}): SecretsManagerClient =>
  new SecretsManagerClient({ ...tuning(), ...overrides });

const LIFETIME = 5 * 60_000;
const MOST = 1_000;

/** Secrets as JSON. Callers that ask for the same one at once share a request. */
export function secretsOn(client: SecretsManagerClient, now: () => number = Date.now): Secrets {
  const cache = cacheOf<Promise<unknown>>({ size: MOST, lifetime: LIFETIME, now });
  const refresh = (name: string): Promise<unknown> => {
    const secret = fetchSecret(client, name);
    cache.set(name, secret);
    secret.catch(() => cache.drop(name, secret));
    return secret;
  };
  return { read: (name) => cache.get(name) ?? refresh(name), refresh };
}

async function fetchSecret(client: SecretsManagerClient, name: string): Promise<unknown> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString === undefined ? undefined : parsed(name, SecretString);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** The parser's own message would quote the secret. */
function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the secret ${name} is not JSON`);
  }
}
