import { type DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { DeliveryItem, IdentifiersItem, Ledger, OpenIdentifier, TrailEntry } from '../ports.ts';
import { batchGet, type Wanted } from './batch-get.ts';
import { won } from './conditional.ts';
import { archivedItem, deliveryItem, deliveryKey, deliveryOf, noDelivery } from './delivery-item.ts';
import type { Shelf } from './dynamo.ts';
import { identifiersKey, identifiersOf } from './identifiers-item.ts';
import { type Item, number, textIn } from './item.ts';
import { answeredWith, count, ofSubject, settledSince } from './ledger-listing.ts';
import { note, putBack, touch } from './ledger-notes.ts';
import type { StoredSeals } from './seals.ts';

export interface LedgerParts {
  readonly deliveries: string;
  /** Table of the versions, where identifiers are. */
  readonly records: string;
  readonly seals: StoredSeals;
}

/** The deliveries ledger in DynamoDB. */
export function ledgerOn(client: DynamoDBClient, parts: LedgerParts): Ledger {
  const shelf: Shelf = { client, table: parts.deliveries };
  return {
    read: (destination, subjects) => read(client, parts, { destination, subjects }),
    settle: (item, archived) => settle(shelf, item, archived),
    touch: (destination, subject) => touch(shelf, deliveryKey(subject, destination)),
    note: (destination, subject, retrying) => note(shelf, deliveryKey(subject, destination), retrying),
    putBack: (item, retrying) => putBack(shelf, item, retrying),
    items: (destination, subjects) => items(shelf, { destination, subjects }),
    count: (destination, outcome) => count(shelf, { destination, outcome }),
    settledSince: (since) => settledSince(shelf, since),
    ofSubject: (subject, only) => ofSubject(shelf, subject, only),
    answeredWith: (destination, outcome, page) => answeredWith(shelf, { destination, outcome }, page),
  };
}

interface Asked {
  readonly destination: string;
  readonly subjects: readonly string[];
}

/** Delivery item, identifiers and key of every subject: one request for each 33 of them. */
async function read(client: DynamoDBClient, parts: LedgerParts, { destination, subjects }: Asked) {
  const { deliveries, records, seals } = parts;
  const places = subjects.map((subject) => ({
    subject,
    delivery: { table: deliveries, key: deliveryKey(subject, destination) },
    identifiers: { table: records, key: identifiersKey(subject) },
    key: seals.wanted(subject),
  }));
  const wanted = places.flatMap(({ delivery, identifiers, key }) =>
    key ? [delivery, identifiers, key] : [delivery, identifiers],
  );
  const found = new Map(
    (await batchGet(client, wanted)).map((one) => [placeOf(one.table, one.item), one.item]),
  );
  const at = (place: Wanted | undefined) => place && found.get(placeOf(place.table, place.key));
  const rows = places.map(async ({ subject, delivery, identifiers, key }) => {
    const item = at(delivery);
    return [
      subject,
      {
        item: item ? deliveryOf(item) : noDelivery(subject, destination),
        identifiers: opened(identifiersOf(at(identifiers)), await seals.opener(subject, at(key))),
      },
    ] as const;
  });
  return new Map(await Promise.all(rows));
}

const placeOf = (table: string, keys: Item): string => `${table} ${textIn(keys, 'pk')} ${textIn(keys, 'sk')}`;

/** Addresses in the clear; those whose key has been destroyed are gone. */
function opened(
  { current, retired }: IdentifiersItem,
  open: (sealed: string) => string | undefined,
): readonly OpenIdentifier[] {
  const all = [
    ...current.map((entry) => ({ ...entry, rest: { shared: entry.shared } })),
    ...retired.map((entry) => ({ ...entry, rest: { shared: false, retiredSince: entry.since } })),
  ];
  return all.flatMap(({ kind, hash, sealed, rest }) => {
    const value = open(sealed);
    return value === undefined ? [] : [{ kind, value, hash, ...rest }];
  });
}

async function items({ client, table }: Shelf, { destination, subjects }: Asked) {
  const wanted = subjects.map((subject) => ({ table, key: deliveryKey(subject, destination) }));
  const found = await batchGet(client, wanted);
  return new Map(found.map(({ item }) => deliveryOf(item)).map((item) => [item.subject, item]));
}

/** One write; two in a transaction where a full trail moves away. */
function settle(
  { client, table }: Shelf,
  delivery: DeliveryItem,
  archived: readonly TrailEntry[] | undefined,
): Promise<boolean> {
  const put = { TableName: table, Item: deliveryItem(delivery), ...unlessSettled(delivery.revision) };
  if (!archived) return won(client.send(new PutItemCommand(put)));
  const archive = { TableName: table, Item: archivedItem(delivery, archived) };
  return won(client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, { Put: archive }] })));
}

/** The first settle finds no revision. */
const unlessSettled = (revision: number) =>
  revision === 1
    ? { ConditionExpression: 'attribute_not_exists(revision)' }
    : {
        ConditionExpression: 'revision = :read',
        ExpressionAttributeValues: { ':read': number(revision - 1) },
      };
