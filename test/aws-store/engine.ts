import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoClient } from '../../lib/aws/dynamo.ts';
import { createTableRequest, type TableName, tables } from '../../lib/tables.ts';
import { startDynamo } from '../../local/dynamodb.ts';
import { loopback } from '../../local/loopback.ts';
import { createTables } from '../../local/tables.ts';

/** What happens after the first answer to which command. */
export type Meanwhile = readonly (readonly [command: string, happens: () => Promise<void>])[];

export interface Engine {
  readonly client: DynamoDBClient;
  /** Another client, during whose work something happens: once, after its first answer to the command named. */
  readonly interrupted: (meanwhile: Meanwhile) => DynamoDBClient;
  /** Requests sent so far, by command, retries included. */
  readonly requests: Map<string, number>;
  readonly stop: () => Promise<void>;
}

const names: readonly TableName[] = ['records', 'deliveries', 'keys', 'audit'];

/** A DynamoDB of this test's own, with Heed's tables under their plain names. */
export async function startEngine(): Promise<Engine> {
  const dynamo = await startDynamo();
  const client = dynamoClient(loopback(dynamo.endpoint));
  await createTables(
    client,
    names.map((name) => createTableRequest({ ...tables[name], stream: false }, name)),
  );
  const stop = async () => {
    client.destroy();
    await dynamo.stop();
  };
  const interrupted = (meanwhile: Meanwhile) =>
    interrupting(dynamoClient(loopback(dynamo.endpoint)), meanwhile);
  return { client, interrupted, requests: counting(client), stop };
}

function counting(client: DynamoDBClient): Map<string, number> {
  const requests = new Map<string, number>();
  client.middlewareStack.add(
    (next, context) => (args) => {
      const name = context.commandName ?? 'unknown';
      requests.set(name, (requests.get(name) ?? 0) + 1);
      return next(args);
    },
    { step: 'deserialize', name: 'counting' },
  );
  return requests;
}

function interrupting(client: DynamoDBClient, meanwhile: Meanwhile): DynamoDBClient {
  const due = new Set(meanwhile);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      for (const one of [...due].filter(([command]) => command === context.commandName)) {
        due.delete(one);
        await one[1]();
      }
      return answer;
    },
    { step: 'initialize', name: 'interrupting' },
  );
  return client;
}
