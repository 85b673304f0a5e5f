import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Health, LaneStanding } from '../domain/lane-standing.ts';
import type { Marks } from '../ports.ts';
import { type Item, number, numberIn, text, textIn, textOf } from './item.ts';

const markKey = (lane: string): Item => ({ pk: text(`M#${lane}`), sk: text('MARK') });

const Written = z.object({ at: z.string(), troubledAt: z.string(), standing: LaneStanding });

function healthIn(item: Item): { readonly health?: Health } {
  const written = textIn(item, 'health');
  return written === undefined ? {} : { health: Written.parse(JSON.parse(written)) };
}

/** Reconcile's memory, one item per lane. */
export const marksOn = (client: DynamoDBClient, table: string): Marks => ({
  read: async (lane) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: markKey(lane), ConsistentRead: true }),
    );
    return (
      Item && { lowWater: numberIn(Item, 'lowWater') ?? 0, setup: textOf(Item, 'setup'), ...healthIn(Item) }
    );
  },
  write: async (lane, { lowWater, setup, health }) => {
    const item = {
      ...{ ...markKey(lane), lowWater: number(lowWater), setup: text(setup) },
      ...(health && { health: text(JSON.stringify(health)) }),
    };
    await client.send(new PutItemCommand({ TableName: table, Item: item }));
  },
});
