import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Shelf } from './dynamo.ts';
import type { Item } from './item.ts';

export type Question = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>;

/** All items a query finds, or the first `limit`, over as many pages as that takes. */
export async function allOf(
  { client, table }: Shelf,
  question: Question,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let from: Item | undefined;
  do {
    const left = limit - found.length;
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ...question,
        ...(Number.isFinite(left) && { Limit: left }),
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    found.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from && found.length < limit);
  return found;
}
