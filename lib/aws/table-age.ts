import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { Shelf } from './dynamo.ts';

/** When a table was made, ms: nothing in it is older, unless it was restored from a backup. */
export const madeAt =
  ({ client, table }: Shelf) =>
  async (): Promise<number | undefined> => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    return Table?.CreationDateTime?.getTime();
  };
