import { hkdfSync } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Wrapping } from '../ports.ts';
import { won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { bytes, bytesOf, type Item, text } from './item.ts';

/** What a deployment's one service key is used for, a key of its own each. */
export interface ServiceKeys {
  readonly wrapping: Uint8Array;
  readonly hashing: Uint8Array;
}

const KEY: Item = { pk: text('SERVICE') };

/** The service keys: made on first use by whoever is first, unwrapped once per process. */
export function serviceKeysOn(shelf: Shelf, wrapping: Wrapping): () => Promise<ServiceKeys> {
  let keys: Promise<ServiceKeys> | undefined;
  const open = async (): Promise<ServiceKeys> => {
    try {
      return derived(await obtain(shelf, wrapping));
    } catch (error) {
      keys = undefined;
      throw error;
    }
  };
  return () => {
    keys ??= open();
    return keys;
  };
}

async function obtain(shelf: Shelf, wrapping: Wrapping): Promise<Uint8Array> {
  const wrapped = await stored(shelf);
  if (wrapped) return wrapping.unwrap(wrapped);
  const made = await wrapping.generate();
  if (await keep(shelf, made.wrapped)) return made.plain;
  const winner = await stored(shelf);
  if (!winner) throw new Error('the service key vanished while it was read');
  return wrapping.unwrap(winner);
}

async function stored({ client, table }: Shelf): Promise<Uint8Array | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }),
  );
  return Item && bytesOf(Item, 'wrapped');
}

const keep = ({ client, table }: Shelf, wrapped: Uint8Array): Promise<boolean> =>
  won(
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...KEY, wrapped: bytes(wrapped) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

function derived(key: Uint8Array): ServiceKeys {
  const derive = (use: string) => new Uint8Array(hkdfSync('sha256', key, '', use, 32));
  return { wrapping: derive('heed/subject-keys'), hashing: derive('heed/identifier-hashes') };
}
