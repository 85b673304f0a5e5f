import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { tuning } from './tuning.ts';

/**
 * The one DynamoDB client of a process. The SDK's logger middleware copies every input and output for a log that
 * nobody writes: without it a request costs a tenth less.
 */
export function dynamoClient(overrides: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...tuning(), ...overrides });
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/** A table and the client that reaches it. */
export interface Shelf {
  readonly client: DynamoDBClient;
  readonly table: string;
}
