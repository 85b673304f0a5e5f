import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Marks } from '../ports.ts';
import { type Item, number, numberIn, text, textOf } from './item.ts';

const markKey = (lane: string): Item => ({ pk: text(`M#${lane}`), sk: text('MARK') });

/** Reconcile's memory, one item per lane. */
export const marksOn = (client: DynamoDBClient, table: string): Marks => ({
  read: async (lane) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: markKey(lane), ConsistentRead: true }),
    );
    return Item && { lowWater: numberIn(Item, 'lowWater') ?? 0, setup: textOf(Item, 'setup') };
  },
  write: async (lane, { lowWater, setup }) => {
    const item = { ...markKey(lane), lowWater: number(lowWater), setup: text(setup) };
    await client.send(new PutItemCommand({ TableName: table, Item: item }));
  },
});
