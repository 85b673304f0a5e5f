import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { HashedName, Identifiers, IdentifiersItem } from '../ports.ts';
import type { Shelf } from './dynamo.ts';
import { identifiersKey, identifiersOf } from './identifiers-item.ts';
import { subjectOf, text, textOf } from './item.ts';
import { allOf } from './pages.ts';
import { suppressedAmong } from './suppressions.ts';

/** Who goes by what, in the table of the versions. */
export function identifiersOn(client: DynamoDBClient, table: string): Identifiers {
  const shelf: Shelf = { client, table };
  return {
    of: (subject) => read(shelf, subject),
    holders: (kind, hash, limit) => holders(shelf, { kind, hash }, limit),
    suppressed: (names) => suppressedAmong(shelf, names),
  };
}

/** Partition of everybody who goes by an identifier. */
export const indexKey = ({ kind, hash }: HashedName): string => `I#${kind}#${hash}`;

/** What a subject goes by, strongly consistent. */
export async function read({ client, table }: Shelf, subject: string): Promise<IdentifiersItem> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: identifiersKey(subject), ConsistentRead: true }),
  );
  return identifiersOf(Item);
}

/** Who goes by it, those counted who were erased included. */
export async function holders(shelf: Shelf, name: HashedName, limit: number): Promise<readonly string[]> {
  const found = await allOf(
    shelf,
    {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :subject)',
      ExpressionAttributeValues: { ':pk': text(indexKey(name)), ':subject': text('S#') },
      ConsistentRead: true,
    },
    limit,
  );
  return found.map((item) => subjectOf(textOf(item, 'sk')));
}
