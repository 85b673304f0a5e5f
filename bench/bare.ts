import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** The least a function with a table can be: what a cold start is measured against. */
const client = new DynamoDBClient({});

export const handler = () =>
  client.send(new GetItemCommand({ TableName: 'records', Key: { pk: { S: 'a' }, sk: { S: 'b' } } }));
