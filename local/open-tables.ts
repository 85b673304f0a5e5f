import { dynamoClient } from '../lib/aws/dynamo.ts';
import { createTableRequest, type TableName, tables } from '../lib/tables.ts';
import { type Dynamo, speedUpStreams } from './dynamodb.ts';
import { loopback } from './loopback.ts';
import { createTables } from './tables.ts';

/** Names of the tables in the local engine. */
export const LOCAL_TABLES: Readonly<Record<TableName, string>> = {
  records: 'heed-records',
  deliveries: 'heed-deliveries',
  keys: 'heed-keys',
  audit: 'heed-audit',
};

/** Creates what is missing and gives the ARN of the stream of versions. */
export async function openTables(dynamo: Dynamo, warn: (line: string) => void): Promise<string> {
  const client = dynamoClient(loopback(dynamo.endpoint));
  const names: readonly TableName[] = ['records', 'deliveries', 'keys', 'audit'];
  const streams = await createTables(
    client,
    names.map((name) => createTableRequest(tables[name], LOCAL_TABLES[name])),
  );
  if (dynamo.database !== undefined) await speedUpStreams(dynamo.database, warn);
  client.destroy();
  const arn = streams[LOCAL_TABLES.records];
  if (arn === undefined) throw new Error('The table engine gave the versions table no stream.');
  return arn;
}
