import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Health, LaneStanding } from '../domain/lane-standing.ts';
import type { LaneMark, Marks } from '../ports.ts';
import { type Item, number, numberIn, text, textIn, textOf } from './item.ts';

const markKey = (lane: string): Item => ({ pk: text(`M#${lane}`), sk: text('MARK') });

const Written = z.object({ at: z.string(), troubledAt: z.string(), standing: LaneStanding });

function healthIn(item: Item): { readonly health?: Health } {
  const written = textIn(item, 'health');
  return written === undefined ? {} : { health: Written.parse(JSON.parse(written)) };
}

const Names = z.union([z.literal('all'), z.array(z.string()).readonly()]);

const Told = z.object({
  title: z.string(),
  kind: z.enum(['state', 'log']),
  interest: z.object({ topics: Names, channels: Names }),
});

function toldIn(item: Item): Pick<LaneMark, 'told'> {
  const written = textIn(item, 'told');
  return written === undefined ? {} : { told: Told.parse(JSON.parse(written)) };
}

/** Reconcile's memory, one item per lane. */
export const marksOn = (client: DynamoDBClient, table: string): Marks => ({
  read: async (lane) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: markKey(lane), ConsistentRead: true }),
    );
    return (
      Item && {
        ...{ lowWater: numberIn(Item, 'lowWater') ?? 0, setup: textOf(Item, 'setup') },
        ...{ ...healthIn(Item), ...toldIn(Item) },
      }
    );
  },
  write: async (lane, { lowWater, setup, health, told }) => {
    const item = {
      ...{ ...markKey(lane), lowWater: number(lowWater), setup: text(setup) },
      ...(health && { health: text(JSON.stringify(health)) }),
      ...(told && { told: text(JSON.stringify(told)) }),
    };
    await client.send(new PutItemCommand({ TableName: table, Item: item }));
  },
});
