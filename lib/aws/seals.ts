import { createHmac, hkdfSync } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Seals, Wrapping } from '../ports.ts';
import type { Wanted } from './batch-get.ts';
import type { Item } from './item.ts';
import { decrypt, encrypt } from './sealing.ts';
import { serviceKeysOn } from './service-key.ts';
import { ID_BYTES, ID_LENGTH, type SubjectKey, subjectKeysOn } from './subject-keys.ts';

/** Seals whose keys can be read together with other items. */
export interface StoredSeals extends Seals {
  /** The item with the subject's key; undefined while that is at hand. */
  readonly wanted: (subject: string) => Wanted | undefined;
  /** Opens without a further read, given the item that `wanted` named, if it exists. */
  readonly opener: (
    subject: string,
    item: Item | undefined,
  ) => Promise<(sealed: string) => string | undefined>;
}

/** Personal fields, with their keys in a table of their own: deleting a subject's item destroys what it sealed. */
export function sealsOn(client: DynamoDBClient, keysTable: string, wrapping: Wrapping): StoredSeals {
  const shelf = { client, table: keysTable };
  const service = serviceKeysOn(shelf, wrapping);
  const keys = subjectKeysOn(shelf, service);
  return {
    seal: async (subject, plain) => sealWith(await keys.made(subject), subject, plain),
    open: async (subject, sealed) => openWith(await keys.read(subject), subject, sealed),
    hash: async (kind, value) => {
      const { hashing } = await service();
      return hashWith(hashing, kind, value);
    },
    ownHash: async (subject, kind, value) => hashWith(hashingOf(await keys.made(subject)), kind, value),
    keyOf: (sealed) => sealed.slice(0, ID_LENGTH),
    forget: keys.forget,
    wanted: keys.wanted,
    opener: async (subject, item) => {
      const key = await keys.from(subject, item);
      return (sealed) => openWith(key, subject, sealed);
    },
  };
}

const hashWith = (key: Uint8Array, kind: string, value: string): string =>
  createHmac('sha256', key).update(`${kind}\0${value}`).digest('hex');

const hashingOf = ({ key }: SubjectKey): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', 'heed/own-hashes', 32));

/** The key's id, then what AES-GCM made; base64url. */
function sealWith({ id, key }: SubjectKey, subject: string, plain: string): string {
  return Buffer.concat([id, encrypt({ key, bound: subject }, Buffer.from(plain))]).toString('base64url');
}

/** Undefined where the key that sealed it is gone, even if the subject has another by now. */
function openWith(key: SubjectKey | undefined, subject: string, sealed: string): string | undefined {
  const parts = Buffer.from(sealed, 'base64url');
  if (!key || !parts.subarray(0, ID_BYTES).equals(key.id)) return undefined;
  return decrypt({ key: key.key, bound: subject }, parts.subarray(ID_BYTES)).toString();
}
