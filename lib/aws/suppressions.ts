import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { HashedName, Suppressed } from '../ports.ts';
import { batchGet } from './batch-get.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, text } from './item.ts';

/**
 * What an erasure leaves of an identifier: the keyed hash that it is looked up by, and nothing else that says whose it was.
 * In the table of the versions, because it comes and goes in their transactions.
 */
const suppressionKey = ({ kind, hash }: HashedName): Item => ({
  pk: text(`X#${kind}#${hash}`),
  sk: text('#'),
});

/** Those of these that are suppressed: one request, strongly consistent. */
export async function suppressedAmong(
  { client, table }: Shelf,
  names: readonly HashedName[],
): Promise<readonly Suppressed[]> {
  if (names.length === 0) return [];
  const found = await batchGet(
    client,
    names.map((name) => ({ table, key: suppressionKey(name) })),
  );
  const kept = new Map(found.map(({ item }) => [item['pk']?.S, item['kept']?.SS ?? []]));
  return names.flatMap(({ kind, hash }) => {
    const subjects = kept.get(suppressionKey({ kind, hash })['pk']?.S);
    return subjects ? [{ kind, hash, kept: subjects }] : [];
  });
}

/** Suppresses an identifier. */
export const suppress = (table: string, { kind, hash, kept }: Suppressed): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: { ...suppressionKey({ kind, hash }), ...(kept.length > 0 && { kept: { SS: [...kept] } }) },
  },
});

/** Lifts it, if it still stands. */
export const unsuppress = (table: string, name: HashedName): TransactWriteItem => ({
  Delete: { TableName: table, Key: suppressionKey(name), ConditionExpression: 'attribute_exists(pk)' },
});
