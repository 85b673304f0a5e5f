import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Log, LogEntry } from '../ports.ts';
import { batchGet } from './batch-get.ts';
import { won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { inTurn } from './in-turn.ts';
import { number, text } from './item.ts';
import { logEntryOf, logItem, logKey } from './log-item.ts';
import { LETTERS } from './outcome-letter.ts';

const AT_ONCE = 50;

/** The ledger of every version at destinations that are told every version. */
export function logOn(client: DynamoDBClient, table: string): Log {
  const shelf: Shelf = { client, table };
  return {
    read: async (destination, versions) => {
      const keys = versions.map(({ subject, version }) => logKey(destination, subject, version));
      const found = await batchGet(
        client,
        keys.map((key) => ({ table, key })),
      );
      const entries = found.map(({ item }) => logEntryOf(item));
      return new Map(entries.map((entry) => [`${entry.subject}:${entry.version}`, entry]));
    },
    write: async (entries, expires) => {
      await inTurn(entries, AT_ONCE, (entry) => put(shelf, entry, expires));
    },
    replace: (entry, before) =>
      won(
        client.send(
          new PutItemCommand({ TableName: table, Item: logItem(entry, undefined), ...asRead(before) }),
        ),
      ),
  };
}

/** What was delivered stays so: an entry that comes later and says less is dropped. */
const put = ({ client, table }: Shelf, entry: LogEntry, expires: number | undefined): Promise<boolean> =>
  won(
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: logItem(entry, expires),
        ConditionExpression: 'attribute_not_exists(outcome) OR outcome <> :delivered',
        ExpressionAttributeValues: { ':delivered': text(LETTERS.delivered) },
      }),
    ),
  );

/** Only where the entry is what was read, or there still is none. */
const asRead = (before: LogEntry | undefined) =>
  before
    ? {
        ConditionExpression: '#at = :at AND outcome = :outcome AND attempts = :attempts',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: {
          ':at': text(before.at),
          ':outcome': text(LETTERS[before.outcome]),
          ':attempts': number(before.attempts),
        },
      }
    : { ConditionExpression: 'attribute_not_exists(outcome)' };
