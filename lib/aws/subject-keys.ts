import { randomBytes } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Wanted } from './batch-get.ts';
import { cacheOf } from './cache.ts';
import { won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { bytes, bytesOf, type Item, subjectKey, text } from './item.ts';
import { decrypt, encrypt } from './sealing.ts';
import type { ServiceKeys } from './service-key.ts';

/** A subject's key. Its id tells ciphertexts of a destroyed key from damaged ones. */
export interface SubjectKey {
  readonly id: Uint8Array;
  readonly key: Uint8Array;
}

export const ID_BYTES = 6;
/** The same in base64url. */
export const ID_LENGTH = 8;
const KEY_BYTES = 32;

/** A destroyed key is forgotten by every process within this time. */
const LIFETIME = 5 * 60_000;
const MOST = 10_000;

export interface SubjectKeys {
  readonly made: (subject: string) => Promise<SubjectKey>;
  /** Undefined where there is none (any more). */
  readonly read: (subject: string) => Promise<SubjectKey | undefined>;
  /** The item to read together with others; undefined while the key is at hand. */
  readonly wanted: (subject: string) => Wanted | undefined;
  /** The key at hand, or else the one in the item that was read. */
  readonly from: (subject: string, item: Item | undefined) => Promise<SubjectKey | undefined>;
  readonly forget: (subject: string) => void;
}

/** Where a subject's key is: what an erasure deletes. */
export const subjectKeyItem = (subject: string): Item => ({ pk: text(subjectKey(subject)) });

/** A random key per subject, wrapped under the service key and bound to the subject. */
export function subjectKeysOn(shelf: Shelf, service: () => Promise<ServiceKeys>): SubjectKeys {
  const cache = cacheOf<SubjectKey>({ size: MOST, lifetime: LIFETIME });
  const from = async (subject: string, item: Item | undefined): Promise<SubjectKey | undefined> => {
    const known = cache.get(subject);
    if (known || !item) return known;
    const { wrapping } = await service();
    const plain = decrypt({ key: wrapping, bound: subject }, bytesOf(item, 'wrapped'));
    const key = { id: plain.subarray(0, ID_BYTES), key: plain.subarray(ID_BYTES) };
    cache.set(subject, key);
    return key;
  };
  const read = async (subject: string) => cache.get(subject) ?? from(subject, await itemOf(shelf, subject));
  const made = async (subject: string): Promise<SubjectKey> => {
    const key =
      (await read(subject)) ?? (await make(shelf, subject, await service())) ?? (await read(subject));
    if (!key) throw new Error(`the key of ${subject} was destroyed while it was made`);
    cache.set(subject, key);
    return key;
  };
  const wanted = (subject: string) =>
    cache.get(subject) ? undefined : { table: shelf.table, key: subjectKeyItem(subject) };
  const forget = (subject: string): void => {
    const known = cache.get(subject);
    if (known) cache.drop(subject, known);
  };
  return { made, read, wanted, from, forget };
}

async function itemOf({ client, table }: Shelf, subject: string): Promise<Item | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: subjectKeyItem(subject), ConsistentRead: true }),
  );
  return Item;
}

/** Undefined: somebody else made one first. */
async function make(
  { client, table }: Shelf,
  subject: string,
  { wrapping }: ServiceKeys,
): Promise<SubjectKey | undefined> {
  const plain = randomBytes(ID_BYTES + KEY_BYTES);
  const wrapped = encrypt({ key: wrapping, bound: subject }, plain);
  const kept = await won(
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...subjectKeyItem(subject), wrapped: bytes(wrapped) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
  return kept ? { id: plain.subarray(0, ID_BYTES), key: plain.subarray(ID_BYTES) } : undefined;
}
