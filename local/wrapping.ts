import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Wrapping } from '../lib/ports.ts';

const IV = 12;
const TAG = 16;

/** Stands in for KMS: wraps keys with AES-256-GCM under a key of this machine (32 bytes). */
export function localWrapping(key: Uint8Array): Wrapping {
  return {
    generate: async () => {
      const plain = randomBytes(32);
      const iv = randomBytes(IV);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
      return { plain, wrapped: Buffer.concat([iv, cipher.getAuthTag(), sealed]) };
    },
    unwrap: async (wrapped) => {
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, IV));
      decipher.setAuthTag(wrapped.subarray(IV, IV + TAG));
      return Buffer.concat([decipher.update(wrapped.subarray(IV + TAG)), decipher.final()]);
    },
  };
}
