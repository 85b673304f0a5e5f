import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { HashedName, Suppressed } from '../ports.ts';
import { batchGet } from './batch-get.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, text } from './item.ts';

/**
 * What an erasure leaves of an identifier: the keyed hash that it is looked up by, and nothing else that says whose it was.
 * In the table of the versions, because it comes and goes in their transactions.
 */
export const suppressionKey = ({ kind, hash }: HashedName): Item => ({
  pk: text(`X#${kind}#${hash}`),
  sk: text('#'),
});

/** So many are kept at one address: a transaction takes a hundred writes, and the last living one takes all of them away. */
export const MOST_KEPT = 10;

/** What its item says of it. */
export function suppressedIn({ kind, hash }: HashedName, item: Item): Suppressed {
  const also = (item['also']?.SS ?? []).map(nameIn);
  return { kind, hash, kept: item['kept']?.SS ?? [], ...(also.length > 0 && { also }) };
}

const nameIn = (text: string): HashedName => {
  const [hash = '', ...kind] = text.split(' ');
  return { kind: kind.join(' '), hash };
};

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
  const items = new Map(found.map(({ item }) => [item['pk']?.S, item]));
  return names.flatMap((name) => {
    const item = items.get(suppressionKey(name)['pk']?.S);
    return item ? [suppressedIn(name, item)] : [];
  });
}

/** As it was read; undefined: it was not suppressed. */
type Before = Suppressed | undefined;

/** Suppresses an identifier, or changes who is kept there. */
export const suppress = (
  table: string,
  { name: { kind, hash, kept, also = [] }, before }: { readonly name: Suppressed; readonly before: Before },
): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: {
      ...suppressionKey({ kind, hash }),
      ...(kept.length > 0 && { kept: { SS: [...kept] } }),
      ...(also.length > 0 && { also: { SS: also.map((one) => `${one.hash} ${one.kind}`) } }),
    },
    ...asRead(before),
  },
});

/** Lifts it. */
export const unsuppress = (table: string, before: Suppressed): TransactWriteItem => ({
  Delete: { TableName: table, Key: suppressionKey(before), ...asRead(before) },
});

/** Holds a transaction to its not being suppressed. */
export const notSuppressed = (table: string, name: HashedName): TransactWriteItem => ({
  ConditionCheck: { TableName: table, Key: suppressionKey(name), ...asRead(undefined) },
});

/** Nobody has changed it since. */
function asRead(before: Before) {
  if (!before) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return before.kept.length === 0
    ? { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(kept)' }
    : {
        ConditionExpression: 'kept = :kept',
        ExpressionAttributeValues: { ':kept': { SS: [...before.kept] } },
      };
}
