import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { HashedName, Suppressed } from '../ports.ts';
import { batchGet } from './batch-get.ts';
import type { Shelf } from './dynamo.ts';
import { indexKey } from './identifiers.ts';
import { type Item, number, numberIn, subjectKey, text, textOf } from './item.ts';
import { suppressedIn, suppressionKey } from './suppressions.ts';

/** How an identifier stands in the index. */
export interface Counted extends HashedName {
  /** How many go by it, erased ones included. */
  readonly before: number;
  /** Where it is suppressed. */
  readonly suppressed: Suppressed | undefined;
}

/** How these stand: one request for up to fifty, strongly consistent. */
export async function countsOf(
  { client, table }: Shelf,
  names: readonly HashedName[],
): Promise<(name: HashedName) => Counted> {
  const found = await batchGet(
    client,
    names.flatMap((name) => [headKey(name), suppressionKey(name)]).map((key) => ({ table, key })),
  );
  const items = new Map(found.map(({ item }) => [textOf(item, 'pk'), item]));
  return ({ kind, hash }) => {
    const head = items.get(indexKey({ kind, hash }));
    const suppression = items.get(textOf(suppressionKey({ kind, hash }), 'pk'));
    return {
      ...{ kind, hash, before: (head && numberIn(head, 'holders')) ?? 0 },
      suppressed: suppression && suppressedIn({ kind, hash }, suppression),
    };
  };
}

/** The item that counts who goes by an identifier. Two subjects that gain it at once both want to change it: one loses. */
const headKey = (name: HashedName): Item => ({ pk: text(indexKey(name)), sk: text('#') });

const memberKey = (name: HashedName, subject: string): Item => ({
  pk: text(indexKey(name)),
  sk: text(subjectKey(subject)),
});

/** Makes a subject go by it. */
export const enter = (table: string, subject: string, name: HashedName): TransactWriteItem => ({
  Put: { TableName: table, Item: memberKey(name, subject) },
});

/** Makes a subject go by it no longer. */
export const leave = (table: string, subject: string, name: HashedName): TransactWriteItem => ({
  Delete: {
    TableName: table,
    Key: memberKey(name, subject),
    ConditionExpression: 'attribute_exists(pk)',
  },
});

/** Sets how many go by an identifier, if nobody has since it was read. Nobody: the item goes. */
export function count(table: string, name: Counted, holders: number): TransactWriteItem {
  const condition =
    name.before === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'holders = :before',
          ExpressionAttributeValues: { ':before': number(name.before) },
        };
  return holders <= 0
    ? { Delete: { TableName: table, Key: headKey(name), ...condition } }
    : { Put: { TableName: table, Item: { ...headKey(name), holders: number(holders) }, ...condition } };
}
