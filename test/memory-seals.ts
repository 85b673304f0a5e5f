import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Seals } from '../lib/ports.ts';

export type SealsInMemory = Seals & { readonly destroyKey: (subject: string) => void };

const ID_LENGTH = 8;

/** Real ciphertexts, so that a test can look for an address in what is stored; the key's id stands before them. */
export function sealsInMemory(): SealsInMemory {
  const keys = new Map<string, { readonly id: string; readonly key: Buffer }>();
  const hashing = randomBytes(32);
  const made = (subject: string) => {
    const known = keys.get(subject) ?? { id: randomBytes(6).toString('base64url'), key: randomBytes(32) };
    keys.set(subject, known);
    return known;
  };
  const hashWith = (key: Buffer, kind: string, value: string): string =>
    createHmac('sha256', key).update(`${kind} ${value}`).digest('hex');
  return {
    seal: async (subject, text) => {
      const { id, key } = made(subject);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
      return id + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open: async (subject, sealed) => {
      const known = keys.get(subject);
      if (known?.id !== sealed.slice(0, ID_LENGTH)) return undefined;
      const bytes = Buffer.from(sealed.slice(ID_LENGTH), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', known.key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
    },
    hash: async (kind, value) => hashWith(hashing, kind, value),
    ownHash: async (subject, kind, value) => hashWith(made(subject).key, kind, value),
    keyOf: (sealed) => sealed.slice(0, ID_LENGTH),
    forget: () => {},
    destroyKey: (subject) => void keys.delete(subject),
  };
}
