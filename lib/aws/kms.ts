import { DecryptCommand, GenerateDataKeyCommand, KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import type { Wrapping } from '../ports.ts';
import { tuning } from './tuning.ts';

export const kmsClient = (overrides: KMSClientConfig = {}): KMSClient =>
  new KMSClient({ ...tuning(), ...overrides });

/** Written to the key's audit log with each use; what was wrapped for one purpose cannot be unwrapped for another. */
const PURPOSE = { purpose: 'heed-service-key' };

/** Wrapping by a key that never leaves KMS. The client is made when it is first needed: many processes never do. */
export const kmsWrapping = (client: () => KMSClient, keyId: string): Wrapping => ({
  generate: async () => {
    const made = await client().send(
      new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: PURPOSE }),
    );
    if (!made.Plaintext || !made.CiphertextBlob) throw new Error('KMS made no data key');
    return { plain: made.Plaintext, wrapped: made.CiphertextBlob };
  },
  unwrap: async (wrapped) => {
    const { Plaintext } = await client().send(
      new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: PURPOSE }),
    );
    if (!Plaintext) throw new Error('KMS unwrapped no key');
    return Plaintext;
  },
});
