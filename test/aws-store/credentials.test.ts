import { afterEach, describe, expect, test, vi } from 'vitest';
import { environmentCredentials } from '../../lib/aws/environment-credentials.ts';

describe('the credentials of a function', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('are those that Lambda puts into its environment, with the token of the session', () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    const credentials = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' };
    expect(environmentCredentials()).toEqual(credentials);
  });

  test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('are none without %s', (name) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv(name, undefined);
    expect(environmentCredentials()).toBe(undefined);
  });
});
