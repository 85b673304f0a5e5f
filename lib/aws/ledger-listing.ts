import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { toIso } from '../domain/time.ts';
import type { Ledger, SubjectDeliveries } from '../ports.ts';
import { archivedOf, deliveryOf } from './delivery-item.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, numberIn, subjectKey, text, textOf } from './item.ts';
import { logEntryOf, namedBy } from './log-item.ts';
import { laneKey } from './outcome-letter.ts';
import { allOf } from './pages.ts';

type Listed = Parameters<Ledger['answeredWith']>[1];

interface LaneOutcome {
  readonly destination: string;
  readonly outcome: Listed;
}

const inLane = ({ destination, outcome }: LaneOutcome) => ({
  IndexName: 'byOutcome',
  KeyConditionExpression: 'lane = :lane',
  ExpressionAttributeValues: { ':lane': text(laneKey(destination, outcome)) },
});

export async function count({ client, table }: Shelf, of: LaneOutcome): Promise<number> {
  let counted = 0;
  let from: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ...inLane(of),
        Select: 'COUNT',
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    counted += page.Count ?? 0;
    from = page.LastEvaluatedKey;
  } while (from);
  return counted;
}

/** One page of an index. The cursor names the last item, which may have been settled since. */
export async function answeredWith(
  { client, table }: Shelf,
  of: LaneOutcome,
  { after, limit, newestFirst = false }: Parameters<Ledger['answeredWith']>[2],
): ReturnType<Ledger['answeredWith']> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      ...inLane(of),
      ScanIndexForward: !newestFirst,
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: startAfter(of, after) }),
    }),
  );
  const items = Items.map((item) => {
    const { subject, version } = namedBy(item);
    return { subject, ...(version !== undefined && { version }), at: textOf(item, 'at') };
  });
  return { items, ...(LastEvaluatedKey && { next: cursorOf(LastEvaluatedKey) }) };
}

const cursorOf = (key: Item): string => `${textOf(key, 'at')} ${textOf(key, 'pk')} ${textOf(key, 'sk')}`;

function startAfter({ destination, outcome }: LaneOutcome, cursor: string): Item {
  const [at = '', pk = '', sk = ''] = cursor.split(' ');
  return { lane: text(laneKey(destination, outcome)), at: text(at), pk: text(pk), sk: text(sk) };
}

export async function ofSubject(shelf: Shelf, subject: string, only?: 'items'): Promise<SubjectDeliveries> {
  const all = await allOf(shelf, {
    KeyConditionExpression: only ? 'pk = :pk AND begins_with(sk, :item)' : 'pk = :pk',
    ExpressionAttributeValues: {
      ':pk': text(subjectKey(subject)),
      ...(only && { ':item': text('D#') }),
    },
    ConsistentRead: true,
  });
  const named = (letter: string) => all.filter((item) => textOf(item, 'sk').startsWith(`${letter}#`));
  return {
    items: named('D').map(deliveryOf),
    logged: named('L').map(logEntryOf),
    archived: named('R').map(archivedOf),
  };
}

/** Goes through the whole table: only an engine whose queues died asks this. */
export async function* settledSince(
  { client, table }: Shelf,
  since: number,
): ReturnType<Ledger['settledSince']> {
  let from: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'begins_with(sk, :delivery) AND (#at >= :since OR attribute_exists(busy))',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':delivery': text('D#'), ':since': text(toIso(since)) },
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items ?? []) {
      const { subject, destination } = namedBy(item);
      yield { destination, subject, version: numberIn(item, 'answered') ?? 0 };
    }
    from = page.LastEvaluatedKey;
  } while (from);
}
