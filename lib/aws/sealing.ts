import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV = 12;
const TAG = 16;

/** A 256-bit key and the text that everything under it is bound to. */
export interface Binding {
  readonly key: Uint8Array;
  readonly bound: string;
}

/** AES-256-GCM with a random IV: IV, tag, ciphertext. */
export function encrypt({ key, bound }: Binding, plain: Uint8Array): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** Throws where the key, the binding or a byte is not what it was. */
export function decrypt({ key, bound }: Binding, sealed: Uint8Array): Buffer {
  const iv = sealed.subarray(0, IV);
  const tag = sealed.subarray(IV, IV + TAG);
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG })
    .setAAD(Buffer.from(bound))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(IV + TAG)), decipher.final()]);
}
