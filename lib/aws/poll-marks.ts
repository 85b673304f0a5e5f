import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { PollMark, PollMarks } from '../flow/poll.ts';
import { won } from './conditional.ts';
import { type Item, number, numberIn, text, textIn } from './item.ts';

const markKey = (destination: string): Item => ({ pk: text(`M#${destination}`), sk: text('POLL') });

/** How far each destination has been asked, one item each. */
export const pollMarksOn = (client: DynamoDBClient, table: string): PollMarks => ({
  read: async (destination) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: markKey(destination), ConsistentRead: true }),
    );
    return Item && markOf(Item);
  },
  write: (destination, mark) =>
    won(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: itemOf(destination, mark),
          ...unlessMoved(mark.revision),
        }),
      ),
    ),
});

function markOf(item: Item): PollMark {
  const cursor = textIn(item, 'cursor');
  return {
    revision: numberIn(item, 'revision') ?? 0,
    since: numberIn(item, 'since') ?? 0,
    heardUntil: numberIn(item, 'heardUntil') ?? 0,
    ...(cursor !== undefined && { cursor }),
  };
}

const itemOf = (destination: string, { revision, since, heardUntil, cursor }: PollMark): Item => ({
  ...markKey(destination),
  revision: number(revision),
  since: number(since),
  heardUntil: number(heardUntil),
  ...(cursor !== undefined && { cursor: text(cursor) }),
});

const unlessMoved = (revision: number) =>
  revision === 1
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'revision = :read',
        ExpressionAttributeValues: { ':read': number(revision - 1) },
      };
