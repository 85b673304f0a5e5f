import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { tuning } from './tuning.ts';

/** The one DynamoDB client of a process. */
export const dynamoClient = (overrides: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({ ...tuning(), ...overrides });

/** A table and the client that reaches it. */
export interface Shelf {
  readonly client: DynamoDBClient;
  readonly table: string;
}
