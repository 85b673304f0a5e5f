import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Checkpoint, paddedNumber, type SignedCheckpoint } from '../domain/checkpoint.ts';
import type { Checkpoints } from '../flow/checkpoints.ts';
import { won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, number, numberIn, text, textOf } from './item.ts';
import { allOf, type Question } from './pages.ts';

const BY_NUMBER = 'CHECKPOINTS';
/** The same by the end of their periods, which rise with the numbers. */
const BY_END = 'CHECKPOINTS#TO';
const QUIET: Item = { pk: text('CHECKPOINTS#QUIET'), sk: text('#') };

const numberKey = (one: number): Item => ({ pk: text(BY_NUMBER), sk: text(paddedNumber(one)) });

/** Checkpoints in the auditors' table. */
export function checkpointsOn(shelf: Shelf): Checkpoints {
  const { client, table } = shelf;
  const found = async (question: Question, limit: number) =>
    (await allOf(shelf, { ConsistentRead: true, ...question }, limit)).map(signedOf);
  const list: Checkpoints['list'] = async ({ below, limit }) =>
    below !== undefined && below <= 1 ? [] : found(newestBelow(below), limit);
  const itemAt = async (key: Item): Promise<Item | undefined> =>
    (await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;
  /** Each row by itself: where one of the two was taken away, the other is no reason not to write it again. */
  const putOnce = (item: Item): Promise<boolean> =>
    won(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
  return {
    list,
    newest: async () => (await list({ limit: 1 }))[0],
    numbered: async (one) => {
      const item = await itemAt(numberKey(one));
      return item && signedOf(item);
    },
    endingAfter: async (recordedAt) => (await found(endingAfter(recordedAt), 1))[0],
    add: async (one) => {
      const key = numberKey(one.checkpoint.number);
      await putOnce({ ...endKey(one), ...bodyOf(one) });
      if (await putOnce({ ...key, ...bodyOf(one) })) return true;
      const there = await itemAt(key);
      return there !== undefined && textOf(there, 'jws') === one.jws;
    },
    quietUpTo: async () => {
      const item = await itemAt(QUIET);
      return item && numberIn(item, 'upTo');
    },
    noteQuiet: async (upTo) => {
      const item = { ...QUIET, upTo: number(upTo) };
      await client.send(new PutItemCommand({ TableName: table, Item: item }));
    },
  };
}

/** Written first: what is not found by its number is written again. */
const endKey = ({ checkpoint }: SignedCheckpoint): Item => ({ pk: text(BY_END), sk: text(checkpoint.to) });

const bodyOf = ({ checkpoint, jws }: SignedCheckpoint): Item => ({
  checkpoint: text(JSON.stringify(checkpoint)),
  jws: text(jws),
});

const signedOf = (item: Item): SignedCheckpoint => ({
  checkpoint: Checkpoint.parse(JSON.parse(textOf(item, 'checkpoint'))),
  jws: textOf(item, 'jws'),
});

const newestBelow = (below: number | undefined): Question => ({
  KeyConditionExpression: below === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :below',
  ExpressionAttributeValues: {
    ':pk': text(BY_NUMBER),
    ...(below !== undefined && { ':below': text(paddedNumber(below)) }),
  },
  ScanIndexForward: false,
});

const endingAfter = (recordedAt: string): Question => ({
  KeyConditionExpression: 'pk = :pk AND sk > :moment',
  ExpressionAttributeValues: { ':pk': text(BY_END), ':moment': text(recordedAt) },
});
