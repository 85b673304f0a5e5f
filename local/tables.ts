import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { pause } from './pause.ts';

const describe = async (client: DynamoDBClient, table: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

/** Another start may have been quicker. */
const create = async (client: DynamoDBClient, definition: CreateTableCommandInput): Promise<void> => {
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
  }
};

type Indexed = Pick<TableDescription, 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'>;

/** Every index with what it carries, in one order. */
const indexesOf = ({ GlobalSecondaryIndexes, LocalSecondaryIndexes }: Indexed): readonly string[] =>
  [...(GlobalSecondaryIndexes ?? []), ...(LocalSecondaryIndexes ?? [])]
    .map(({ IndexName, Projection }) =>
      [IndexName, ...(Projection?.NonKeyAttributes ?? []).toSorted()].join(' '),
    )
    .toSorted();

/** Tables of an earlier Heed would be read with questions they cannot answer. */
function checkIndexes(there: TableDescription, { TableName, ...wanted }: CreateTableCommandInput): void {
  const has = indexesOf(there);
  const missing = indexesOf({
    GlobalSecondaryIndexes: wanted.GlobalSecondaryIndexes,
    LocalSecondaryIndexes: wanted.LocalSecondaryIndexes,
  }).filter((index) => !has.includes(index));
  if (missing.length > 0)
    throw new Error(
      `The table ${TableName} in this data folder was made by another version of Heed (it lacks: ${missing.join('; ')}). ` +
        'Start that version, or choose another folder with --data.',
    );
}

const createTable = async (
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
): Promise<TableDescription> => {
  const table = definition.TableName ?? '';
  const there = await describe(client, table);
  if (there) checkIndexes(there, definition);
  else await create(client, definition);
  for (;;) {
    const description = await describe(client, table);
    if (description?.TableStatus === 'ACTIVE') return description;
    await pause(10);
  }
};

/**
 * Creates the tables that do not exist yet and waits until all can be used; those that exist are left alone.
 * Returns the ARN of each stream by table name.
 */
export const createTables = async (
  client: DynamoDBClient,
  definitions: readonly CreateTableCommandInput[],
): Promise<Readonly<Record<string, string>>> => {
  const tables = await Promise.all(definitions.map((definition) => createTable(client, definition)));
  return Object.fromEntries(
    tables.flatMap(({ TableName: name, LatestStreamArn: arn }) => (name && arn ? [[name, arn]] : [])),
  );
};
