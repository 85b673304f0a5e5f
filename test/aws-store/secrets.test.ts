import { afterEach, describe, expect, test } from 'vitest';
import { kmsClient, kmsWrapping } from '../../lib/aws/kms.ts';
import { secretsClient, secretsOn } from '../../lib/aws/secrets.ts';
import { loopback } from '../../local/loopback.ts';
import { type Answer, type Asked, startService } from './bare-server.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(answer: (asked: Asked) => Answer) {
  const service = await startService(answer);
  closing.push(service.stop);
  return service;
}

describe('secrets', () => {
  const connected = async (answer: (asked: Asked) => Answer, now?: () => number) => {
    const service = await started(answer);
    const client = secretsClient(loopback(service.endpoint));
    closing.push(() => client.destroy());
    return { service, secrets: secretsOn(client, now) };
  };
  const secret = (value: unknown): Answer => ({
    status: 200,
    body: { Name: 'heed/x', SecretString: JSON.stringify(value) },
  });

  test('are read once for all who ask within five minutes, and again after', async () => {
    let now = 0;
    const { service, secrets } = await connected(
      () => secret({ token: 't' }),
      () => now,
    );
    const all = await Promise.all([1, 2, 3].map(() => secrets.read('heed/x')));
    expect(all).toEqual([{ token: 't' }, { token: 't' }, { token: 't' }]);
    now = 5 * 60_000 - 1;
    await secrets.read('heed/x');
    expect(service.asked).toHaveLength(1);
    now = 5 * 60_000;
    await secrets.read('heed/x');
    expect(service.asked.map(({ input }) => input)).toEqual([{ SecretId: 'heed/x' }, { SecretId: 'heed/x' }]);
  });

  test('are read anew on refreshing, for later readers too', async () => {
    let token = 'old';
    const { secrets } = await connected(() => secret({ token }));
    await secrets.read('heed/x');
    token = 'new';
    expect(await secrets.read('heed/x')).toEqual({ token: 'old' });
    expect(await secrets.refresh('heed/x')).toEqual({ token: 'new' });
    expect(await secrets.read('heed/x')).toEqual({ token: 'new' });
  });

  test('that nobody has stored are undefined', async () => {
    const { secrets } = await connected(() => ({
      status: 400,
      body: { __type: 'ResourceNotFoundException', message: 'no such secret' },
    }));
    expect(await secrets.read('heed/none')).toBeUndefined();
  });

  test('that could not be read are asked for again', async () => {
    let denied = true;
    const { secrets } = await connected(() =>
      denied
        ? { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }
        : secret({ ok: true }),
    );
    await expect(secrets.read('heed/x')).rejects.toThrow();
    denied = false;
    expect(await secrets.read('heed/x')).toEqual({ ok: true });
  });

  test('that are not JSON are not quoted in the error', async () => {
    const { secrets } = await connected(() => ({ status: 200, body: { SecretString: 'hunter2' } }));
    const error = await secrets.read('heed/x').catch((thrown: unknown) => String(thrown));
    expect(error).toBe('Error: the secret heed/x is not JSON');
  });
});

describe('a request that is never answered', () => {
  test('fails within seconds instead of hanging', async () => {
    const service = await started(() => 'silence');
    const { endpoint, credentials } = loopback(service.endpoint);
    const client = secretsClient({ endpoint, credentials, maxAttempts: 1 });
    closing.push(() => client.destroy());
    await expect(secretsOn(client).read('heed/x')).rejects.toThrow();
    expect(service.asked).toHaveLength(1);
  });
});

describe('KMS', () => {
  test('makes and unwraps a service key under the key and purpose it was given', async () => {
    const plain = Buffer.alloc(32, 7);
    const service = await started(({ operation }) => ({
      status: 200,
      body:
        operation === 'GenerateDataKey'
          ? { Plaintext: plain.toString('base64'), CiphertextBlob: Buffer.from('wrapped').toString('base64') }
          : { Plaintext: plain.toString('base64') },
    }));
    const client = kmsClient(loopback(service.endpoint));
    closing.push(() => client.destroy());
    const wrapping = kmsWrapping(() => client, 'alias/heed');
    const made = await wrapping.generate();
    expect(Buffer.from(made.plain)).toEqual(plain);
    expect(Buffer.from(await wrapping.unwrap(made.wrapped))).toEqual(plain);
    const purpose = { KeyId: 'alias/heed', EncryptionContext: { purpose: 'heed-service-key' } };
    expect(service.asked).toEqual([
      { operation: 'GenerateDataKey', input: { ...purpose, KeySpec: 'AES_256' } },
      {
        operation: 'Decrypt',
        input: { ...purpose, CiphertextBlob: Buffer.from('wrapped').toString('base64') },
      },
    ]);
  });
});
