import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
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
  return {
    list,
    newest: async () => (await list({ limit: 1 }))[0],
    numbered: async (one) => {
      const item = await itemAt(numberKey(one));
      return item && signedOf(item);
    },
    endingAfter: async (recordedAt) => (await found(endingAfter(recordedAt), 1))[0],
    add: (one) =>
      won(
        client.send(
          new TransactWriteItemsCommand({
            TransactItems: keysOf(one).map((key) => ({
              Put: {
                TableName: table,
                Item: { ...key, ...bodyOf(one) },
                ConditionExpression: 'attribute_not_exists(pk)',
              },
            })),
          }),
        ),
      ),
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

const keysOf = ({ checkpoint }: SignedCheckpoint): readonly Item[] => [
  numberKey(checkpoint.number),
  { pk: text(BY_END), sk: text(checkpoint.to) },
];

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
